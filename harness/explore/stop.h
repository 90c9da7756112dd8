/*
 * A replay for a debugger: in this process, with no watchdog, and with a
 * function to break on where a step is about to begin.
 */
#ifndef HD_EXPLORE_STOP_H
#define HD_EXPLORE_STOP_H

#include "explore/attempt.h"
#include <heddle/api.h>

/* Of the step in which the replay's first finding shows. */
#define HD_STOP_AT_FINDING UINT64_MAX

/*
 * Called before the step, and the place in the program at which that begins:
 * where the task was suspended, or its function. Where the place is not known
 * it is hd_stop_no_place(), which is called at once.
 */
HD_API void hd_stop_here(void);
HD_API void hd_stop_no_place(void);
HD_API extern const void *volatile hd_stop_place;

/* Execute the schedule of the last attempt again; step counts from 1,
   0: there is none to stop at. */
void hd_stop_replay(const struct hd_attempt *attempt,
                    const struct hd_settings *settings, uint64_t step);

#endif
