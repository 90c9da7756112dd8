#include "trace.h"

#include "base/assert.h"
#include "base/random.h"
#include <string.h>

static bool
accesses_conflict(const struct hd_access *a, const struct hd_access *b)
{
    return a->object == b->object &&
           !(a->mode == HD_READS && b->mode == HD_READS) &&
           !(a->mode == HD_ADDS && b->mode == HD_ADDS);
}

static bool
touches_path(const struct model_footprint *footprint, uint64_t path)
{
    for (uint32_t i = 0; i < footprint->count; i++) {
        if (footprint->accesses[i].object == path) {
            return true;
        }
    }
    return false;
}

/* A task's own state is written by its steps: even reading it conflicts. */
bool
model_footprints_conflict(const struct model_footprint *a,
                          const struct model_footprint *b)
{
    if (a->path == b->path || touches_path(a, b->path) ||
        touches_path(b, a->path)) {
        return true;
    }
    for (uint32_t i = 0; i < a->count; i++) {
        for (uint32_t j = 0; j < b->count; j++) {
            if (accesses_conflict(&a->accesses[i], &b->accesses[j])) {
                return true;
            }
        }
    }
    return false;
}

static struct model_footprint
footprint_of(const struct model_trace *trace, uint32_t at)
{
    return (struct model_footprint){
        .path = trace->events[at].path,
        .accesses = &trace->accesses[trace->events[at].first],
        .count = trace->events[at].count,
    };
}

bool
model_trace_precedes(const struct model_trace *trace, uint32_t earlier,
                     uint32_t later)
{
    const struct model_footprint one = footprint_of(trace, earlier);
    const struct model_footprint other = footprint_of(trace, later);
    return earlier < trace->events[later].after ||
           earlier + 1 == trace->events[later].by ||
           model_footprints_conflict(&one, &other);
}

/* All that must come before a step, directly or not. */
static void
gather_before(struct model_trace *trace, uint32_t at)
{
    uint64_t *before = trace->events[at].before;
    memset(before, 0, sizeof(trace->events[at].before));
    for (uint32_t i = at; i-- > 0;) {
        if (before[i / 64] >> i % 64 & 1 ||
            !model_trace_precedes(trace, i, at)) {
            continue;
        }
        before[i / 64] |= UINT64_C(1) << i % 64;
        for (uint32_t word = 0; word <= i / 64; word++) {
            before[word] |= trace->events[i].before[word];
        }
    }
}

void
model_trace_push(struct model_trace *trace, struct model_moment moment,
                 const struct hd_access *accesses, uint32_t count)
{
    const uint32_t at = trace->count++;
    HD_ASSERT(at < MODEL_TRACE_STEPS_MAX);
    HD_ASSERT(trace->access_count + count <= MODEL_TRACE_ACCESSES_MAX);
    trace->events[at].path = moment.path;
    trace->events[at].first = trace->access_count;
    trace->events[at].count = count;
    trace->events[at].after = moment.after;
    trace->events[at].by = moment.by;
    for (uint32_t i = 0; i < count; i++) {
        trace->accesses[trace->access_count++] = accesses[i];
    }
    uint64_t hash = hd_mix(hd_mix(moment.path ^ moment.ordinal) + moment.value);
    gather_before(trace, at);
    for (uint32_t i = 0; i < at; i++) {
        if (trace->events[at].before[i / 64] >> i % 64 & 1) {
            hash += hd_mix(trace->events[i].hash);
        }
    }
    trace->events[at].hash = hd_mix(hash);
    trace->events[at].sum =
        trace->events[at].hash + (at > 0 ? trace->events[at - 1].sum : 0);
}

void
model_trace_pop(struct model_trace *trace)
{
    trace->access_count = trace->events[--trace->count].first;
}

uint64_t
model_trace_hash(const struct model_trace *trace)
{
    return trace->count > 0 ? trace->events[trace->count - 1].sum : 0;
}
