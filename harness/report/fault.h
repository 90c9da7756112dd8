/*
 * The injected fault that a finding comes from, in the words of its title.
 */
#ifndef HD_REPORT_FAULT_H
#define HD_REPORT_FAULT_H

#include "report/report.h"

#define HD_FAULT_BYTES 512u

/*
 * "0.2 deposit is cancelled while it waits for lock 'a' (bank.c:30), and then:
 * deadlock: ", "with the allocation at bank.c:12 failing: "; what follows is
 * the finding's message. "" if no fault was injected. Returns text.
 */
const char *hd_fault_words(const struct hd_story *story, char *text,
                           size_t bytes);

#endif
