#pragma once
/*
 * The shapes in which other monitors of a Raspberry Pi answer, as tables over the catalogue: a row
 * says where a value stands, which metric it is and in which form it is written.  No shape has code
 * of its own.  What the machine does not have is null.
 */
#include "snapshot.h"

enum form {
	END,	      /* of a table */
	FLOAT,	      /* a number that always has a point: 12.0 */
	INTEGER,      /* rounded */
	FLOORED,      /* an integer, what is behind the point cut off */
	GIGABYTES,    /* of 2^30 bytes, as a float with two digits */
	MEGABYTES,    /* of 2^20 bytes, as an integer */
	SHARE,	      /* a float: percent that the metric is of .of */
	BOOLEAN,      /* true or false */
	WORDS,	      /* a text */
	LITERAL,      /* .text on every machine */
	NUMBER_OF,    /* the number of the member in its family, from 0 */
	CARD_KIND,    /* what card_shapes calls its kind, else the vendor */
	CARD_CALLED,  /* what card_shapes calls it, else its name */
	UTC,	      /* a moment: 2025-09-23T16:18:12.743209+00:00 */
	LOCAL_TIME,   /* a moment in the machine's zone: 2025-09-23T11:30:33+05:30 */
	DURATION,     /* seconds: "1d 10h 17m" */
	PERCENT_TEXT, /* "15.2%" */
	USAGE_TEXT,   /* "1.65 GB / 31.32 GB (5.3%)": the metric of .of */
	OBJECT,	      /* .rows; of cards those of their vendor's shape */
	FORMS,
};

/* Of which members of the metric's family. */
enum over {
	ITSELF,		   /* the host's; or the member whose object it is */
	PRIMARY_INTERFACE, /* the one that the default route leads through */
	KEYED,		   /* the member .key */
	FIRST,		   /* the first member */
	SUM,		   /* all members together, as one number */
	LIST,		   /* all members, in an array */
	EACH,		   /* a field for each; '#' in the path is the member's number */
};

struct view_row {
	const char *path; /* "memory.swap.total" */
	enum metric_id metric;
	enum form form;
	int digits; /* behind the point */
	enum over over;
	enum metric_id of;
	enum metric_id videocore; /* the VideoCore's, which is a card without a family */
	const char *key, *text;
	const struct view_row *rows;
};

/* Graphics cards are told differently by vendor. */
struct card_shape {
	const char *vendor, *kind, *called; /* NULL: every other; '#' is the card's number */
	const struct view_row *rows;
};

/* Ended by a row of form END, and by a shape without vendor, for all others. */
extern const struct view_row view_system[], view_cpu[], view_memory[], view_disk[], view_gpu[],
	view_network[], view_ollama[], view_summary[], view_current[], view_forward[];
extern const struct card_shape card_shapes[];

/* JSON in memory the caller frees. */
char *render_view(const struct snapshot *snapshot, const struct view_row *view, size_t *ret_n);

/* JSON Schema, as OpenAPI 3.1 has it, of such a view; and of the document of GET /stats. */
char *schema_view(const struct view_row *view);
char *schema_document(void);
