/*
 * The plan of a search: which strategies, in which stages.
 *
 * A stage is a set of arms that take turns; stages follow each other. An arm is
 * a strategy with a state, a share of the stage's steps and run numbers of its
 * own. `auto` has one stage for each clock, with an exhaustive arm and samplers
 * (portfolio.h tells who is next); a strategy asked for by name has a stage of
 * its own, after the fifo run; a hunt searches depth first, then at random.
 * A shard of a search begins with the fifo run, whatever comes then.
 */
#ifndef HD_EXPLORE_PLAN_H
#define HD_EXPLORE_PLAN_H

#include "base/random.h"
#include "explore/settings.h"
#include "explore/shared.h"

#define HD_ARMS_MAX HD_SHARED_ARMS
#define HD_STAGES_MAX 4u

/*
 * One arm.
 *
 * share           of the stage's steps, in thousandths, to begin with.
 * is_exhaustive   when it has nothing left to run, everything was run.
 * is_assumed      or everything that differs, if steps conflict only as they
 *                 say: through Heddle's objects and memory that is marked.
 * after           1 + the arm without whose end it does not begin, or 0.
 * executions_max  of this arm.
 */
struct hd_arm {
    const struct hd_strategy *strategy; /* pick NULL: fifo */
    const char *text;                   /* what followed its name */
    uint32_t stage, share, after;
    bool is_exhaustive, is_assumed;
    uint64_t executions_max;
    enum hd_clock clock; /* the stage's */
    uint64_t seed;       /* of the strategy; a run's is mixed from it */
    void *self;          /* shared memory, zeroed */
};

struct hd_stage {
    uint32_t first, count; /* of its arms */
    uint64_t total_max;    /* executions of all stages up to its end */
    enum hd_clock clock;
};

struct hd_plan {
    struct hd_arm arms[HD_ARMS_MAX];
    struct hd_stage stages[HD_STAGES_MAX];
    uint32_t arm_count, stage_count;
    uint32_t shard, shards; /* the settings' */
};

/*
 * The number of an arm's run, of which so many have gone before: those after
 * the profiling runs are dealt to the shards.
 */
uint64_t hd_plan_run(const struct hd_plan *plan, const struct hd_arm *arm,
                     uint64_t before);

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

/*
 * The plan of a hunt for schedules of few deviations: all of them, if they are
 * not more than that. few is the strategy's text; borrowed as long as the plan.
 */
bool hd_plan_init_few(struct hd_plan *plan, const struct hd_settings *settings,
                      const char *few, uint64_t schedules);

void hd_plan_finish(struct hd_plan *plan);

/*
 * The strategy of "NAME" or "NAME:TEXT", NULL if there is none (replay is none
 * that can be asked for); *out_text is its text.
 */
const struct hd_strategy *hd_plan_find_strategy(const char *name,
                                                const char **out_text);

/* Can one of its runs be named by seed and number? */
bool hd_plan_has_recipe(const struct hd_strategy *strategy);

/* Does it run every schedule there is, and then end? */
bool hd_plan_is_exhaustive(const struct hd_strategy *strategy);

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
