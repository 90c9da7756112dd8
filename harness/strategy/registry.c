#include "strategy/strategy.h"

#include "base/assert.h"
#include <heddle/test.h>
#include <string.h>

static const struct hd_strategy fifo = {
    .name = "fifo",
    .summary = "the order of a FIFO loop, once",
    .abi = HD_STRATEGY_ABI,
};

#define HEDDLES 9u
#define OWN_MAX 16u

/* Heddle's, then the program's own; NULL at the end. */
static HD_GLOBAL const struct hd_strategy *strategies[HEDDLES + OWN_MAX + 1] = {
    &fifo,
    &hd_strategy_random,
    &hd_strategy_pct,
    &hd_strategy_pos,
    &hd_strategy_surw,
    &hd_strategy_delay,
    &hd_strategy_dfs,
    &hd_strategy_dpor,
    &hd_strategy_replay,
};

const struct hd_strategy *const *
hd_strategy_all(void)
{
    return strategies;
}

void
hd_strategy_register(const struct hd_strategy *strategy)
{
    HD_ASSERT(strategy->abi == HD_STRATEGY_ABI);
    HD_ASSERT(strategy->pick != NULL);
    HD_ASSERT(hd_strategy_find(strategy->name, strlen(strategy->name)) == NULL);
    size_t row = 0;
    while (strategies[row] != NULL) {
        row++;
    }
    HD_ASSERT(row < HEDDLES + OWN_MAX);
    strategies[row] = strategy;
}

const struct hd_strategy *
hd_strategy_find(const char *name, size_t length)
{
    for (size_t i = 0; strategies[i] != NULL; i++) {
        if (strlen(strategies[i]->name) == length &&
            strncmp(strategies[i]->name, name, length) == 0) {
            return strategies[i];
        }
    }
    return NULL;
}
