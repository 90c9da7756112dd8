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
    struct model_trace trace;
    struct model_state states[DEPTH_MAX];
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
    model_copy(next, state);
    model_step(brute->model, next, task, value, &effect);
    model_trace_push(&brute->trace, moment, effect.accesses, effect.count);
    explore(brute, depth + 1);
    model_trace_pop(&brute->trace);
}

static void
explore(struct brute *brute, unsigned depth)
{
    const struct model *model = brute->model;
    struct model_state *state = &brute->states[depth];
    bool stepped = false;
    if (depth + 1 == DEPTH_MAX) {
        brute->counts->invalid = brute->counts->cut = true; /* for ever */
    }
    for (unsigned task = 0; task < state->task_count; task++) {
        if (brute->counts->cut || !model_can_step(model, state, task)) {
            continue;
        }
        stepped = true;
        const uint32_t values = model_values(model, state, task);
        for (uint32_t value = 0; value < values; value++) {
            try_step(brute, depth, task, value);
        }
    }
    if (stepped || brute->counts->cut) {
        return;
    }
    uint32_t due;
    if (model_pass_time(model, state, &due)) {
        explore(brute, depth);
        return;
    }
    model_tally(brute->counts, model, state, model_trace_hash(&brute->trace));
    brute->counts->cut = ++brute->counts->runs == brute->limit;
}

void
model_brute(const struct model *model, uint64_t interleavings_max,
            struct model_counts *out_counts)
{
    struct brute *brute = malloc(sizeof(*brute));
    HD_ASSERT(brute != NULL);
    memset(out_counts, 0, sizeof(*out_counts));
    brute->model = model;
    brute->counts = out_counts;
    brute->limit = interleavings_max;
    brute->trace.count = brute->trace.access_count = 0;
    model_begin(model, &brute->states[0]);
    explore(brute, 0);
    free(brute);
}
