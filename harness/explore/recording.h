/*
 * A recording: a replay together with what its steps touched and whom they
 * made ready. It is written by the process that replays, and read by the
 * supervisor once that has ended.
 */
#ifndef HD_EXPLORE_RECORDING_H
#define HD_EXPLORE_RECORDING_H

#include "strategy/strategy.h"

#define HD_RECORDING_STEPS_MAX 4096u
#define HD_RECORDING_EVENTS_MAX 32768u
#define HD_RECORDING_ACCESSES_MAX 65536u

/*
 * What happened, in order. What stands between one step and the next happened
 * in the first, or after it if by is 0.
 *
 * step     actor began a step; its accesses are from..from+count-1.
 * ready    actor was made ready by by (0: the outside) as the first in line,
 *          as the last, or with no place in it.
 * unready  actor was disabled.
 */
enum hd_event_kind {
    HD_EVENT_STEP,
    HD_EVENT_READY_FIRST,
    HD_EVENT_READY_LAST,
    HD_EVENT_READY_ASIDE,
    HD_EVENT_UNREADY,
};
struct hd_recorded {
    enum hd_event_kind kind;
    uint32_t actor, by; /* ids */
    uint64_t path;      /* the actor's */
    uint32_t from, count;
};

/*
 * In shared memory, all of it.
 *
 * overfull  not everything fitted: it is of no use.
 * replay    what is recorded; borrowed.
 */
struct hd_recording {
    struct hd_replay *replay;
    const struct hd_strategy *strategy;
    bool overfull;
    uint32_t event_count, access_count, step_count;
    uint32_t stepping; /* 1 + the event of the step that has not ended */
    struct hd_recorded events[HD_RECORDING_EVENTS_MAX];
    struct hd_access accesses[HD_RECORDING_ACCESSES_MAX];
};

/* Empty it, to record this replay; its strategy then is the one below. */
void hd_recording_begin(struct hd_recording *recording,
                        struct hd_replay *replay,
                        const struct hd_schedule *schedule);

extern const struct hd_strategy hd_strategy_recorded;

#endif
