/*
 * The programs of the benchmark, P0 to P6, each twice: on Heddle and on the
 * bare scheduler.
 */
#ifndef TESTS_BENCH_PROGRAMS_H
#define TESTS_BENCH_PROGRAMS_H

#include "bare.h"
#include <heddle/heddle.h>

struct program {
    const char *name;
    hd_fn *heddle;
    bare_fn *bare;
    bool may_deadlock;
};

extern const struct program programs[];
extern const unsigned program_count;

#endif
