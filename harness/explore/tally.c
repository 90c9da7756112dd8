#include "explore/tally.h"

#include <stdio.h>
#include <string.h>

bool
hd_part_is_over(const struct hd_part *part)
{
    return part->shared->stage >= part->plan->stage_count;
}

/* Is nothing left under this clock? is_assumed: or nothing that differs. */
static bool
is_exhausted_at(const struct hd_shared *shared, enum hd_clock clock,
                bool is_assumed)
{
    return shared->exhausted[clock] ||
           (is_assumed && shared->exhausted_objects[clock]);
}

static bool
is_exhausted(const struct hd_part *part, const struct hd_settings *settings,
             bool is_assumed)
{
    const struct hd_shared *shared = part->shared;
    if (shared->diverged) {
        return false;
    }
    return settings->both_clocks
               ? is_exhausted_at(shared, HD_CLOCK_EXACT, is_assumed) &&
                     is_exhausted_at(shared, HD_CLOCK_JUMP, is_assumed)
               : is_exhausted_at(shared, settings->rules.clock, is_assumed);
}

/*
 * How many schedules there are, as the searches that have ended know: under
 * each clock the one that assumes least.
 */
static uint64_t
count_all(const struct hd_part *part)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < part->plan->arm_count; i++) {
        const struct hd_arm *arm = &part->plan->arms[i];
        const struct hd_arm_state *state = &part->shared->arms[i];
        if (arm->is_exhaustive && state->ended &&
            arm->is_assumed == !part->shared->exhausted[arm->clock]) {
            count += state->executions - state->pruned;
        }
    }
    return count;
}

/* Has dpor run one schedule of each class, with all memory in sight? */
static bool
was_by_orders(const struct hd_part *part, const struct hd_settings *settings)
{
    for (uint32_t i = 0; i < part->plan->arm_count; i++) {
        if (settings->rules.memory == HD_MEMORY_SEEN &&
            part->shared->arms[i].ended &&
            strcmp(part->plan->arms[i].strategy->name, "dpor") == 0) {
            return true;
        }
    }
    return false;
}

static void
add(struct hd_verdict *verdict, const struct hd_settings *settings,
    const struct hd_part *part)
{
    const struct hd_shared *shared = part->shared;
    verdict->executions += shared->executions;
    verdict->steps += shared->steps;
    verdict->decisions += shared->decisions;
    verdict->all += count_all(part);
    verdict->by_orders |= was_by_orders(part, settings);
    if (shared->globals_restored && verdict->restored[0] == '\0') {
        snprintf(verdict->restored, sizeof(verdict->restored), "%s",
                 shared->global_name);
    }
}

void
hd_tally(struct hd_verdict *verdict, const struct hd_settings *settings,
         const struct hd_part *parts, uint32_t count, bool is_whole)
{
    bool plainly = count > 0;
    bool assumed = count > 0;
    for (uint32_t i = 0; i < count; i++) {
        add(verdict, settings, &parts[i]);
        plainly = plainly && is_exhausted(&parts[i], settings, false);
        assumed = assumed && is_exhausted(&parts[i], settings, true);
    }
    const bool done =
        plainly || (assumed && strcmp(settings->strategy, "auto") != 0);
    verdict->is_part = !is_whole;
    verdict->is_assumed = assumed && !plainly;
    verdict->proved = done && is_whole;
    verdict->part_done = done && !is_whole;
    if (!assumed) {
        verdict->all = 0;
    }
    hd_statistics_read(parts, count, &verdict->statistics);
}
