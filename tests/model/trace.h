/*
 * The Mazurkiewicz trace of an execution, as one number.
 *
 * Two executions are equivalent if they have the same steps and order them in
 * the same way, as far as conflicts order them. A step's hash is made of its
 * name (task and ordinal), the value that it chose, and the hashes of all steps
 * that must come before it: those that conflict with it, and those that must
 * come before these. The trace's is the sum over its steps. No clocks, no
 * immediate predecessors: this is the definition, and slow.
 */
#ifndef TESTS_MODEL_TRACE_H
#define TESTS_MODEL_TRACE_H

#include "machine.h"

#define MODEL_TRACE_STEPS_MAX 512u
#define MODEL_TRACE_ACCESSES_MAX 4096u

struct model_trace {
    uint32_t count, access_count;
    struct {
        uint64_t path, hash, sum; /* sum: over this step and those before */
        uint32_t first, count;    /* its accesses */
        uint32_t after, by;       /* as in struct model_moment */
        uint64_t before[MODEL_TRACE_STEPS_MAX / 64]; /* a bit per step */
    } events[MODEL_TRACE_STEPS_MAX];
    struct hd_access accesses[MODEL_TRACE_ACCESSES_MAX];
};

/* What a step did; its task's own state is written besides. */
struct model_footprint {
    uint64_t path;
    const struct hd_access *accesses;
    uint32_t count;
};
bool model_footprints_conflict(const struct model_footprint *a,
                               const struct model_footprint *b);

/*
 * One step more.
 *
 * path, ordinal   the task, and which of its steps, from 1.
 * value           what it chose.
 * after           so many first steps of the execution come before it because
 *                 time passed in between.
 * by              number of the step, plus 1, that made it ready; or 0.
 */
struct model_moment {
    uint64_t path, ordinal, value;
    uint32_t after, by;
};
void model_trace_push(struct model_trace *trace, struct model_moment moment,
                      const struct hd_access *accesses, uint32_t count);
/* Must the earlier step come before the later one? */
bool model_trace_precedes(const struct model_trace *trace, uint32_t earlier,
                          uint32_t later);

void model_trace_pop(struct model_trace *trace);
uint64_t model_trace_hash(const struct model_trace *trace);

#endif
