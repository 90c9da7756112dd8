/*
 * Knuth's estimate: a walk that had 3, then 2, then 2 candidates to choose from
 * was one of 12, if all others are like it; the mean over walks is right in the
 * long run. Few rare, long ones carry much of it, so a mean over some hundreds
 * of walks is mostly too small: it is told as "at least about".
 */
#include "explore/statistics.h"

#include "explore/covered.h"
#include "trace/records.h"
#include <stdio.h>
#include <string.h>

/* ---- the number of schedules ---- */

static void
multiply(struct hd_size *size, double factor)
{
    size->digits *= factor;
    while (size->digits >= 1e15) {
        size->digits /= 1e15;
        size->tens += 15;
    }
}

static void
add(struct hd_size *sum, struct hd_size more)
{
    while (sum->tens < more.tens && sum->digits > 0) {
        sum->digits /= 1e15;
        sum->tens += 15;
    }
    sum->tens = sum->digits > 0 ? sum->tens : more.tens;
    while (more.tens < sum->tens) {
        more.digits /= 1e15;
        more.tens += 15;
    }
    sum->digits += more.digits;
    multiply(sum, 1);
}

void
hd_statistics_note_walk(struct hd_shared *shared)
{
    const struct hd_log *log = &shared->log;
    struct hd_size size = {.digits = 1};
    if (log->count > log->mask) {
        return; /* its beginning is gone */
    }
    for (uint64_t i = 0; i < log->count; i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP && record->aux > 1) {
            multiply(&size, record->aux);
        } else if (record->kind == HD_LOG_CHOOSE) {
            multiply(&size, (double)(record->value >> 32));
        }
    }
    add(&shared->walked, size);
    shared->walks++;
}

/* ---- what there is to tell ---- */

/* Runs of these are drawn independently of each other. */
static bool
is_independent(const struct hd_strategy *strategy)
{
    return strcmp(strategy->name, "random") == 0 ||
           strcmp(strategy->name, "pos") == 0 ||
           strcmp(strategy->name, "surw") == 0;
}

static void
read_arm(const struct hd_arm *arm, const struct hd_shared *shared,
         uint32_t index, struct hd_arm_statistics *out)
{
    const struct hd_arm_state *state = &shared->arms[index];
    struct hd_progress progress = {0};
    *out = (struct hd_arm_statistics){
        .strategy = arm->strategy->name,
        .asked = arm->text,
        .clock = arm->clock,
        .is_exhaustive = arm->is_exhaustive,
        .ended = state->ended,
        .executions = state->executions,
        .steps = state->steps,
        .traces = state->traces,
        .pruned = state->pruned,
        .explored = state->explored,
        .chance = -1,
    };
    if (shared->coverage != NULL && is_independent(arm->strategy)) {
        out->chance = hd_coverage_chance(shared->coverage, index);
    }
    if (arm->strategy->progress != NULL && state->executions > 0) {
        arm->strategy->progress(arm->self, &progress);
        snprintf(out->text, sizeof(out->text), "%s", progress.text);
    }
}

/* Each sampler's chance, as often as it would be its turn. */
static double
mean_chance(const struct hd_plan *plan, const struct hd_shared *shared,
            const struct hd_statistics *statistics)
{
    double shares = 0;
    double sum = 0;
    for (uint32_t i = 0; i < plan->arm_count; i++) {
        const struct hd_arm_statistics *arm = &statistics->arms[i];
        const uint32_t share = shared->arms[i].share;
        if (arm->chance >= 0 && share > 0) {
            sum += arm->chance * share;
            shares += share;
        }
    }
    return shares > 0 ? sum / shares : -1;
}

static void
read_coverage(const struct hd_coverage *coverage, struct hd_statistics *out)
{
    out->distinct = coverage->distinct;
    out->more = coverage->full;
    out->pairs = hd_coverage_count_pairs(coverage);
    out->pairs_more = coverage->pairs_full;
    for (uint32_t i = 0; i < HD_COVERAGE_ARMS; i++) {
        out->looked_at += coverage->arms[i].executions;
    }
}

static void
read_one(const struct hd_plan *plan, const struct hd_shared *shared,
         struct hd_statistics *out)
{
    *out = (struct hd_statistics){
        .limited = shared->limited,
        .out_of_jumps = shared->out_of_jumps,
        .walks = shared->walks,
        .actors_max = shared->actors_max,
        .decisions_max = shared->decisions_max,
        .arm_count = plan->arm_count,
    };
    if (shared->walks > 0) {
        out->size = shared->walked;
        out->size.digits /= (double)shared->walks;
    }
    if (shared->coverage != NULL) {
        read_coverage(shared->coverage, out);
    }
    for (uint32_t i = 0; i < plan->arm_count; i++) {
        read_arm(&plan->arms[i], shared, i, &out->arms[i]);
        out->pruned += out->arms[i].pruned;
    }
    out->chance = mean_chance(plan, shared, out);
}

static void
add_arm(struct hd_arm_state *sum, const struct hd_arm_state *more,
        uint32_t count)
{
    sum->executions += more->executions;
    sum->steps += more->steps;
    sum->traces += more->traces;
    sum->pruned += more->pruned;
    sum->explored += more->explored / count;
    sum->ended = sum->ended && more->ended;
    sum->share = more->share > sum->share ? more->share : sum->share;
}

static void
add_part(struct hd_shared *sum, const struct hd_shared *more, uint32_t count)
{
    for (uint32_t i = 0; i < HD_SHARED_ARMS; i++) {
        add_arm(&sum->arms[i], &more->arms[i], count);
    }
    sum->limited += more->limited;
    sum->out_of_jumps += more->out_of_jumps;
    sum->actors_max =
        more->actors_max > sum->actors_max ? more->actors_max : sum->actors_max;
    sum->decisions_max = more->decisions_max > sum->decisions_max
                             ? more->decisions_max
                             : sum->decisions_max;
    sum->walks += more->walks;
    add(&sum->walked, more->walked);
    if (sum->coverage != NULL && more->coverage != NULL) {
        hd_covered_add(sum->coverage, more->coverage);
    }
}

void
hd_statistics_read(const struct hd_part *parts, uint32_t count,
                   struct hd_statistics *out_statistics)
{
    static HD_GLOBAL struct hd_shared sum;
    memset(&sum, 0, sizeof(sum));
    if (count == 1) {
        read_one(parts[0].plan, parts[0].shared, out_statistics);
        return;
    }
    *out_statistics = (struct hd_statistics){.chance = -1};
    if (count == 0) {
        return;
    }
    for (uint32_t i = 0; i < HD_SHARED_ARMS; i++) {
        sum.arms[i].ended = true;
    }
    if (parts[0].shared->coverage != NULL) {
        sum.coverage = hd_coverage_create();
    }
    for (uint32_t i = 0; i < count; i++) {
        add_part(&sum, parts[i].shared, count);
    }
    read_one(parts[0].plan, &sum, out_statistics);
    hd_coverage_destroy(sum.coverage);
}
