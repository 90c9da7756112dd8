/*
 * A deadlock spelled out: who waits for whom, at which place, and since when
 * it is held; the ring first, then those who wait for something that nobody
 * will do.
 */
#ifndef HD_REPORT_CYCLE_H
#define HD_REPORT_CYCLE_H

#include "report/report.h"

void hd_cycle_print(const struct hd_story *story, FILE *out);

#endif
