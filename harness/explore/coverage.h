/*
 * What a search has seen: which traces, how often by whom, and which pairs of
 * conflicting places in which order. Flat shared memory, without pointers.
 *
 * A trace is an execution up to the order of steps that do not conflict
 * (tracer.h); here it is a hash. Each arm of the plan counts what it has seen
 * once and twice for itself: estimates hold for one sampler, not for a mixture.
 */
#ifndef HD_EXPLORE_COVERAGE_H
#define HD_EXPLORE_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#define HD_COVERAGE_ARMS 16u
#define HD_TRACE_BITS_MIN 10u
#define HD_TRACE_BITS_MAX 22u
#define HD_PAIRS_MAX 8192u

/* A trace; seen has two bits for each arm: how often, up to 3. */
struct hd_trace_seen {
    uint64_t hash;
    uint32_t seen, reserved;
};

/*
 * Two places, first < second, whose steps conflict.
 *
 * forward   first's step came before second's; backward: the other way round.
 * was_free  and then both could have stepped: the order was chosen. Of an order
 *           that never was free the other way need not exist.
 */
struct hd_pair_seen {
    uint64_t first, second;
    bool forward, backward, was_free;
};

/* Of one arm: executions with a trace, traces that it has seen so often. */
struct hd_coverage_arm {
    uint64_t executions, distinct, once, twice;
};

/*
 * bits      of the present table of traces, which lies at traces[1 << bits].
 * distinct  traces; full: there were more than fit, and are not counted.
 * pairs     hashed by both places; pairs_full: likewise.
 */
struct hd_coverage {
    uint32_t bits;
    bool full, pairs_full;
    uint64_t distinct, pair_count;
    struct hd_coverage_arm arms[HD_COVERAGE_ARMS];
    struct hd_pair_seen pairs[HD_PAIRS_MAX];
    struct hd_trace_seen traces[(uint64_t)2 << HD_TRACE_BITS_MAX];
};

/* Shared memory that takes up what it uses. NULL when out of memory. */
struct hd_coverage *hd_coverage_create(void);
void hd_coverage_destroy(struct hd_coverage *coverage);

/* What an execution was: nobody looked; a trace that was seen; a new one. */
enum hd_novelty {
    HD_NOT_LOOKED_AT,
    HD_SEEN_BEFORE,
    HD_SEEN_FIRST,
};

/*
 * Is the trace of the execution with this number looked at? What steps touch is
 * dear to tell, so after the first thousand it is of one in eight.
 */
static inline bool
hd_coverage_looks(uint64_t execution)
{
    return execution < 1000 || execution % 8 == 0;
}

/* An arm has executed this trace. Returns whether nobody has before. */
bool hd_coverage_note_trace(struct hd_coverage *coverage, uint32_t arm,
                            uint64_t hash);

/* A step at `from` came before one at `to` that conflicts with it. */
void hd_coverage_note_pair(struct hd_coverage *coverage, uint64_t from,
                           uint64_t to, bool was_free);

/* How many orders of conflicting places there were, and might have been. */
struct hd_pair_count {
    uint64_t seen;      /* ordered pairs */
    uint64_t never;     /* whose other order was possible and never came */
    uint64_t one_place; /* a place with itself: of these no order is told */
};
struct hd_pair_count hd_coverage_count_pairs(
    const struct hd_coverage *coverage);

/*
 * The chance that the arm's next execution is of a trace that it has not seen,
 * by Good and Turing: as many as were seen once, of all. Holds for arms whose
 * runs are drawn independently. Negative: nothing can be said yet.
 */
double hd_coverage_chance(const struct hd_coverage *coverage, uint32_t arm);

#endif
