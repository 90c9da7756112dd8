/*
 * One fault, injected where a test wants it: at its nth chance.
 */
#ifndef TESTS_SUPPORT_FAULTS_H
#define TESTS_SUPPORT_FAULTS_H

#include "sim.h"

/* nth: from 1. chances counts those that came up, 0 others included. */
struct one_fault {
    enum hd_value_kind kind;
    uint64_t nth, value;
    uint64_t chances;
};

/*
 * Run fn(arg) as main under fifo order and inject `fault` at its nth chance.
 * Returns how it ended; fault->chances says how many there were.
 */
enum hd_outcome sim_run_with_fault(hd_fn *fn, void *arg,
                                   struct one_fault *fault);

#endif
