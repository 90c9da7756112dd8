/*
 * The plan of a search: which strategy for how many executions, in turn.
 *
 * `auto` is the fifo run, then dfs under a cap, then random. The first
 * execution of dfs takes every default, so it is the fifo run.
 */
#ifndef HD_EXPLORE_PLAN_H
#define HD_EXPLORE_PLAN_H

#include "base/random.h"
#include "explore/settings.h"
#include "explore/shared.h"

#define HD_PHASES_MAX HD_SHARED_PHASES

struct hd_phase {
    const struct hd_strategy *strategy; /* pick NULL: fifo */
    const char *text;                   /* what followed its name */
    uint64_t executions_max;            /* of this phase */
    uint64_t total_max;                 /* of all up to its end */
    enum hd_clock clock;
    uint64_t seed; /* of the strategy; a run's is mixed from it */
    void *self;    /* shared memory, zeroed */
};

struct hd_plan {
    struct hd_phase phases[HD_PHASES_MAX];
    uint32_t count;
};

/*
 * Make the plan of these settings; memory for the strategies' states is mapped.
 * False: error says why (an unknown strategy, bad text, no memory).
 */
bool hd_plan_init(struct hd_plan *plan, const struct hd_settings *settings,
                  char *error, size_t bytes);

/*
 * The plan of a hunt under these settings' rules: dfs for half of the
 * schedules, then random, whatever strategy the user asked for.
 */
bool hd_plan_init_hunt(struct hd_plan *plan, const struct hd_settings *settings,
                       uint64_t schedules);

void hd_plan_finish(struct hd_plan *plan);

/*
 * The strategy of "NAME" or "NAME:TEXT", NULL if there is none (replay is none
 * that can be asked for); *out_text is its text.
 */
const struct hd_strategy *hd_plan_find_strategy(const char *name,
                                                const char **out_text);

/* Can one of its runs be named by seed and number? */
bool hd_plan_has_recipe(const struct hd_strategy *strategy);

/*
 * Run r of a strategy depends on (seed, strategy, r) and on nothing else: the
 * strategy's seed, and run r's.
 */
uint64_t hd_plan_seed(uint64_t seed, const char *strategy);

static inline uint64_t
hd_run_seed(uint64_t strategy_seed, uint64_t run)
{
    return hd_mix(strategy_seed ^ run);
}

#endif
