/*
 * The chances that all random strategies take alike: those of the clock, which
 * would otherwise run away from the program, and of faults, of which few are to
 * come anywhere. Each chance of a fault is taken once in 2, 4, ... or 1024:
 * which of them is drawn for the whole run, so that late waits of long programs
 * get their faults as well as the few of short ones, and nothing need be known
 * of the program.
 */
#ifndef HD_STRATEGY_CHANCE_H
#define HD_STRATEGY_CHANCE_H

#include "base/random.h"
#include <heddle/scheduler.h>

#define HD_CLOCK_ONE_IN 8u
#define HD_FAULT_SHIFTS 10u

struct hd_chance {
    struct hd_random random;
    uint64_t fault_one_in;
};

/* Before each execution; seed is the run's. */
static inline void
hd_chance_begin(struct hd_chance *chance, uint64_t seed)
{
    chance->random.state = seed;
    struct hd_random rates = {.state = hd_mix(seed)};
    chance->fault_one_in = (uint64_t)2
                           << hd_random_below(&rates, HD_FAULT_SHIFTS);
}

/* Each candidate with the same chance, but the clock. */
static inline struct hd_actor *
hd_chance_walk(struct hd_chance *chance, const struct hd_view *view)
{
    struct hd_random *random = &chance->random;
    for (;;) {
        struct hd_actor *actor =
            view->ready[hd_random_below(random, view->ready_count)];
        if (__builtin_expect(actor->kind != HD_ACTOR_CLOCK, 1) ||
            hd_random_below(random, HD_CLOCK_ONE_IN) == 0) {
            return actor;
        }
    }
}

/* Does the clock, one of so many candidates, come as in a random walk? */
static inline bool
hd_chance_clock(struct hd_chance *chance, uint32_t count)
{
    const uint64_t weight = (uint64_t)(count - 1) * HD_CLOCK_ONE_IN + 1;
    return hd_random_below(&chance->random, weight) == 0;
}

/* A value: any, or, where it is a fault or a jump, rarely one. */
static inline uint64_t
hd_chance_choose(struct hd_chance *chance, const struct hd_value *value)
{
    struct hd_random *random = &chance->random;
    if (value->kind == HD_VALUE_CANCEL || value->kind == HD_VALUE_ALLOC) {
        return hd_random_below(random, chance->fault_one_in) == 0
                   ? 1 + hd_random_below(random, value->bound - 1)
                   : 0;
    }
    if (value->kind == HD_VALUE_JUMP) {
        return hd_random_below(random, HD_CLOCK_ONE_IN) == 0;
    }
    return hd_random_below(random, value->bound);
}

#endif
