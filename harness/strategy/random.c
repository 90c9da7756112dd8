/*
 * A random walk: every candidate is as likely as any other, but the clock.
 */
#include "strategy/chance.h"
#include "strategy/strategy.h"

static bool
begin(void *self, const struct hd_run *run)
{
    hd_chance_begin(self, run->seed);
    return true;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    return hd_chance_walk(self, view);
}

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    (void)view;
    return hd_chance_choose(self, value);
}

const struct hd_strategy hd_strategy_random = {
    .name = "random",
    .summary = "each candidate with the same chance",
    .abi = HD_STRATEGY_ABI,
    .wants = HD_STRATEGY_FAIR,
    .bytes = sizeof(struct hd_chance),
    .begin = begin,
    .pick = pick,
    .choose = choose,
};
