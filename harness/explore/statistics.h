/*
 * Statistics of a search: facts, and estimates with what they rest on.
 */
#ifndef HD_EXPLORE_STATISTICS_H
#define HD_EXPLORE_STATISTICS_H

#include "explore/plan.h"

/* Words for an arm's own account of itself. */
#define HD_ARM_TEXT_BYTES 120u

/*
 * One arm.
 *
 * explored  which part of all there is, as it estimates; 0: it cannot say.
 * chance    that its next run is of a trace that it has not seen (Good and
 *           Turing); negative: unknown, or its runs are not independent.
 */
struct hd_arm_statistics {
    const char *strategy, *asked; /* what followed its name */
    enum hd_clock clock;
    bool is_exhaustive, ended;
    uint64_t executions, steps, traces, pruned;
    double explored, chance;
    char text[HD_ARM_TEXT_BYTES];
};

/*
 * A search, or what has become of it so far.
 *
 * looked_at   executions whose trace was looked at, distinct traces of them;
 *             more: and some that could not be counted.
 * pairs       orders of conflicting places, in these executions.
 * pruned      executions that were given up: they could show nothing new.
 * limited     that reached a limit of steps or of turns; out_of_jumps: that
 *             would have had more jumps of the clock.
 * actors_max  in one execution; likewise decisions.
 * chance      that the next schedule is of a new trace: the samplers' chances,
 *             weighed by how often their turn comes; negative: unknown.
 * size        how many schedules there are, estimated from so many random walks
 *             (Knuth); rather too small than too large. walks 0: no estimate.
 */
struct hd_statistics {
    uint64_t looked_at, distinct;
    bool more, pairs_more;
    struct hd_pair_count pairs;
    uint64_t pruned, limited, out_of_jumps, walks;
    uint64_t actors_max, decisions_max;
    double chance;
    struct hd_size size;
    uint32_t arm_count;
    struct hd_arm_statistics arms[HD_ARMS_MAX];
};

/* One part; of the plan names, clocks and kinds of the arms are looked at. */
struct hd_part {
    const struct hd_plan *plan;
    const struct hd_shared *shared;
};

/* Whatever can be told from here of all parts; workers may be at work. */
void hd_statistics_read(const struct hd_part *parts, uint32_t count,
                        struct hd_statistics *out_statistics);

/*
 * A random walk has ended, its execution is in the log: one more sample of the
 * number of schedules. Only where each candidate was as likely as any other.
 */
void hd_statistics_note_walk(struct hd_shared *shared);

#endif
