/*
 * What the steps of one execution did to plain memory, as an observer is told.
 */
#ifndef TESTS_SUPPORT_GRANULES_H
#define TESTS_SUPPORT_GRANULES_H

#include "sim.h"

#define GRANULES_MAX 256u

struct granules {
    struct hd_observer observer;
    uint32_t calls, steps; /* of touched, and of stepped */
    uint32_t count;        /* of granules, in order; those that fit */
    uint32_t actors[GRANULES_MAX];
    struct hd_granule told[GRANULES_MAX];
};

/* Run fn(arg) as the main task under fifo; an orderly end, or the test fails.
   The observer is told of instrumented code, too. */
void granules_execute(hd_fn *fn, void *arg, struct hd_observer *observer);

/* The same with an observer of our own; lives until the next call. */
const struct granules *granules_of(hd_fn *fn, void *arg);

/* The same for code outside of all loops, such as callers of uv_run(). */
const struct granules *granules_of_body(void (*body)(void *arg), void *arg);

/* Of the last call: the n-th granule, from 0, of the address. It must be. */
const struct hd_granule *granule_at(const volatile void *address, unsigned n);

/* How often it was told of the address's granule. */
unsigned granule_count(const volatile void *address);

/*
 * Which of the 64 bytes from the address on, a multiple of 8, were read and
 * written, a bit for each; and were all accesses atomic?
 */
struct granule_bytes {
    uint64_t reads, writes;
    bool is_atomic;
};
struct granule_bytes granule_bytes(const volatile void *address);

#endif
