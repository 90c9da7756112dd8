/*
 * Hunts: a search for one thing inside a search for everything. It has workers
 * and shared memory of its own, so the search that it is part of goes on
 * afterwards as if nothing had been.
 */
#ifndef HD_EXPLORE_HUNT_H
#define HD_EXPLORE_HUNT_H

#include "explore/settings.h"
#include "explore/shared.h"
#include <heddle/test.h>

/*
 * What is hunted, under which rules, at which cost.
 *
 * settings       rules and ignored kinds count; borrowed.
 * outer          the search that this is part of: its results and what is
 *                known of the program's globals; borrowed.
 * goal           HD_GOAL_SIGNATURE or HD_GOAL_PASSES.
 * schedules_max  executions at most; steps_max: no more once they have made
 *                so many steps. Nothing depends on how fast the machine is.
 * few            only schedules of few deviations: the text of the strategy of
 *                that name; borrowed. NULL: any.
 */
struct hd_hunt {
    const struct hd_settings *settings;
    const struct hd_test *test;
    const struct hd_shared *outer;
    enum hd_goal goal;
    uint64_t signature;
    uint64_t schedules_max, steps_max;
    const char *few;
};

/*
 * What came of it.
 *
 * found      the schedule is that of the execution, and the caller's.
 * exhausted  every schedule (within the bound) was executed.
 */
struct hd_hunted {
    bool found, exhausted;
    uint64_t schedules, steps; /* executed */
    struct hd_schedule schedule;
};

/*
 * fifo, then depth first, then random; or all within the bound. Give the
 * schedule back, if found.
 */
struct hd_hunted hd_hunt(const struct hd_hunt *hunt);

#endif
