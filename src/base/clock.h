#pragma once
/*
 * The clock that all intervals, ages and timeouts are measured with: no hand and no time server
 * moves it.
 */

/* CLOCK_MONOTONIC, in seconds. */
double clock_now(void);
