/*
 * Strategies: who runs next? One answer per file, one row each in registry.c.
 * What a strategy is, and what it may rely on, is said in heddle/scheduler.h.
 */
#ifndef HD_STRATEGY_STRATEGY_H
#define HD_STRATEGY_STRATEGY_H

#include "trace/schedule.h"
#include <heddle/scheduler.h>

extern const struct hd_strategy hd_strategy_random;
extern const struct hd_strategy hd_strategy_pct;
extern const struct hd_strategy hd_strategy_pos;
extern const struct hd_strategy hd_strategy_surw;
extern const struct hd_strategy hd_strategy_delay;
extern const struct hd_strategy hd_strategy_dfs;
extern const struct hd_strategy hd_strategy_dpor;
extern const struct hd_strategy hd_strategy_replay;
extern const struct hd_strategy hd_strategy_ordered;
extern const struct hd_strategy hd_strategy_serial; /* not to be asked for */
extern const struct hd_strategy hd_strategy_few;    /* nor this */

/*
 * By name, NULL if there is none; all, NULL-terminated. fifo has no functions:
 * it is what the ready set does when nobody is asked.
 */
const struct hd_strategy *hd_strategy_find(const char *name, size_t length);
const struct hd_strategy *const *hd_strategy_all(void);

/* The candidate with this index in a fixed order: 0 is the default. */
static inline struct hd_actor *
hd_view_candidate(const struct hd_view *view, uint32_t index)
{
    if (index == 0) {
        return view->first;
    }
    /* The rest in the order of the array, without the first. */
    return view->ready[index - 1 < view->first->ready_at ? index - 1 : index];
}

/*
 * dfs: the frontier of the search, a choice per entry.
 *
 * diverged   the program did not do again what it did before.
 * cut        deeper than the stack: the search is not exhaustive.
 * boundary   of shards: so many choices lead to the present regions, 0 if the
 *            execution has not come to any yet; region: the first one's number.
 * paths      the product of the numbers of candidates above it.
 * passes     the execution is another shard's.
 */
struct hd_dfs_choice {
    uint32_t count, index;
    uint64_t hash; /* of trace and ready set before it */
};
#define HD_DFS_DEPTH_MAX ((uint64_t)1 << 20)
#define HD_REGIONS_EACH 8u
struct hd_dfs {
    uint64_t length, depth;
    bool begun, done, diverged, cut, passes;
    uint32_t shard, shards;
    uint64_t boundary, region, paths, pruned;
    struct hd_dfs_choice choices[HD_DFS_DEPTH_MAX];
};

/*
 * few: the frontier, as dfs's. Its text says how many deviations at most.
 *
 * only       if any, none but actors of these paths are taken, and no values.
 * used       deviations among the choices.
 * diverged   the program did not do again what it did before.
 * cut        deeper than the stack: not every such schedule was executed.
 */
struct hd_few_choice {
    uint32_t count, index;
    uint64_t hash; /* of trace and ready set before it */
};
#define HD_FEW_DEPTH_MAX ((uint64_t)1 << 16)
#define HD_FEW_ONLY_MAX 4u
struct hd_few {
    uint64_t length, depth;
    uint32_t deviations_max, used;
    bool begun, done, diverged, cut;
    uint32_t only_count;
    uint64_t only[HD_FEW_ONLY_MAX];
    struct hd_few_choice choices[HD_FEW_DEPTH_MAX];
};

/*
 * serial: main's tasks one after the other.
 *
 * order      their ordinals, in turn; count of them.
 * overfull   more actors than it can tell apart: the execution was pruned.
 */
#define HD_SERIAL_TASKS_MAX 256u
#define HD_SERIAL_ACTORS_MAX 8192u
struct hd_serial {
    uint32_t order[HD_SERIAL_TASKS_MAX];
    uint32_t count;
    uint32_t turn, main, born;
    bool overfull;
    uint32_t group[HD_SERIAL_ACTORS_MAX];
    bool asleep[HD_SERIAL_ACTORS_MAX];
};

/*
 * replay: follows a schedule as far as it can. Where the schedule has orders
 * ("A before B"), the default is the first in line that none of them holds
 * back, and hd_strategy_ordered is the strategy.
 *
 * used       how many deviations were applied.
 * strict     one that does not fit prunes the execution.
 * drift      the first that did not fit, or SIZE_MAX; an order does not if
 *            its later step happened first, since nobody else was ready.
 */
struct hd_replay {
    const struct hd_schedule *schedule; /* borrowed */
    size_t used, drift;
    bool strict;
    uint32_t *table, *next; /* by key: 1 + index of the next unused; ours */
    bool *met;              /* by index: its key was reached */
    bool *happened;         /* by index: an order's earlier step */
    size_t mask;
};
void hd_replay_init(struct hd_replay *replay,
                    const struct hd_schedule *schedule, bool strict);

/* hd_strategy_replay, or the one for schedules with orders. */
const struct hd_strategy *hd_replay_strategy(
    const struct hd_schedule *schedule);

void hd_replay_finish(struct hd_replay *replay);

/* The first deviation that the execution never reached, or SIZE_MAX. */
size_t hd_replay_unmet(const struct hd_replay *replay);

#endif
