/*
 * The verdict on a test, as lines for people: what was found, what was
 * covered, what to do next.
 */
#ifndef HD_CLI_VERDICT_H
#define HD_CLI_VERDICT_H

#include "explore/explore.h"
#include <stdio.h>

void hd_verdict_print(const struct hd_verdict *verdict,
                      const struct hd_settings *settings,
                      const struct hd_test *test, FILE *out);

/* "deadlock, crash". */
void hd_verdict_print_kinds(const struct hd_verdict *verdict, FILE *out);

#endif
