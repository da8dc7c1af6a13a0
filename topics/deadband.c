#include "deadband.h"

#include "tree.h"

#include <math.h>

struct deadband deadband_of(const struct config *config, const struct reading *reading)
{
	const struct metric *row = reading_row(reading);
	const struct unit_row *unit = &units[row->unit];
	char path[TOPIC_SIZE];
	double own;

	if (row->kind == STATE || row->kind == TEXT)
		return (struct deadband){0};
	reading_path(reading, '.', path, sizeof(path));
	if (config_named_number(config, OPTION_SAMPLING_DEADBANDS, path, &own))
		return (struct deadband){.absolute = own};
	if (row->kind == COUNTER || row->moves)
		return (struct deadband){.absolute = INFINITY};
	if (row->kind == MOMENT)
		return (struct deadband){.absolute = 0.5}; /* below what its text shows */
	if (row->deadband > 0)
		return (struct deadband){.absolute = row->deadband};
	return (struct deadband){
		.absolute = unit->deadband_absolute, .relative = unit->deadband_relative};
}

bool deadband_left(struct deadband deadband, double told, double now)
{
	double difference = fabs(now - told);

	return difference > deadband.absolute && difference > deadband.relative * fabs(told);
}
