#include "explore/tally.h"

#include <stdio.h>

bool
hd_part_is_over(const struct hd_part *part)
{
    return part->shared->stage >= part->plan->stage_count;
}

static bool
is_exhausted(const struct hd_part *part, const struct hd_settings *settings)
{
    const bool *exhausted = part->shared->exhausted;
    if (part->shared->diverged) {
        return false;
    }
    return settings->both_clocks
               ? exhausted[HD_CLOCK_EXACT] && exhausted[HD_CLOCK_JUMP]
               : exhausted[settings->rules.clock];
}

/* How many schedules there are, as the searches that have ended know. */
static uint64_t
count_all(const struct hd_part *part)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < part->plan->arm_count; i++) {
        const struct hd_arm_state *state = &part->shared->arms[i];
        if (part->plan->arms[i].is_exhaustive && state->ended) {
            count += state->executions - state->pruned;
        }
    }
    return count;
}

static void
add_arms(struct hd_verdict *verdict, const struct hd_part *part)
{
    verdict->arm_count = part->plan->arm_count;
    for (uint32_t i = 0; i < part->plan->arm_count; i++) {
        verdict->arms[i].strategy = part->plan->arms[i].strategy->name;
        verdict->arms[i].clock = part->plan->arms[i].clock;
        verdict->arms[i].executions += part->shared->arms[i].executions;
    }
}

static void
add(struct hd_verdict *verdict, const struct hd_part *part)
{
    const struct hd_shared *shared = part->shared;
    verdict->executions += shared->executions;
    verdict->steps += shared->steps;
    verdict->decisions += shared->decisions;
    verdict->all += count_all(part);
    add_arms(verdict, part);
    if (shared->globals_restored && verdict->restored[0] == '\0') {
        snprintf(verdict->restored, sizeof(verdict->restored), "%s",
                 shared->global_name);
    }
}

void
hd_tally(struct hd_verdict *verdict, const struct hd_settings *settings,
         const struct hd_part *parts, uint32_t count, bool is_whole)
{
    bool done = count > 0;
    for (uint32_t i = 0; i < count; i++) {
        add(verdict, &parts[i]);
        done = done && is_exhausted(&parts[i], settings);
    }
    verdict->is_part = !is_whole;
    verdict->proved = done && is_whole;
    verdict->part_done = done && !is_whole;
    if (!done) {
        verdict->all = 0;
    }
}
