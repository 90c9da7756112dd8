/*
 * The order that a finding takes, in words: which step before which.
 */
#ifndef HD_REPORT_ORDER_H
#define HD_REPORT_ORDER_H

#include "report/report.h"

/* A section of its own; nothing if the story has no such order. */
void hd_order_print(const struct hd_story *story, FILE *out);

#endif
