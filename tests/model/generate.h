/*
 * Random programs of the model language: the same for the same seed, small
 * enough to be counted by brute force.
 */
#ifndef TESTS_MODEL_GENERATE_H
#define TESTS_MODEL_GENERATE_H

#include <stdint.h>

/* What a program is made of, besides plain variables. */
enum model_kind {
    MODEL_KIND_PLAIN,
    MODEL_KIND_LOCKS,
    MODEL_KIND_CONDITIONS,
    MODEL_KIND_AWAITS,
    MODEL_KIND_SEMAPHORES,
    MODEL_KIND_QUEUES,
    MODEL_KIND_FIFO,      /* what waits in line: FLOCK, FP, FRECV, FGET */
    MODEL_KIND_CANCEL,    /* CANCEL and STOP of what waits in line */
    MODEL_KIND_STOP,      /* STOP of whoever could step */
    MODEL_KIND_EXACT,     /* timers, an exact clock */
    MODEL_KIND_JUMP,      /* timers, a clock that jumps */
    MODEL_KIND_SPAWN,     /* SPAWN and JOIN */
    MODEL_KIND_VALUES,    /* CHOOSE */
    MODEL_KIND_COROUTINE, /* all that a coroutine can do */
    MODEL_KIND_BLOCKING,  /* all that blocks, and STOP */
    MODEL_KIND_ENDING,    /* STOP and CANCEL of what blocks */
    MODEL_KIND_MIXED,     /* everything that is above */
    MODEL_KIND_LARGE,     /* steps that touch what they find they should */
    MODEL_KINDS,
};
extern const char *const model_kind_names[MODEL_KINDS];

#define MODEL_TEXT_BYTES 2048u

void model_generate(enum model_kind kind, uint64_t seed,
                    char text[MODEL_TEXT_BYTES]);

#endif
