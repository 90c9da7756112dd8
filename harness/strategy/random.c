/*
 * A random walk: every candidate is as likely as any other, but the clock,
 * which would otherwise run away from the program, and faults, of which few
 * are to come anywhere. Each chance of a fault is taken once in 2, 4, ... or
 * 1024: which of them is drawn for the whole run, so that late waits of long
 * programs get their faults as well as the few of short ones, and nothing need
 * be known of the program.
 */
#include "base/random.h"
#include "strategy/strategy.h"

#define CLOCK_ONE_IN 8u
#define FAULT_SHIFTS 10u

struct walk {
    struct hd_random random;
    uint64_t fault_one_in;
};

static bool
begin(void *self, const struct hd_run *run)
{
    struct walk *walk = self;
    walk->random.state = run->seed;
    struct hd_random rates = {.state = hd_mix(run->seed)};
    walk->fault_one_in = (uint64_t)2 << hd_random_below(&rates, FAULT_SHIFTS);
    return true;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct hd_random *random = &((struct walk *)self)->random;
    for (;;) {
        struct hd_actor *actor =
            view->ready[hd_random_below(random, view->ready_count)];
        if (__builtin_expect(actor->kind != HD_ACTOR_CLOCK, 1) ||
            hd_random_below(random, CLOCK_ONE_IN) == 0) {
            return actor;
        }
    }
}

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    struct walk *walk = self;
    struct hd_random *random = &walk->random;
    (void)view;
    if (value->kind == HD_VALUE_CANCEL || value->kind == HD_VALUE_ALLOC) {
        return hd_random_below(random, walk->fault_one_in) == 0
                   ? 1 + hd_random_below(random, value->bound - 1)
                   : 0;
    }
    if (value->kind == HD_VALUE_JUMP) {
        return hd_random_below(random, CLOCK_ONE_IN) == 0;
    }
    return hd_random_below(random, value->bound);
}

const struct hd_strategy hd_strategy_random = {
    .name = "random",
    .summary = "each candidate with the same chance",
    .abi = HD_STRATEGY_ABI,
    .wants = HD_STRATEGY_FAIR,
    .bytes = sizeof(struct walk),
    .begin = begin,
    .pick = pick,
    .choose = choose,
};
