/*
 * Programs that are compiled twice, instrumented and not: what does it cost
 * that their memory is seen?
 */
#ifndef TESTS_BENCH_SEEN_H
#define TESTS_BENCH_SEEN_H

#include <heddle/heddle.h>

/* P2, the lost update. */
int plain_p2(void *arg);
int seen_p2(void *arg);

/*
 * SWEEP_STEPS steps, each of which reads and writes SWEEP_CELLS granules, so
 * many times as the unsigned that arg points to says.
 */
#define SWEEP_STEPS 20u
#define SWEEP_CELLS 100u
int plain_sweep(void *arg);
int seen_sweep(void *arg);

#endif
