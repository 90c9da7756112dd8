/*
 * In how many orders can the steps of a trace come?
 */
#ifndef TESTS_MODEL_ORDERS_H
#define TESTS_MODEL_ORDERS_H

#include "trace.h"

/*
 * The number of linear extensions: if steps that do not conflict can truly be
 * exchanged, so many interleavings have this trace. 0 if the trace is too long
 * or too wide to tell.
 */
uint64_t model_trace_orders(const struct model_trace *trace);

#endif
