/*
 * The labels of a finding, a line or two each: would it be there under
 * stricter settings, too?
 */
#ifndef HD_REPORT_LABEL_H
#define HD_REPORT_LABEL_H

#include "report/report.h"

/* Nothing if the story has no labels. */
void hd_label_print(const struct hd_story *story, FILE *out);

/* Does it say whether it happens on a FIFO loop? */
bool hd_label_has_order(const struct hd_story *story);

/*
 * Where it happens under stricter settings, too: the tokens that show it there,
 * a line each. Without a choice there is nothing that they would say.
 */
void hd_label_print_tokens(const struct hd_story *story, FILE *out);

#endif
