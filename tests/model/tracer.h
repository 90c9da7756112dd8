/*
 * The canonical trace of an execution under any strategy: a strategy round
 * another one that sees what that sees, and leaves the choices to it.
 *
 *   struct model_tracer *tracer = model_tracer_create(ready);
 *   model_tracer_wrap(tracer, &hd_strategy_dfs, self);
 *   ... begin, execute, end with tracer->strategy and tracer as self ...
 *   model_trace_hash(&tracer->trace)
 *
 * What counts are footprints, the causes told by ready(), the barriers of time
 * that passes, and the values that were chosen. Objects that have a number by
 * first use only have no place in a canonical trace: has_new says that some
 * were met, and they count as one.
 */
#ifndef TESTS_MODEL_TRACER_H
#define TESTS_MODEL_TRACER_H

#include "trace.h"

struct hd_ready;

#define MODEL_TRACER_ACTORS_MAX 256u

/*
 * An actor: its number and kind, and why it became ready: so many first steps
 * happen before, and this one (plus 1).
 */
struct model_cause {
    uint64_t path;
    uint32_t after, by, id;
    uint8_t kind;
};

struct model_tracer {
    struct hd_strategy strategy;
    const struct hd_strategy *inner;
    void *inner_self;
    const struct hd_ready *ready;
    struct model_trace trace;
    uint32_t inner_wants;
    bool blind, has_new, overflown;
    uint64_t path, steps; /* of who steps */
    uint64_t value;       /* what was chosen in this step */
    uint32_t cause_count;
    struct model_cause causes[MODEL_TRACER_ACTORS_MAX];
    struct model_cause cause; /* of the present step */
    /* Not on the stack: steps end on those of coroutines. */
    struct hd_access named[MODEL_TRACE_ACCESSES_MAX];
};

/* ready: that of the executions to come. Freed with free(). */
struct model_tracer *model_tracer_create(const struct hd_ready *ready);

/* The actor of that path; one without a number if it is not known. */
const struct model_cause *model_tracer_actor(struct model_tracer *tracer,
                                             uint64_t path);
void model_tracer_wrap(struct model_tracer *tracer,
                       const struct hd_strategy *inner, void *inner_self);

#endif
