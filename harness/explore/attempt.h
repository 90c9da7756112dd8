/*
 * Attempts: one schedule in a process of its own, from the state that the
 * program had when it started.
 */
#ifndef HD_EXPLORE_ATTEMPT_H
#define HD_EXPLORE_ATTEMPT_H

#include "explore/execute.h"
#include "explore/recording.h"
#include "explore/supervise.h"
#include "strategy/strategy.h"

struct hd_attempt {
    const struct hd_settings *settings; /* rules as the finding's */
    const struct hd_test *test;
    struct hd_shared *probe;        /* results and log of the last attempt */
    struct hd_recording *recording; /* schedules are recorded there; or NULL */
    enum hd_worker_end end;         /* how it ended */
    uint64_t count;                 /* attempts so far */
    uint64_t records;               /* written by all of them */
};

/* Not a finding's signature: the execution ends in good order, with none. */
#define HD_SHOWS_NOTHING UINT64_C(0)

/*
 * Execute the schedule; the log and the drift are in probe. Returns whether
 * the finding with this signature shows; or, with HD_SHOWS_NOTHING, none.
 */
bool hd_attempt(struct hd_attempt *attempt, const struct hd_schedule *schedule,
                uint64_t signature);

/* Execute the run that a recipe names; its strategy must be there. */
void hd_attempt_recipe(struct hd_attempt *attempt,
                       const struct hd_token *recipe);

/* Execute one serial order. */
void hd_attempt_serial(struct hd_attempt *attempt,
                       const struct hd_serial *order);

/* The finding with this signature in the last attempt; false: it is not. */
bool hd_attempt_finding(const struct hd_attempt *attempt, uint64_t signature,
                        struct hd_finding *out_finding);

/*
 * What was chosen in the last attempt, without what did not fit. False when out
 * of memory.
 */
bool hd_attempt_schedule(const struct hd_attempt *attempt,
                         struct hd_schedule *out_schedule);

#endif
