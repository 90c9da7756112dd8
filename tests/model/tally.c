#include "tally.h"

#include "base/assert.h"
#include "base/random.h"
#include "orders.h"
#include <stdlib.h>
#include <string.h>

#define CAPACITY_AT_FIRST 64u

/* Open addressing; a trace of 0 is an empty place. */
struct entry {
    uint64_t trace, end, runs, orders;
};
struct model_set {
    size_t mask;
    struct entry *entries;
};

static struct entry *
place_of(const struct model_set *set, uint64_t trace)
{
    size_t at = (size_t)trace & set->mask;
    while (set->entries[at].trace != 0 && set->entries[at].trace != trace) {
        at = (at + 1) & set->mask;
    }
    return &set->entries[at];
}

static struct model_set *
make_set(size_t capacity)
{
    struct model_set *set = calloc(1, sizeof(*set));
    HD_ASSERT(set != NULL);
    set->mask = capacity - 1;
    set->entries = calloc(capacity, sizeof(*set->entries));
    HD_ASSERT(set->entries != NULL);
    return set;
}

static void
drop_set(struct model_set *set)
{
    if (set != NULL) {
        free(set->entries);
        free(set);
    }
}

static void
make_room(struct model_counts *counts)
{
    struct model_set *old = counts->set;
    if (old != NULL && counts->traces * 2 <= old->mask) {
        return;
    }
    counts->set =
        make_set(old == NULL ? CAPACITY_AT_FIRST : (old->mask + 1) * 2);
    for (size_t i = 0; old != NULL && i <= old->mask; i++) {
        if (old->entries[i].trace != 0) {
            *place_of(counts->set, old->entries[i].trace) = old->entries[i];
        }
    }
    drop_set(old);
}

/*
 * What the trace must determine: the values, and how far everybody came. Task
 * numbers are left out, they are by birth.
 */
static uint64_t
end_of(const struct model *model, const struct model_state *state)
{
    uint64_t hash = 1 + (uint64_t)model_is_bad(model, state);
    uint64_t tasks = 0;
    for (unsigned i = 0; i < state->cell_count; i++) {
        const struct model_cell *cell = &state->cells[i];
        hash = hd_mix(hash ^ (uint32_t)cell->value);
        hash = hd_mix(hash ^ cell->item_count);
        for (unsigned j = 0; j < cell->item_count; j++) {
            hash = hd_mix(hash ^ (uint8_t)cell->items[j]);
        }
    }
    for (unsigned i = 0; i < state->task_count; i++) {
        const struct model_task *task = &state->tasks[i];
        tasks += hd_mix(task->path ^
                        ((uint64_t)task->status << 16 | (uint64_t)task->steps));
    }
    return hash ^ tasks;
}

void
model_tally(struct model_counts *counts, const struct model *model,
            const struct model_state *state, const struct model_trace *of)
{
    const uint64_t end = end_of(model, state);
    const uint64_t trace = model_trace_hash(of) + (model_trace_hash(of) == 0);
    make_room(counts);
    counts->complete++;
    counts->invalid |= state->invalid;
    if (state->steps > counts->steps_max) {
        counts->steps_max = state->steps;
    }
    struct entry *entry = place_of(counts->set, trace);
    if (entry->trace != 0) {
        entry->runs++;
        counts->repeated++;
        counts->inconsistent |= entry->end != end;
        return;
    }
    *entry = (struct entry){
        .trace = trace,
        .end = end,
        .runs = 1,
        .orders = counts->orders ? model_trace_orders(of) : 0,
    };
    counts->traces++;
    counts->bad += model_is_bad(model, state);
    counts->deadlocks += model_is_unfinished(state);
}

void
model_tally_orders(struct model_counts *counts)
{
    const struct model_set *set = counts->set;
    for (size_t i = 0; set != NULL && i <= set->mask; i++) {
        const struct entry *entry = &set->entries[i];
        counts->inconsistent |= entry->trace != 0 && entry->orders != 0 &&
                                entry->orders != entry->runs;
    }
}

void
model_counts_finish(struct model_counts *counts)
{
    drop_set(counts->set);
    counts->set = NULL;
}

bool
model_counts_have(const struct model_counts *counts, uint64_t trace)
{
    trace += trace == 0;
    return counts->set != NULL && place_of(counts->set, trace)->trace == trace;
}

bool
model_counts_equal(const struct model_counts *a, const struct model_counts *b)
{
    if (a->traces != b->traces) {
        return false;
    }
    for (size_t i = 0; a->set != NULL && i <= a->set->mask; i++) {
        const uint64_t trace = a->set->entries[i].trace;
        if (trace != 0 && !model_counts_have(b, trace)) {
            return false;
        }
    }
    return true;
}
