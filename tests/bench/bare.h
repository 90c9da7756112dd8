/*
 * The limit: a bare scheduler on the same context switch, with nothing but
 * what any scheduler under test must do: keep a ready list, choose at random,
 * write the choice down. No errors, no cancellation, no log, no names.
 */
#ifndef TESTS_BENCH_BARE_H
#define TESTS_BENCH_BARE_H

#include <stdint.h>

typedef void bare_fn(void *arg);

/* Run main_fn(arg) as the first task, to the end. Returns the steps taken. */
uint64_t bare_run(bare_fn *main_fn, void *arg, uint64_t seed);

unsigned bare_spawn(bare_fn *fn, void *arg);
void bare_join(unsigned task);
void bare_yield(void);
/* What --points=await is for Heddle: somebody else may run here. */
void bare_point(void);

struct bare_lock {
    unsigned held;
    unsigned first, last; /* waiting tasks, linked by number; 0 is none */
};
void bare_acquire(struct bare_lock *lock);
void bare_release(struct bare_lock *lock);

/* Sleep until woken; the caller keeps the line. */
void bare_park(unsigned *line);
void bare_unpark(unsigned *line);

#endif
