#pragma once
/*
 * What pistat knows about itself and no kernel file tells.  Written by the loop (sampler, session),
 * read by collect/agent.c, which runs on the loop too.
 */
struct tally {
	double published;  /* MQTT messages since start */
	double reconnects; /* connections to the broker lost since start */
	double sample_ms;  /* how long the last sample took; NAN before the first */
};

extern struct tally tally;
