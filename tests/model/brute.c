/*
 * Brute force: every interleaving of a program, by copying states. Neither the
 * ready set nor a strategy has a part in it; it is what they are held against.
 */
#include "base/assert.h"
#include "tally.h"
#include "trace.h"
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 256u

struct brute {
    const struct model *model;
    struct model_counts *counts;
    uint64_t limit;
    model_visit_fn *visit; /* or NULL */
    void *context;
    struct model_trace trace;
    struct model_state states[DEPTH_MAX];
    uint32_t enabled[DEPTH_MAX];
    uint8_t tasks[DEPTH_MAX];
};

static void explore(struct brute *brute, unsigned depth);

static void
try_step(struct brute *brute, unsigned depth, unsigned task, uint32_t value)
{
    struct model_state *state = &brute->states[depth];
    struct model_state *next = &brute->states[depth + 1];
    struct model_effect effect;
    const struct model_moment moment = {
        .path = state->tasks[task].path,
        .ordinal = state->tasks[task].steps + 1u,
        .value = value,
        .after = state->tasks[task].after,
    };
    brute->tasks[state->steps] = (uint8_t)task;
    model_copy(next, state);
    model_step(brute->model, next, task, value, &effect);
    model_trace_push(&brute->trace, moment, effect.accesses, effect.count);
    explore(brute, depth + 1);
    model_trace_pop(&brute->trace);
}

static uint32_t
all_that_can_step(const struct brute *brute, const struct model_state *state)
{
    uint32_t enabled = 0;
    for (unsigned task = 0; task < state->task_count; task++) {
        enabled |= (uint32_t)model_can_step(brute->model, state, task) << task;
    }
    return enabled;
}

/* Nobody can step any more. */
static void
complete(struct brute *brute, const struct model_state *state)
{
    model_tally(brute->counts, brute->model, state, &brute->trace);
    brute->counts->cut = ++brute->counts->runs == brute->limit;
    if (brute->visit != NULL) {
        const struct model_interleaving each = {
            .trace = model_trace_hash(&brute->trace),
            .steps = state->steps,
            .bad = model_is_bad(brute->model, state),
            .deadlock = model_is_unfinished(state),
            .tasks = brute->tasks,
            .enabled = brute->enabled,
        };
        brute->visit(&each, brute->context);
    }
}

static void
explore(struct brute *brute, unsigned depth)
{
    const struct model *model = brute->model;
    struct model_state *state = &brute->states[depth];
    const uint32_t enabled = all_that_can_step(brute, state);
    uint32_t due;
    if (depth + 1 == DEPTH_MAX) {
        brute->counts->invalid = brute->counts->cut = true; /* for ever */
        return;
    }
    if (enabled == 0) {
        if (model_pass_time(model, state, &due)) {
            explore(brute, depth);
        } else {
            complete(brute, state);
        }
        return;
    }
    for (unsigned task = 0; task < state->task_count; task++) {
        const uint32_t values =
            enabled >> task & 1 ? model_values(model, state, task) : 0;
        for (uint32_t value = 0; value < values; value++) {
            if (!brute->counts->cut) {
                brute->enabled[state->steps] = enabled;
                try_step(brute, depth, task, value);
            }
        }
    }
}

void
model_brute_visit(const struct model *model, uint64_t interleavings_max,
                  struct model_counts *out_counts, model_visit_fn *visit,
                  void *context)
{
    struct brute *brute = malloc(sizeof(*brute));
    HD_ASSERT(brute != NULL);
    memset(out_counts, 0, sizeof(*out_counts));
    out_counts->orders = visit == NULL;
    brute->model = model;
    brute->counts = out_counts;
    brute->limit = interleavings_max;
    brute->visit = visit;
    brute->context = context;
    brute->trace.count = brute->trace.access_count = 0;
    model_begin(model, &brute->states[0]);
    explore(brute, 0);
    if (!out_counts->cut) {
        model_tally_orders(out_counts);
    }
    free(brute);
}

void
model_brute(const struct model *model, uint64_t interleavings_max,
            struct model_counts *out_counts)
{
    model_brute_visit(model, interleavings_max, out_counts, NULL, NULL);
}
