#include "strategy/strategy.h"

#include <string.h>

static const struct hd_strategy fifo = {
    .name = "fifo",
    .summary = "the order of a FIFO loop, once",
    .abi = HD_STRATEGY_ABI,
};

static const struct hd_strategy *const strategies[] = {
    &fifo, &hd_strategy_random, &hd_strategy_dfs, &hd_strategy_replay, NULL,
};

const struct hd_strategy *const *
hd_strategy_all(void)
{
    return strategies;
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
