/*
 * Counting executions: a set of traces, each with how it ended.
 */
#ifndef TESTS_MODEL_TALLY_H
#define TESTS_MODEL_TALLY_H

#include "machine.h"
#include "model.h"
#include "trace.h"

/* A complete execution ended in this state, with this trace. */
void model_tally(struct model_counts *counts, const struct model *model,
                 const struct model_state *state,
                 const struct model_trace *trace);

/*
 * All interleavings have been counted: has each trace as many as there are
 * orders of its steps?
 */
void model_tally_orders(struct model_counts *counts);

#endif
