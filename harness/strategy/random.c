/*
 * A random walk: every candidate is as likely as any other, but the clock,
 * which would otherwise run away from the program.
 */
#include "base/random.h"
#include "strategy/strategy.h"

#define CLOCK_ONE_IN 8u

static bool
begin(void *self, const struct hd_run *run)
{
    struct hd_random *random = self;
    random->state = run->seed;
    return true;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct hd_random *random = self;
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
    struct hd_random *random = self;
    (void)view;
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
    .bytes = sizeof(struct hd_random),
    .begin = begin,
    .pick = pick,
    .choose = choose,
};
