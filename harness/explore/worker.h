/*
 * The worker: a process that executes, one schedule after the other, and dies
 * at the first execution that shows something new.
 */
#ifndef HD_EXPLORE_WORKER_H
#define HD_EXPLORE_WORKER_H

#include "explore/execute.h"
#include "explore/plan.h"
#include "strategy/strategy.h"

/* Set up the process: signals, output, globals. False when it cannot. */
bool hd_worker_begin(struct hd_runner *runner, struct hd_shared *shared,
                     const struct hd_settings *settings,
                     const struct hd_test *test);

/* Explore from where shared says; never returns. */
HD_NORETURN void hd_worker_explore(struct hd_shared *shared,
                                   const struct hd_settings *settings,
                                   const struct hd_test *test,
                                   struct hd_plan *plan);

/*
 * Execute one schedule, then exit: FOUND if the execution shows anything, else
 * DONE. Never returns.
 *
 * recording  in shared memory: what the steps touch is written there; or NULL.
 */
struct hd_recording;
HD_NORETURN void hd_worker_replay(struct hd_shared *shared,
                                  const struct hd_settings *settings,
                                  const struct hd_test *test,
                                  const struct hd_schedule *schedule,
                                  struct hd_recording *recording);

/* The same for one serial order; clock and points are its own. */
HD_NORETURN void hd_worker_serial(struct hd_shared *shared,
                                  const struct hd_settings *settings,
                                  const struct hd_test *test,
                                  const struct hd_serial *order);

/*
 * The same for one run of a strategy. Its profiling runs must have been run
 * before, on the same state.
 *
 * self  the strategy's state, shared memory, after init; borrowed.
 */
struct hd_rerun {
    const struct hd_strategy *strategy;
    void *self;
    uint64_t seed, number;
};
HD_NORETURN void hd_worker_rerun(struct hd_shared *shared,
                                 const struct hd_settings *settings,
                                 const struct hd_test *test,
                                 const struct hd_rerun *rerun);

#endif
