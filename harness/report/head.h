/*
 * The head of a report.
 */
#ifndef HD_REPORT_HEAD_H
#define HD_REPORT_HEAD_H

#include "report/report.h"

/* Kind, message, labels, counts, settings; why it is bad, and the cure. */
void hd_head_print(const struct hd_story *story, FILE *out);

#endif
