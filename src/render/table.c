/* For people and spreadsheets: one line for each value, or one column. */
#include "mem.h"
#include "render.h"

#include <stdio.h>
#include <string.h>

char *render_table(const struct snapshot *snapshot)
{
	char path[256], scalar[128];
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		abort();
	for (size_t i = 0; i < snapshot->n; i++) {
		const struct reading *reading = &snapshot->at[i];
		const char *symbol = metric_symbol(reading_row(reading));

		reading_path(reading, '.', path, sizeof(path));
		reading_scalar(reading, scalar, sizeof(scalar));
		fprintf(to, "%-44s %s%s%s\n", path, scalar, symbol[0] ? " " : "", symbol);
	}
	fclose(to);
	return text;
}

/* RFC 4180: quoted where it holds a comma, a quote or a line end; quotes doubled. */
static void print_field(FILE *to, const char *text, bool last)
{
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;

	if (quoted)
		fputc('"', to);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', to);
		fputc(*text, to);
	}
	if (quoted)
		fputc('"', to);
	fputs(last ? "\r\n" : ",", to);
}

char *render_csv(const struct snapshot *snapshot)
{
	char field[256];
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		abort();
	for (int header = 1; header >= 0; header--)
		for (size_t i = 0; i < snapshot->n; i++) {
			if (header)
				reading_path(&snapshot->at[i], '.', field, sizeof(field));
			else
				reading_scalar(&snapshot->at[i], field, sizeof(field));
			print_field(to, field, i + 1 == snapshot->n);
		}
	fclose(to);
	return text;
}
