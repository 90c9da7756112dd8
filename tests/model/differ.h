/*
 * A strategy that visits each trace exactly once, against brute force.
 */
#ifndef TESTS_MODEL_DIFFER_H
#define TESTS_MODEL_DIFFER_H

#include "generate.h"
#include "model.h"

/* More interleavings than that are not counted: the program is skipped. */
#define MODEL_DIFFER_MAX UINT64_C(20000)

enum model_verdict {
    MODEL_AGREES,
    MODEL_SKIPPED,  /* too many interleavings */
    MODEL_NONSENSE, /* it does not compile, or is invalid */
    MODEL_MISSES,  /* a trace was not visited, or one that does not exist was */
    MODEL_REPEATS, /* a trace was visited twice */
    MODEL_DIVERGES,              /* the strategy said so, or gave up */
    MODEL_DISAGREES_WITH_ITSELF, /* the machine: two ends of one trace */
};
extern const char *const model_verdict_names[];

/*
 * Compare. The figures of both are for reports; their sets are not kept.
 */
struct model_difference {
    enum model_verdict verdict;
    struct model_counts truth, found;
};
struct model_difference model_differ(const char *text,
                                     const struct model_search *search);

/*
 * Drop lines of a program as long as the same verdict stays.
 *
 * text   in and out.
 */
void model_shrink(char text[MODEL_TEXT_BYTES],
                  const struct model_search *search,
                  enum model_verdict verdict);

#endif
