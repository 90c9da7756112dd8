/*
 * The injected fault that a finding comes from, in the words of its title.
 */
#ifndef HD_REPORT_FAULT_H
#define HD_REPORT_FAULT_H

#include "report/report.h"

#define HD_FAULT_BYTES 512u

/*
 * "0.2 deposit is cancelled while it waits for lock 'a' (bank.c:30)", "with the
 * allocation at bank.c:12 failing: "; what follows is what it has led to. "" if
 * no fault was injected. Returns text.
 */
const char *hd_fault_words(const struct hd_story *story, char *text,
                           size_t bytes);

/* Who was cancelled by an injected fault, and where; false: nobody. */
bool hd_fault_hit(const struct hd_story *story, uint32_t *out_actor,
                  uint64_t *out_place);

/* A line: Heddle has done it; who does it in production. */
void hd_fault_print_origin(const struct hd_story *story, FILE *out);

#endif
