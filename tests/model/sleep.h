/*
 * Depth-first search with sleep sets, as a strategy: for tests only.
 *
 * Godefroid's, and nothing else: candidates by ascending number; who has been
 * explored sleeps until somebody does what conflicts with its step. Each trace
 * comes once, whatever the kind of steps, at the price of many executions that
 * are given up: it is the oracle for what reduces more. For small programs: 31
 * actors, one value a step; who chose a value sleeps for all of them, so that a
 * trace may come again if what its step does depends on that.
 */
#ifndef TESTS_MODEL_SLEEP_H
#define TESTS_MODEL_SLEEP_H

#include <heddle/scheduler.h>

extern const struct hd_strategy model_strategy_sleep;

#endif
