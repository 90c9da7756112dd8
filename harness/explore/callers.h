/*
 * Callers: in the runs that are told, each suspension is followed in the log by
 * where the code stands that called it, up to the function of the task. A
 * search can do without, and is faster for it.
 */
#ifndef HD_EXPLORE_CALLERS_H
#define HD_EXPLORE_CALLERS_H

#include "explore/settings.h"

/*
 * A step has ended on this stack: if it was a task's and the task waits or
 * yields, log who called. body is the test's, where its main task begins.
 */
void hd_callers_log(struct hd_ready *ready, void (*body)(void));

#endif
