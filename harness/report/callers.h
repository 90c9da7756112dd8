/*
 * Who called what suspended, as far as the log knows (explore/callers.h) and
 * debug information says what was compiled into its caller.
 */
#ifndef HD_REPORT_CALLERS_H
#define HD_REPORT_CALLERS_H

#include "report/report.h"

/*
 * "called from bank.c:31 in deposit", a line for each caller of the place up to
 * the function of the task, whose source is quoted. Nothing if the place is in
 * that function, or if it is not known.
 */
void hd_callers_print(const struct hd_story *story, uint32_t actor,
                      uint64_t place, FILE *out);

#endif
