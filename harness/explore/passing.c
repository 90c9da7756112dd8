/*
 * Nearest is who goes the same way for longest. The failing schedule without
 * its last deviation parts from it as late as can be; then without the one
 * before, and so on. Where none of them passes, or plain fifo fails, others are
 * tried: main's tasks one after the other, which is the easiest to follow, if
 * the oracle has asked what that comes to;
 * depth first, which changes the latest choices first, then at random;
 * what passes is brought as near to fifo as it still passes.
 */
#include "explore/passing.h"

#include "explore/hunt.h"
#include "explore/shrink.h"
#include <stdlib.h>
#include <string.h>

#define WITHOUT_MAX 32u
#define SCHEDULES_MAX 400u
#define STEPS_MAX 400000u
#define RECORDS_MAX ((uint64_t)1 << 20) /* more are not kept */

/* A ring of its own, as large as it has to be. */
static bool
copy_log(struct hd_log *to, const struct hd_log *from)
{
    uint64_t records = 1;
    while (records < from->count) {
        records *= 2;
    }
    *to = *from;
    to->mask = records - 1;
    to->records =
        records <= RECORDS_MAX ? calloc(records, sizeof(*to->records)) : NULL;
    if (to->records == NULL) {
        return false;
    }
    memcpy(to->records, from->records, from->count * sizeof(*to->records));
    return true;
}

/* The last attempt passes. */
static void
keep(struct hd_passing *passing, const struct hd_attempt *attempt,
     const struct hd_token *failing)
{
    struct hd_schedule schedule;
    if (!hd_attempt_schedule(attempt, &schedule)) {
        return;
    }
    passing->found = copy_log(&passing->log, &attempt->probe->log);
    passing->token = *failing;
    passing->token.schedule = schedule;
}

/* The failing schedule without one of its deviations. */
static bool
try_without(struct hd_passing *passing, struct hd_attempt *attempt,
            const struct hd_token *failing, size_t left_out)
{
    const size_t count = failing->schedule.count;
    struct hd_schedule schedule = {0};
    bool *kept = calloc(count, sizeof(*kept));
    if (kept == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        kept[i] = i != left_out;
    }
    const bool passes =
        hd_schedule_select(&schedule, &failing->schedule, kept) &&
        hd_attempt(attempt, &schedule, HD_SHOWS_NOTHING);
    free(kept);
    passing->schedules++;
    hd_schedule_finish(&schedule);
    if (passes) {
        keep(passing, attempt, failing);
    }
    return passes;
}

/* As the orders under which the oracle has seen each result. */
static bool
try_serial(struct hd_passing *passing, struct hd_attempt *attempt,
           const struct hd_oracle *oracle, const struct hd_token *failing)
{
    static HD_GLOBAL struct hd_serial serial;
    if (oracle->tasks > HD_ORACLE_NAMED) {
        return false;
    }
    for (uint32_t i = 0; i < oracle->count && !passing->found; i++) {
        struct hd_schedule schedule = {0};
        serial = (struct hd_serial){.count = oracle->tasks};
        memcpy(serial.order, oracle->items[i].order,
               oracle->tasks * sizeof(*serial.order));
        hd_attempt_serial(attempt, &serial);
        if (hd_attempt_schedule(attempt, &schedule) &&
            hd_attempt(attempt, &schedule, HD_SHOWS_NOTHING)) {
            keep(passing, attempt, failing);
            passing->is_serial = passing->found;
        }
        hd_schedule_finish(&schedule);
    }
    return passing->found;
}

static void
try_others(struct hd_passing *passing, struct hd_attempt *attempt,
           const struct hd_shared *outer, const struct hd_token *failing)
{
    const struct hd_hunt hunt = {
        .settings = attempt->settings,
        .test = attempt->test,
        .outer = outer,
        .goal = HD_GOAL_PASSES,
        .schedules_max = SCHEDULES_MAX,
        .steps_max = STEPS_MAX,
    };
    struct hd_hunted hunted = hd_hunt(&hunt);
    if (!hunted.found || hd_supervise_interrupted() != 0) {
        passing->all = hunted.exhausted;
        passing->schedules = hunted.schedules;
        hd_schedule_finish(&hunted.schedule);
        return;
    }
    hd_shrink(attempt, &hunted.schedule, HD_SHOWS_NOTHING);
    if (hd_attempt(attempt, &hunted.schedule, HD_SHOWS_NOTHING)) {
        keep(passing, attempt, failing);
    }
    hd_schedule_finish(&hunted.schedule);
}

void
hd_passing_find(struct hd_passing *passing, struct hd_attempt *attempt,
                const struct hd_shared *outer, const struct hd_token *token)
{
    *passing = (struct hd_passing){.found = false};
    size_t i = token->schedule.count;
    for (size_t tried = 0; i-- > 0 && tried < WITHOUT_MAX; tried++) {
        if (try_without(passing, attempt, token, i) ||
            attempt->probe->log.seen >> HD_LOG_HANG & 1 ||
            hd_supervise_interrupted() != 0) {
            return; /* one hang is dear enough */
        }
    }
    if (!try_serial(passing, attempt, &outer->oracle, token)) {
        try_others(passing, attempt, outer, token);
    }
}

void
hd_passing_finish(struct hd_passing *passing)
{
    free(passing->log.records);
    hd_token_finish(&passing->token);
    *passing = (struct hd_passing){.found = false};
}
