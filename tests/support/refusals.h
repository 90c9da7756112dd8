/*
 * Each allocation of a small program fails in turn.
 *
 * A program is run once per allocation that is made on its behalf, and once
 * without a fault. The one that fails must be answered by the call that made
 * it, once; nothing may be said of the program but the fault, and no memory
 * may stay taken. Each of that twice: main ends with the program, or runs it
 * two more times, which must go as if nothing had happened.
 *
 * Needs ../compose/memory.c and hd_arena_take and hd_arena_give to be wrapped
 * by the linker.
 */
#ifndef TESTS_SUPPORT_REFUSALS_H
#define TESTS_SUPPORT_REFUSALS_H

#include "sim.h"

struct refusals_program {
    const char *name;
    hd_fn *run;
};

#define PROGRAM(fn)                                                            \
    {                                                                          \
        .name = #fn, .run = (fn)                                               \
    }

/* Fails the test unless all is as said above, for each of them. */
void refusals_try(const struct refusals_program *programs, size_t count);

/* ---- for the programs ---- */

/* What a call has come to: HD_E_NO_MEMORY, else it must be `wanted`. */
int answer(int status, int wanted);

/* An object that a call has made, or NULL, which is a refusal, too. */
bool had(const void *object);

/* The same of any other thing that a call answers a refusal with. */
bool kept(bool is_kept);

/* A fact that holds whatever is refused. */
#define HOLDS(fact) refusals_note((fact), #fact)
void refusals_note(bool holds, const char *fact);

/* Wait for a task and let it go; NULL: nothing. */
void finish_task(struct hd_task *task, int wanted);

#endif
