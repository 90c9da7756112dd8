/*
 * What is ready, by priority: the highest at once, any change in O(log n).
 *
 * Actors are known by their slots, their places in the view's ready array. A
 * strategy keeps that array up in step with the set: who becomes ready takes
 * the slot behind the last, and when somebody is gone the last slot moves into
 * the gap. So nothing is kept by address, and nothing grows with the number of
 * actors that were ever born.
 *
 *   nodes   1 | 2 3 | 4 5 6 7 | ...      a tree of maxima; the leaves are the
 *                                        slots, a node the greater child
 *
 * A leaf is its priority above its slot's number, so the root says whose it is
 * and no two are equal. The leaves double when they are too few. As long as
 * there are only a few, nothing is kept above them: to look at all is faster
 * than a tree whose branches no processor foresees.
 */
#ifndef HD_STRATEGY_TOP_H
#define HD_STRATEGY_TOP_H

#include "base/assert.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define HD_TOP_SLOT_BITS 18u
#define HD_TOP_SLOTS (1u << HD_TOP_SLOT_BITS)
#define HD_TOP_PRIORITY_BITS (64u - HD_TOP_SLOT_BITS)
#define HD_TOP_WIDTH_MIN 16u
#define HD_TOP_BLOCK 4u /* of leaves looked at as one */

/*
 * count  slots in use; ours to read.
 * width  leaves: a power of two, 0 before the first begin.
 */
struct hd_top {
    uint32_t count, width;
    uint64_t nodes[2 * (size_t)HD_TOP_SLOTS];
};

/* Nobody is ready. */
static inline void
hd_top_begin(struct hd_top *top)
{
    memset(&top->nodes[HD_TOP_WIDTH_MIN], 0,
           HD_TOP_WIDTH_MIN * sizeof(top->nodes[0]));
    top->width = HD_TOP_WIDTH_MIN;
    top->count = 0;
}

/* A leaf has changed: so may have those above it. */
static inline void
hd_top_rise(struct hd_top *top, size_t at)
{
    if (__builtin_expect(top->width == HD_TOP_WIDTH_MIN, 1)) {
        return;
    }
    for (; at > 1; at /= 2) {
        const uint64_t left = top->nodes[at], right = top->nodes[at ^ 1];
        const uint64_t greater = left > right ? left : right;
        if (top->nodes[at / 2] == greater) {
            return;
        }
        top->nodes[at / 2] = greater;
    }
}

static inline void
hd_top_widen(struct hd_top *top)
{
    const size_t width = top->width;
    memset(&top->nodes[2 * width], 0, 2 * width * sizeof(top->nodes[0]));
    memcpy(&top->nodes[2 * width], &top->nodes[width],
           width * sizeof(top->nodes[0]));
    for (size_t at = 2 * width - 1; at > 0; at--) {
        const uint64_t left = top->nodes[2 * at];
        const uint64_t right = top->nodes[2 * at + 1];
        top->nodes[at] = left > right ? left : right;
    }
    top->width = (uint32_t)(2 * width);
}

static inline uint64_t
hd_top_priority(const struct hd_top *top, uint32_t slot)
{
    return top->nodes[top->width + slot] >> HD_TOP_SLOT_BITS;
}

/* 0 is never the highest. */
static inline void
hd_top_set(struct hd_top *top, uint32_t slot, uint64_t priority)
{
    const size_t leaf = (size_t)top->width + slot;
    top->nodes[leaf] = priority > 0 ? priority << HD_TOP_SLOT_BITS | slot : 0;
    hd_top_rise(top, leaf);
}

/* One more is ready, in the slot behind the last. */
static inline void
hd_top_add(struct hd_top *top, uint64_t priority)
{
    HD_ASSERT(top->count < HD_TOP_SLOTS);
    if (__builtin_expect(top->count == top->width, 0)) {
        hd_top_widen(top);
    }
    hd_top_set(top, top->count++, priority);
}

/* One is no longer ready; returns the slot that moves into the gap. */
static inline uint32_t
hd_top_remove(struct hd_top *top, uint32_t slot)
{
    HD_ASSERT(slot < top->count);
    const uint32_t last = --top->count;
    hd_top_set(top, slot, hd_top_priority(top, last));
    hd_top_set(top, last, 0); /* it may be this one */
    return last;
}

static inline uint64_t
hd_top_greater(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The highest leaf of a few; those behind the last are 0. */
static inline uint64_t
hd_top_look(const struct hd_top *top)
{
    const uint64_t *leaf = &top->nodes[HD_TOP_WIDTH_MIN];
    uint64_t highest = 0;
    for (uint32_t i = 0; i < top->count; i += HD_TOP_BLOCK) {
        highest = hd_top_greater(
            highest, hd_top_greater(hd_top_greater(leaf[i], leaf[i + 1]),
                                    hd_top_greater(leaf[i + 2], leaf[i + 3])));
    }
    return highest;
}

/* Whose priority is the highest; somebody's must be above 0. */
static inline uint32_t
hd_top_highest(const struct hd_top *top)
{
    uint64_t highest = top->nodes[1];
    if (__builtin_expect(top->width == HD_TOP_WIDTH_MIN, 1)) {
        highest = hd_top_look(top);
    }
    HD_ASSERT(highest != 0);
    return (uint32_t)(highest & (HD_TOP_SLOTS - 1));
}

#endif
