/*
 * The tracer: which trace is an execution?
 *
 * Two executions are of one trace if they have the same steps and the steps
 * that conflict have the same order. The tracer stands beside the strategy
 * while an execution runs, and hashes for each step who conflicts with it and
 * came before; the sum over all steps names the trace, in whichever order steps
 * that do not conflict came. What a step touched says the runtime
 * (struct hd_access), so the trace tells apart what Heddle can see, and no
 * more.
 */
#ifndef HD_EXPLORE_TRACER_H
#define HD_EXPLORE_TRACER_H

#include "base/ready.h"
#include "explore/coverage.h"

struct hd_traced_actor;
struct hd_traced_object;

/*
 * Of one process; zeroed. Not to be moved while an execution runs.
 *
 * coverage  where pairs are noted; borrowed.
 */
struct hd_tracer {
    struct hd_observer observer;
    struct hd_coverage *coverage;
    uint64_t sum;     /* over the steps so far */
    bool lost;        /* too much to keep: there is no trace */
    bool sees_memory; /* plain memory is tracked in some execution */
    struct hd_traced_actor *actors;
    struct hd_traced_object *objects;
    uint32_t actor_room, object_room, object_count;
    uint32_t execution; /* stamps what is of the present one */
    uint64_t known[16]; /* a bit for each object, by its hash */
};

void hd_tracer_finish(struct hd_tracer *tracer);

/* An execution begins. Returns whom to install as its observer. */
struct hd_observer *hd_tracer_begin(struct hd_tracer *tracer,
                                    struct hd_coverage *coverage);

/* It has ended: its trace. False: there was no memory to tell. */
bool hd_tracer_end(const struct hd_tracer *tracer, uint64_t *out_trace);

#endif
