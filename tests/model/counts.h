/*
 * The published numbers of the published programs, as data.
 *
 * A program is its name and its parameter, 0 for none.
 */
#ifndef TESTS_MODEL_COUNTS_H
#define TESTS_MODEL_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Table 1.
 *
 * tasks          at the start; steps: of the longest execution.
 * interleavings  what dfs runs.
 * traces, bad, deadlocks   classes; what dpor runs, among them so many bad.
 * blocked        sleep-set-blocked runs of source-DPOR in the published order:
 *                lowest task first, first initial added.
 * general        counted with the rule for any blocking step.
 * sleep_blocked  the same for plain search with sleep sets; -1: not counted.
 */
struct model_published {
    const char *name;
    int32_t parameter;
    uint32_t tasks, steps;
    uint64_t interleavings, traces, bad, deadlocks;
    int64_t blocked, sleep_blocked;
    bool general;
};

/* The first numbers of a row, cumulative by bound from 0 on, and the last. */
#define MODEL_SERIES_MAX 9u
struct model_series {
    uint32_t count;
    uint64_t values[MODEL_SERIES_MAX];
    uint64_t total;
};

/*
 * Table 2.
 *
 * preemptions    schedules with so many preemptions or fewer.
 * delays         the same for round-robin delays; delay_traces: traces.
 * oldest_delays  the same for delays that put the oldest first.
 * preemptions_to_bad, delays_to_bad   the least that shows it, -1: none does.
 */
struct model_bounded {
    const char *name;
    int32_t parameter;
    struct model_series preemptions, delays, delay_traces, oldest_delays;
    int preemptions_to_bad, delays_to_bad;
};

/*
 * Table 3: the chance that one schedule is bad (or deadlocks).
 *
 * steps   k of pct: the most that an execution takes.
 * exact   else it was measured, give or take `error` (a standard error of the
 *         mean, times 3).
 */
struct model_chance {
    double value, error;
    bool exact;
};
struct model_chances {
    const char *name;
    int32_t parameter;
    uint32_t tasks, steps;
    struct model_chance random, uniform, pct1, pct2, pct3, pos;
};

extern const struct model_published model_published[];
extern const size_t model_published_count;
extern const struct model_bounded model_bounded[];
extern const size_t model_bounded_count;
extern const struct model_chances model_chances[];
extern const size_t model_chances_count;

#endif
