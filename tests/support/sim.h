/*
 * What tests share: one coroutine run in a simulated world.
 */
#ifndef TESTS_SUPPORT_SIM_H
#define TESTS_SUPPORT_SIM_H

#include "sim/world.h"
#include <heddle/heddle.h>

/*
 * Run fn(arg) as the main task of a fresh loop in virtual time, under fifo;
 * returns its status. Anything but an orderly end fails the test.
 */
int sim_run(hd_fn *fn, void *arg);

/* The same under given rules and a strategy; returns how it ended. */
enum hd_outcome sim_explore(hd_fn *fn, void *arg, const struct hd_rules *rules,
                            const struct hd_strategy *strategy, void *self);

/* How often a kind of record stands in the log of the last run. */
size_t sim_count(enum hd_record_kind kind);

/* The world of the last run; what happened is in its log. */
struct hd_world *sim_world(void);

#endif
