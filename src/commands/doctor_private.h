#pragma once
/*
 * What the parts of `pistat doctor` share: a report on stdout to which each adds its lines, and how
 * long a question may take.  A part prints what it sees and never fails itself.
 */
#include "config.h"
#include "lane.h"
#include "root.h"
#include "tree.h"

struct doctor {
	const struct root *root;
	const struct config *config;
	const char *captured; /* the directory of --root; NULL: this machine */
	sd_event *event;
	struct node node;
	bool service;	   /* we run as one, so that groups are the unit's to give */
	char user[64];	   /* "$USER" for a captured machine */
	unsigned problems; /* what needs a person */
	bool stuck;	   /* something never answered, and still owns what it was given */

	/* what a part found that a later one wants to know */
	bool http_ours;	  /* a pistat answers on our port */
	bool http_silent; /* nobody does, though one that runs would */
};

enum verdict {
	FINE,
	ABSENT,	       /* this board or this machine has no such thing */
	REMARK,	       /* worth knowing, nothing to do */
	UNKNOWN,       /* it cannot be told */
	NO_PERMISSION, /* from here on a person is needed */
	FAILING,
};

void report_title(const char *title);
__attribute__((format(printf, 4, 5))) void report(
	struct doctor *doctor, const char *what, enum verdict verdict, const char *format, ...);
/* A command or a sentence below the last line: what to do about it. */
__attribute__((format(printf, 1, 2))) void report_fix(const char *format, ...);

/* Runs work(argument) in a lane; false if it has not come back by then: what it works on must be
 * left alive. */
bool doctor_within(
	struct doctor *doctor, double seconds, void (*work)(void *argument), void *argument);

/* The parts, in the order of the report. */
void doctor_sources(struct doctor *doctor);
void doctor_machine(struct doctor *doctor);
void doctor_service(struct doctor *doctor);
void doctor_broker(struct doctor *doctor);
