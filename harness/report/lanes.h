/*
 * Lanes: rows as a table. Up to four tasks have a column each, time runs down;
 * more tasks stand under each other, with their names in front.
 */
#ifndef HD_REPORT_LANES_H
#define HD_REPORT_LANES_H

#include "report/rows.h"

void hd_lanes_print(const struct hd_scene *scene, const struct hd_rows *rows,
                    FILE *out);

#endif
