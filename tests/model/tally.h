/*
 * Counting executions: a set of traces, each with how it ended.
 */
#ifndef TESTS_MODEL_TALLY_H
#define TESTS_MODEL_TALLY_H

#include "machine.h"
#include "model.h"

/* A complete execution ended in this state, with this trace. */
void model_tally(struct model_counts *counts, const struct model *model,
                 const struct model_state *state, uint64_t trace);

#endif
