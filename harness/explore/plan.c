#include "explore/plan.h"

#include "base/assert.h"
#include "explore/shared.h"
#include "strategy/strategy.h"
#include <stdio.h>
#include <string.h>

/* An exhaustive arm gets a fifth of the budget, and at least this much. */
#define EXHAUSTIVE_MIN ((uint64_t)200)

uint64_t
hd_plan_seed(uint64_t seed, const char *strategy)
{
    uint64_t hash = hd_mix(seed);
    for (; *strategy != '\0'; strategy++) {
        hash = hd_mix(hash ^ (uint8_t)*strategy);
    }
    return hash;
}

bool
hd_plan_is_exhaustive(const struct hd_strategy *strategy)
{
    return strategy == &hd_strategy_dfs || strategy == &hd_strategy_dpor ||
           strategy == &hd_strategy_few;
}

/*
 * A shard's part of a number of executions, of which the fifo run and the
 * profiling runs are everybody's. Of an exhaustive search nobody knows how much
 * falls to a shard, so each may use it all.
 */
static uint64_t
budget_of(const struct hd_settings *settings, uint64_t executions)
{
    const char *text;
    const struct hd_strategy *strategy =
        hd_plan_find_strategy(settings->strategy, &text);
    const uint64_t common = 1 + (strategy != NULL ? strategy->profiles : 0);
    if (settings->shards <= 1 || executions <= common ||
        (strategy != NULL && hd_plan_is_exhaustive(strategy))) {
        return executions;
    }
    return common +
           (executions - common + settings->shards - 1 - settings->shard) /
               settings->shards;
}

uint64_t
hd_plan_run(const struct hd_plan *plan, const struct hd_arm *arm,
            uint64_t before)
{
    const uint64_t common = arm->strategy->profiles;
    if (plan->shards <= 1 || arm->strategy->pick == NULL || before < common) {
        return before;
    }
    return common + (before - common) * plan->shards + plan->shard;
}

/* A stage without arms yet, after those that there are. */
static struct hd_stage *
add_stage(struct hd_plan *plan, enum hd_clock clock, uint64_t total_max)
{
    HD_ASSERT(plan->stage_count < HD_STAGES_MAX);
    struct hd_stage *stage = &plan->stages[plan->stage_count++];
    *stage = (struct hd_stage){
        .first = plan->arm_count, .total_max = total_max, .clock = clock};
    return stage;
}

/* An arm of the last stage. */
static bool
add(struct hd_plan *plan, const struct hd_settings *settings,
    const struct hd_arm *as)
{
    HD_ASSERT(plan->arm_count < HD_ARMS_MAX);
    struct hd_stage *stage = &plan->stages[plan->stage_count - 1];
    struct hd_arm *arm = &plan->arms[plan->arm_count];
    const struct hd_strategy *strategy = as->strategy;
    HD_ASSERT(strategy != NULL);
    *arm = *as;
    arm->stage = plan->stage_count - 1;
    arm->clock = stage->clock;
    arm->is_exhaustive = hd_plan_is_exhaustive(strategy);
    arm->is_assumed = strategy == &hd_strategy_dpor &&
                      settings->rules.order == HD_ORDER_ANY &&
                      settings->rules.memory == HD_MEMORY_OBJECTS;
    arm->seed = hd_plan_seed(settings->seed, strategy->name);
    if (strategy->bytes > 0) {
        arm->self = hd_shared_map(strategy->bytes);
        if (arm->self == NULL) {
            return false;
        }
    }
    plan->arm_count++;
    stage->count++;
    return strategy->init == NULL ||
           strategy->init(arm->self, arm->text, settings->seed);
}

/* One arm alone: a stage of its own. */
static bool
add_alone(struct hd_plan *plan, const struct hd_settings *settings,
          const struct hd_strategy *strategy, const char *text,
          uint64_t executions_max)
{
    const struct hd_arm arm = {.strategy = strategy,
                               .text = text,
                               .share = 1000,
                               .executions_max = executions_max};
    return add(plan, settings, &arm);
}

/* Who samples, and with which part of the steps. */
static const struct {
    const struct hd_strategy *strategy;
    const char *text;
    uint32_t share;
} samplers[] = {
    {&hd_strategy_surw, "", 350},
    {&hd_strategy_pos, "", 250},
    {&hd_strategy_random, "", 150},
    {&hd_strategy_pct, "", 100},
};
#define EXHAUSTIVE_SHARE 250u

/*
 * dpor, which need not run much; what it proves holds if steps conflict only as
 * they say. Then dfs, which proves it without; unless all memory is seen. Where
 * dpor has nothing to save, dfs alone.
 */
static bool
add_exhaustive(struct hd_plan *plan, const struct hd_settings *settings,
               uint64_t budget)
{
    const uint64_t fifth = budget / 5;
    const uint64_t most = fifth > EXHAUSTIVE_MIN ? fifth : EXHAUSTIVE_MIN;
    struct hd_arm arm = {.strategy = &hd_strategy_dpor,
                         .text = "",
                         .share = EXHAUSTIVE_SHARE,
                         .executions_max = most < budget ? most : budget};
    if (settings->rules.order == HD_ORDER_ANY &&
        settings->rules.memory != HD_MEMORY_ALL) {
        if (!add(plan, settings, &arm)) {
            return false;
        }
        if (!plan->arms[plan->arm_count - 1].is_assumed) {
            return true; /* dfs would prove no more */
        }
        arm.after = plan->arm_count;
    }
    arm.strategy = &hd_strategy_dfs;
    return add(plan, settings, &arm);
}

static bool
add_auto(struct hd_plan *plan, const struct hd_settings *settings,
         enum hd_clock clock, uint64_t budget, uint64_t total_max)
{
    bool made = true;
    if (settings->shards > 1 && plan->arm_count == 0) {
        add_stage(plan, clock, total_max);
        made = add_alone(plan, settings, hd_strategy_find("fifo", 4), "", 1);
    }
    add_stage(plan, clock, total_max);
    made = made && add_exhaustive(plan, settings, budget);
    for (size_t i = 0; made && i < sizeof(samplers) / sizeof(*samplers); i++) {
        const struct hd_arm arm = {.strategy = samplers[i].strategy,
                                   .text = samplers[i].text,
                                   .share = samplers[i].share,
                                   .executions_max = budget};
        made = add(plan, settings, &arm);
    }
    return made;
}

static bool
add_named(struct hd_plan *plan, const struct hd_settings *settings,
          const struct hd_strategy *strategy, const char *text,
          enum hd_clock clock, uint64_t budget, uint64_t total_max)
{
    const struct hd_strategy *fifo = hd_strategy_find("fifo", 4);
    if (strategy == fifo || !hd_plan_is_exhaustive(strategy) ||
        settings->shards > 1) {
        add_stage(plan, clock, total_max);
        if (!add_alone(plan, settings, fifo, "", 1)) {
            return false;
        }
    }
    if (strategy == fifo) {
        return true;
    }
    add_stage(plan, clock, total_max);
    return add_alone(plan, settings, strategy, text, budget);
}

const struct hd_strategy *
hd_plan_find_strategy(const char *name, const char **out_text)
{
    const size_t length = strcspn(name, ":");
    const struct hd_strategy *strategy = hd_strategy_find(name, length);
    *out_text = name[length] == ':' ? name + length + 1 : "";
    return strategy != &hd_strategy_replay ? strategy : NULL;
}

bool
hd_plan_has_recipe(const struct hd_strategy *strategy)
{
    return strategy->pick != NULL && !hd_plan_is_exhaustive(strategy) &&
           strategy != &hd_strategy_delay && strategy != &hd_strategy_replay;
}

/* "auto, fifo, random". */
static void
list_strategies(char *text, size_t bytes)
{
    const struct hd_strategy *const *all = hd_strategy_all();
    size_t at = (size_t)snprintf(text, bytes, "auto");
    for (; *all != NULL && at < bytes; all++) {
        if (*all != &hd_strategy_replay) {
            at += (size_t)snprintf(text + at, bytes - at, ", %s", (*all)->name);
        }
    }
}

/* What is wrong with the strategy's name, if anything is. */
static bool
check_strategy(const char *name, char *error, size_t bytes)
{
    char names[128];
    const char *text;
    const struct hd_strategy *strategy = hd_plan_find_strategy(name, &text);
    snprintf(error, bytes,
             "the strategy '%s' makes no sense, or there is no memory for it",
             name);
    if (strcmp(name, "auto") == 0) {
        return true;
    }
    if (strategy == NULL) {
        list_strategies(names, sizeof(names));
        snprintf(error, bytes, "there is no strategy '%s' (%s)", name, names);
        return false;
    }
    if (text[0] != '\0' && strategy->init == NULL) {
        snprintf(error, bytes, "the strategy %s takes no ':%s'", strategy->name,
                 text);
        return false;
    }
    return true;
}

static bool
add_clock(struct hd_plan *plan, const struct hd_settings *settings,
          enum hd_clock clock, uint64_t budget, uint64_t total_max)
{
    const char *text;
    if (strcmp(settings->strategy, "auto") == 0) {
        return add_auto(plan, settings, clock, budget, total_max);
    }
    const struct hd_strategy *strategy =
        hd_plan_find_strategy(settings->strategy, &text);
    return add_named(plan, settings, strategy, text, clock, budget, total_max);
}

bool
hd_plan_init(struct hd_plan *plan, const struct hd_settings *settings,
             char *error, size_t bytes)
{
    const uint64_t all = settings->schedules;
    const uint64_t half = settings->both_clocks ? (all + 1) / 2 : all;
    const enum hd_clock clock =
        settings->both_clocks ? HD_CLOCK_EXACT : settings->rules.clock;
    *plan =
        (struct hd_plan){.shard = settings->shard, .shards = settings->shards};
    if (!check_strategy(settings->strategy, error, bytes)) {
        return false;
    }
    const uint64_t budget = budget_of(settings, half);
    const uint64_t rest = budget_of(settings, all - half);
    if (add_clock(plan, settings, clock, budget, budget) &&
        (!settings->both_clocks ||
         add_clock(plan, settings, HD_CLOCK_JUMP, rest, budget + rest))) {
        return true;
    }
    hd_plan_finish(plan);
    return false;
}

bool
hd_plan_init_hunt(struct hd_plan *plan, const struct hd_settings *settings,
                  uint64_t schedules)
{
    const enum hd_clock clock = settings->rules.clock;
    *plan = (struct hd_plan){0};
    add_stage(plan, clock, schedules);
    bool made =
        add_alone(plan, settings, &hd_strategy_dfs, "", (schedules + 1) / 2);
    if (made) {
        add_stage(plan, clock, schedules);
        made = add_alone(plan, settings, &hd_strategy_random, "", schedules);
    }
    if (!made) {
        hd_plan_finish(plan);
    }
    return made;
}

bool
hd_plan_init_few(struct hd_plan *plan, const struct hd_settings *settings,
                 const char *few, uint64_t schedules)
{
    *plan = (struct hd_plan){0};
    add_stage(plan, settings->rules.clock, schedules);
    if (add_alone(plan, settings, &hd_strategy_few, few, schedules)) {
        return true;
    }
    hd_plan_finish(plan);
    return false;
}

void
hd_plan_finish(struct hd_plan *plan)
{
    for (uint32_t i = 0; i < plan->arm_count; i++) {
        hd_shared_unmap(plan->arms[i].self, plan->arms[i].strategy->bytes);
    }
    plan->arm_count = plan->stage_count = 0;
}
