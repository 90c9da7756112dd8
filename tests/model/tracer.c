#include "tracer.h"

#include "base/assert.h"
#include "base/random.h"
#include "base/ready.h"
#include <stdlib.h>
#include <string.h>

static struct model_cause *
cause_of(struct model_tracer *tracer, uint64_t path)
{
    for (uint32_t i = 0; i < tracer->cause_count; i++) {
        if (tracer->causes[i].path == path) {
            return &tracer->causes[i];
        }
    }
    HD_ASSERT(tracer->cause_count < MODEL_TRACER_ACTORS_MAX);
    struct model_cause *cause = &tracer->causes[tracer->cause_count++];
    *cause = (struct model_cause){.path = path};
    return cause;
}

/* Is a step under way that has not been told yet? */
static bool
is_stepping(const struct model_tracer *tracer)
{
    return tracer->ready->told < tracer->ready->view.step;
}

static bool
begin(void *self, const struct hd_run *run)
{
    struct model_tracer *tracer = self;
    const struct hd_strategy *inner = tracer->inner;
    if (inner->begin != NULL && !inner->begin(tracer->inner_self, run)) {
        return false;
    }
    tracer->inner_wants = inner->wants;
    if (inner->wants_now != NULL) {
        tracer->inner_wants |= inner->wants_now(tracer->inner_self);
    }
    tracer->trace.count = tracer->trace.access_count = 0;
    tracer->cause_count = 0;
    tracer->value = 0;
    tracer->has_new = tracer->overflown = false;
    return true;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct model_tracer *tracer = self;
    struct hd_actor *chosen = view->first;
    if (tracer->inner->pick != NULL &&
        (view->ready_count > 1 || tracer->inner_wants & HD_WANT_SINGLES)) {
        chosen = tracer->inner->pick(tracer->inner_self, view);
    }
    if (chosen != NULL) {
        tracer->path = chosen->path;
        tracer->steps = chosen->steps + 1;
        /* In its step it may become ready again. */
        tracer->cause = *cause_of(tracer, chosen->path);
    }
    return chosen;
}

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    struct model_tracer *tracer = self;
    uint64_t taken = 0;
    if (tracer->inner->choose != NULL) {
        taken = tracer->inner->choose(tracer->inner_self, view, value);
    }
    tracer->value = hd_mix(tracer->value ^ (taken + 1));
    return taken;
}

static void
born(void *self, const struct hd_actor *actor)
{
    struct model_tracer *tracer = self;
    struct model_cause *cause = cause_of(tracer, actor->path);
    cause->id = actor->id;
    cause->kind = actor->kind;
    if (tracer->inner->born != NULL && tracer->inner_wants & HD_WANT_BIRTHS) {
        tracer->inner->born(tracer->inner_self, actor);
    }
}

/* The last step of that actor, plus 1. */
static uint32_t
last_step_of(const struct model_tracer *tracer, const struct hd_actor *actor)
{
    if (is_stepping(tracer) && tracer->path == actor->path) {
        return tracer->trace.count + 1;
    }
    for (uint32_t i = tracer->trace.count; i-- > 0;) {
        if (tracer->trace.events[i].path == actor->path) {
            return i + 1;
        }
    }
    return 0;
}

static void
ready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    struct model_tracer *tracer = self;
    struct model_cause *cause = cause_of(tracer, actor->path);
    cause->after = cause->by = 0;
    if (by == NULL) {
        cause->after = tracer->trace.count + is_stepping(tracer);
    } else {
        cause->by = last_step_of(tracer, by);
    }
    if (tracer->inner->ready != NULL && tracer->inner_wants & HD_WANT_READY) {
        tracer->inner->ready(tracer->inner_self, actor, by);
    }
}

static void
unready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    struct model_tracer *tracer = self;
    if (tracer->inner->unready != NULL && tracer->inner_wants & HD_WANT_READY) {
        tracer->inner->unready(tracer->inner_self, actor, by);
    }
}

/* The accesses as they count in a trace; returns how many. */
static uint32_t
take_accesses(struct model_tracer *tracer, const struct hd_access *accesses,
              uint32_t count)
{
    struct hd_access *out = tracer->named;
    uint32_t taken = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (tracer->blind && accesses[i].object % 4 == 0) {
            continue;
        }
        out[taken] = accesses[i];
        if (out[taken].object & HD_OBJECT_NEW) {
            tracer->has_new = true;
            out[taken].object = HD_OBJECT_NEW;
        }
        taken++;
    }
    return taken;
}

static void
stepped(void *self, const struct hd_actor *actor,
        const struct hd_access *accesses, uint32_t count)
{
    struct model_tracer *tracer = self;
    const struct model_cause *cause = &tracer->cause;
    if (tracer->trace.count == MODEL_TRACE_STEPS_MAX ||
        tracer->trace.access_count + count > MODEL_TRACE_ACCESSES_MAX) {
        tracer->overflown = true;
    } else {
        const uint32_t taken = take_accesses(tracer, accesses, count);
        model_trace_push(&tracer->trace,
                         (struct model_moment){.path = tracer->path,
                                               .ordinal = tracer->steps,
                                               .value = tracer->value,
                                               .after = cause->after,
                                               .by = cause->by},
                         tracer->named, taken);
    }
    tracer->value = 0;
    if (tracer->inner->stepped != NULL && tracer->inner_wants & HD_WANT_STEPS) {
        tracer->inner->stepped(tracer->inner_self, actor, accesses, count);
    }
}

static void
end(void *self, const struct hd_view *view, enum hd_outcome outcome)
{
    struct model_tracer *tracer = self;
    if (tracer->inner->end != NULL) {
        tracer->inner->end(tracer->inner_self, view, outcome);
    }
}

const struct model_cause *
model_tracer_actor(struct model_tracer *tracer, uint64_t path)
{
    return cause_of(tracer, path);
}

struct model_tracer *
model_tracer_create(const struct hd_ready *of)
{
    struct model_tracer *tracer = calloc(1, sizeof(*tracer));
    HD_ASSERT(tracer != NULL);
    tracer->ready = of;
    tracer->strategy = (struct hd_strategy){
        .name = "tracer",
        .abi = HD_STRATEGY_ABI,
        .wants =
            HD_WANT_BIRTHS | HD_WANT_READY | HD_WANT_STEPS | HD_WANT_SINGLES,
        .begin = begin,
        .pick = pick,
        .choose = choose,
        .born = born,
        .ready = ready,
        .unready = unready,
        .stepped = stepped,
        .end = end,
    };
    return tracer;
}

void
model_tracer_wrap(struct model_tracer *tracer, const struct hd_strategy *inner,
                  void *inner_self)
{
    tracer->inner = inner;
    tracer->inner_self = inner_self;
}
