/*
 * Starvation: a task that others keep from what it waits for, a thousand times
 * in a row. Looked for in the logs of long executions, when they are over.
 */
#ifndef HD_EXPLORE_STARVATION_H
#define HD_EXPLORE_STARVATION_H

#include "base/log.h"

/* Shorter ones have no room for it. */
#define HD_STARVATION_STEPS_MIN 2000u

/* How a task starves; op of the record. */
enum hd_starving {
    HD_STARVING_PARKED,   /* ready, while another runs a loop inside a step */
    HD_STARVING_OVERRUN,  /* woken, and what it waits for is gone each time */
    HD_STARVING_NOTIFIED, /* the same, on a condition */
};

/* Write the first task that starves into the log (HD_LOG_STARVED). */
void hd_starvation_note(struct hd_log *log);

#endif
