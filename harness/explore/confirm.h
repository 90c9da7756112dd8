/*
 * Confirming: a schedule is replayed, each time in a process of its own, until
 * it is known whether it shows the same finding every time.
 */
#ifndef HD_EXPLORE_CONFIRM_H
#define HD_EXPLORE_CONFIRM_H

#include "explore/attempt.h"
#include "explore/divergence.h"

struct hd_confirmation {
    uint32_t shown, replays;
    uint64_t attempts; /* how many there had been at the end */
    bool diverged;
    struct hd_divergence divergence; /* of the found execution from a replay */
};

/* How often is enough after an execution with this log? What hangs is dear. */
uint32_t hd_confirm_replays(const struct hd_log *log);

/*
 * Replay the schedule of an execution. found: its log, to be compared with
 * those of the replays, or NULL: with that of the first.
 */
struct hd_confirmation hd_confirm(struct hd_attempt *attempt,
                                  const struct hd_schedule *schedule,
                                  uint64_t signature,
                                  const struct hd_log *found, uint32_t replays);

/* It shows every time, in the same way. */
bool hd_confirm_is_steady(const struct hd_confirmation *done);

#endif
