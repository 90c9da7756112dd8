/*
 * Programs that run on any host, for comparing hosts.
 */
#ifndef TESTS_HOST_PROGRAMS_H
#define TESTS_HOST_PROGRAMS_H

#include <heddle/heddle.h>
#include <heddle/scheduler.h>

#define PROGRAMS_MAX 64

/* Runs what it likes on the fresh loop; does not destroy it. */
typedef void program(struct hd_loop *loop);

/* How it ends in a simulated world. */
struct named_program {
    const char *name;
    program *run;
    enum hd_outcome outcome;
};

/* The last has no run. */
extern const struct named_program programs[];

#endif
