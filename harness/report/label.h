/*
 * The labels of a finding, a line or two each: would it be there under
 * stricter settings, too?
 */
#ifndef HD_REPORT_LABEL_H
#define HD_REPORT_LABEL_H

#include "report/report.h"

/* Nothing if the story has no labels. */
void hd_label_print(const struct hd_story *story, FILE *out);

#endif
