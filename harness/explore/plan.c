#include "explore/plan.h"

#include "explore/shared.h"
#include "strategy/strategy.h"
#include <stdio.h>
#include <string.h>

/* dfs gets a fifth of the budget, and at least this much. */
#define DFS_EXECUTIONS_MIN ((uint64_t)200)

uint64_t
hd_plan_seed(uint64_t seed, const char *strategy)
{
    uint64_t hash = hd_mix(seed);
    for (; *strategy != '\0'; strategy++) {
        hash = hd_mix(hash ^ (uint8_t)*strategy);
    }
    return hash;
}

static bool
add(struct hd_plan *plan, const struct hd_settings *settings,
    const struct hd_strategy *strategy, const char *text,
    uint64_t executions_max, enum hd_clock clock)
{
    struct hd_phase *phase = &plan->phases[plan->count];
    *phase = (struct hd_phase){
        .strategy = strategy,
        .text = text,
        .executions_max = executions_max,
        .clock = clock,
        .seed = hd_plan_seed(settings->seed, strategy->name),
    };
    if (strategy->bytes > 0) {
        phase->self = hd_shared_map(strategy->bytes);
        if (phase->self == NULL) {
            return false;
        }
    }
    plan->count++;
    return strategy->init == NULL ||
           strategy->init(phase->self, text, settings->seed);
}

static bool
add_auto(struct hd_plan *plan, const struct hd_settings *settings,
         enum hd_clock clock, uint64_t budget)
{
    const uint64_t fifth = budget / 5;
    const uint64_t dfs =
        fifth > DFS_EXECUTIONS_MIN ? fifth : DFS_EXECUTIONS_MIN;
    return add(plan, settings, &hd_strategy_dfs, "",
               dfs < budget ? dfs : budget, clock) &&
           add(plan, settings, &hd_strategy_random, "", budget, clock);
}

static bool
add_named(struct hd_plan *plan, const struct hd_settings *settings,
          const struct hd_strategy *strategy, const char *text,
          enum hd_clock clock, uint64_t budget)
{
    const struct hd_strategy *fifo = hd_strategy_find("fifo", 4);
    if (strategy == fifo) {
        return add(plan, settings, fifo, "", 1, clock);
    }
    if (strategy != &hd_strategy_dfs &&
        !add(plan, settings, fifo, "", 1, clock)) {
        return false;
    }
    return add(plan, settings, strategy, text, budget, clock);
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
    return strategy->pick != NULL && strategy != &hd_strategy_dfs &&
           strategy != &hd_strategy_replay;
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

static bool
add_clock(struct hd_plan *plan, const struct hd_settings *settings,
          enum hd_clock clock, uint64_t budget, char *error, size_t bytes)
{
    char names[128];
    const char *text;
    if (strcmp(settings->strategy, "auto") == 0) {
        return add_auto(plan, settings, clock, budget);
    }
    const struct hd_strategy *strategy =
        hd_plan_find_strategy(settings->strategy, &text);
    if (strategy == NULL) {
        list_strategies(names, sizeof(names));
        snprintf(error, bytes, "there is no strategy '%s' (%s)",
                 settings->strategy, names);
        return false;
    }
    if (text[0] != '\0' && strategy->init == NULL) {
        snprintf(error, bytes, "the strategy %s takes no ':%s'", strategy->name,
                 text);
        return false;
    }
    return add_named(plan, settings, strategy, text, clock, budget);
}

static void
limit_total(struct hd_plan *plan, uint32_t from, uint64_t total_max)
{
    for (uint32_t i = from; i < plan->count; i++) {
        plan->phases[i].total_max = total_max;
    }
}

bool
hd_plan_init(struct hd_plan *plan, const struct hd_settings *settings,
             char *error, size_t bytes)
{
    const uint64_t budget = settings->both_clocks
                                ? (settings->schedules + 1) / 2
                                : settings->schedules;
    *plan = (struct hd_plan){0};
    snprintf(error, bytes,
             "the strategy '%s' makes no sense, or there is no "
             "memory for it",
             settings->strategy);
    const enum hd_clock clock =
        settings->both_clocks ? HD_CLOCK_EXACT : settings->rules.clock;
    bool made = add_clock(plan, settings, clock, budget, error, bytes);
    limit_total(plan, 0, budget);
    const uint32_t first = plan->count;
    if (made && settings->both_clocks) {
        made = add_clock(plan, settings, HD_CLOCK_JUMP,
                         settings->schedules - budget, error, bytes);
        limit_total(plan, first, settings->schedules);
    }
    if (!made) {
        hd_plan_finish(plan);
    }
    return made;
}

bool
hd_plan_init_hunt(struct hd_plan *plan, const struct hd_settings *settings,
                  uint64_t schedules)
{
    const enum hd_clock clock = settings->rules.clock;
    *plan = (struct hd_plan){0};
    const bool made =
        add(plan, settings, &hd_strategy_dfs, "", (schedules + 1) / 2, clock) &&
        add(plan, settings, &hd_strategy_random, "", schedules, clock);
    limit_total(plan, 0, schedules);
    if (!made) {
        hd_plan_finish(plan);
    }
    return made;
}

void
hd_plan_finish(struct hd_plan *plan)
{
    for (uint32_t i = 0; i < plan->count; i++) {
        hd_shared_unmap(plan->phases[i].self, plan->phases[i].strategy->bytes);
    }
    plan->count = 0;
}
