#include "trace.h"

#include "base/assert.h"
#include "base/random.h"

static bool
accesses_conflict(const struct hd_access *a, const struct hd_access *b)
{
    return a->object == b->object &&
           !(a->mode == HD_READS && b->mode == HD_READS) &&
           !(a->mode == HD_ADDS && b->mode == HD_ADDS);
}

/* The own state of a task is written by each of its steps. */
static bool
steps_conflict(const struct model_trace *trace, uint32_t a, uint32_t b)
{
    const uint64_t path_a = trace->events[a].path;
    const uint64_t path_b = trace->events[b].path;
    const struct hd_access *of_a = &trace->accesses[trace->events[a].first];
    const struct hd_access *of_b = &trace->accesses[trace->events[b].first];
    if (path_a == path_b) {
        return true;
    }
    for (uint32_t i = 0; i < trace->events[a].count; i++) {
        if (of_a[i].object == path_b) {
            return true;
        }
        for (uint32_t j = 0; j < trace->events[b].count; j++) {
            if (accesses_conflict(&of_a[i], &of_b[j])) {
                return true;
            }
        }
    }
    for (uint32_t j = 0; j < trace->events[b].count; j++) {
        if (of_b[j].object == path_a) {
            return true;
        }
    }
    return false;
}

void
model_trace_push(struct model_trace *trace, struct model_moment moment,
                 const struct model_effect *effect)
{
    const uint32_t at = trace->count++;
    HD_ASSERT(at < MODEL_TRACE_STEPS_MAX);
    HD_ASSERT(trace->access_count + effect->count <= MODEL_TRACE_ACCESSES_MAX);
    trace->events[at].path = moment.path;
    trace->events[at].first = trace->access_count;
    trace->events[at].count = effect->count;
    for (uint32_t i = 0; i < effect->count; i++) {
        trace->accesses[trace->access_count++] = effect->accesses[i];
    }
    uint64_t hash = hd_mix(hd_mix(moment.path ^ moment.ordinal) + moment.value);
    for (uint32_t i = 0; i < at; i++) {
        if (i < moment.after || steps_conflict(trace, i, at)) {
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
