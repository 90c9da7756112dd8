/*
 * The model language for tests of strategies: programs of atomic steps, run on
 * the real ready set, and counted exactly.
 *
 *   struct model model;
 *   char error[MODEL_ERROR_BYTES];
 *   model_compile(&model, text, 3, error);      3 is what N stands for
 *   model_explore(&model, &search, &counts);    by a strategy of the harness
 *   model_brute(&model, limit, &counts);        by copying states: the truth
 *   model_counts_finish(&counts);
 *
 * The language is that of the published counts; programs.txt has its syntax
 * and its programs, counts.h their numbers. What goes beyond it (cancelling,
 * stopping, timers, values) is said in machine.h.
 *
 * On the ready set a task of the program is an actor: its next step, if it is
 * disabled (the mutex is held, nothing is in the queue), is taken out of the
 * set by whose step disabled it, and posted again when it is enabled; by whom,
 * if that was a cause that cannot be otherwise (spawned, granted, signalled,
 * joined), else by itself. The default is the lowest task number, the clock
 * last. ids are numbers of birth: task 0 has id 1. Hints are HD_OP_KNOWN where
 * the step makes one access. A step that leaves its actor enabled sets
 * HD_ACTOR_CONTINUES.
 *
 * Everything here is for one thread, and fails by HD_ASSERT where a program is
 * too large for it.
 */
#ifndef TESTS_MODEL_MODEL_H
#define TESTS_MODEL_MODEL_H

#include "program.h"

#include <heddle/scheduler.h>

struct hd_observer;

#define MODEL_ERROR_BYTES 120u
#define MODEL_SCHEDULE_MAX 512u

/*
 * Compile one program. text may go on with other programs after it ("==").
 *
 * returns   false, and what is wrong with which line, if it makes no sense.
 */
bool model_compile(struct model *model, const char *text, int32_t parameter,
                   char error[MODEL_ERROR_BYTES]);

/* All of programs.txt, and of found.txt; NULL at the end. */
extern const char *const model_programs[];
extern const char *const model_found[];

/* A published program by its name; NULL if there is none. */
const char *model_program(const char *name);

/* Compile a published program; aborts if it is not there. */
void model_load(struct model *model, const char *name, int32_t parameter);

/*
 * One execution.
 *
 * outcome    as the strategy's end() is told: FAILED if bad, unless deadlocked.
 * bad        an ASSERT failed or the final condition does not hold.
 * trace      of the canonical trace, the same number as in model_brute().
 * choices    actor ids, in turn; a value that was chosen follows its actor.
 */
struct model_result {
    enum hd_outcome outcome;
    bool bad;
    uint32_t steps, choice_count;
    uint64_t trace;
    uint32_t choices[MODEL_SCHEDULE_MAX];
};

/*
 * What there is.
 *
 * runs         executions begun; of model_brute(): interleavings.
 * complete     those that ended by themselves, pruned: those given up.
 * traces       different ones among the complete; bad, deadlocks: of these.
 * repeated     complete executions whose trace was known already.
 * cut          a limit was reached, or the strategy said that it cut.
 * diverged     the strategy said so.
 * inconsistent two executions of one trace ended differently, or (brute force)
 *              a trace has not as many interleavings as orders of its steps:
 *              the footprints of the program are wrong.
 * orders       the latter is looked at.
 * invalid      the program unlocks what it does not hold, or does not end.
 */
struct model_set;
struct model_counts {
    uint64_t runs, complete, pruned, traces, bad, deadlocks, repeated;
    uint32_t steps_max;
    bool cut, diverged, inconsistent, invalid, orders;
    struct model_set *set;
};
void model_counts_finish(struct model_counts *counts);

bool model_counts_have(const struct model_counts *counts, uint64_t trace);

/* Do both have the same traces? */
bool model_counts_equal(const struct model_counts *a,
                        const struct model_counts *b);

/* Enumerate all interleavings; cut after so many. */
void model_brute(const struct model *model, uint64_t interleavings_max,
                 struct model_counts *out_counts);

/*
 * The same, and each interleaving is shown when it is complete.
 *
 * tasks     who stepped, by task number from 0; steps of them.
 * enabled   who could have, a bit per task.
 */
struct model_interleaving {
    uint64_t trace;
    uint32_t steps;
    bool bad, deadlock;
    const uint8_t *tasks;
    const uint32_t *enabled;
};
typedef void model_visit_fn(const struct model_interleaving *each,
                            void *context);
void model_brute_visit(const struct model *model, uint64_t interleavings_max,
                       struct model_counts *out_counts, model_visit_fn *visit,
                       void *context);

/*
 * Execute run `number` of a strategy as the worker does. self is the
 * strategy's, initialised. False: begin() had nothing left.
 *
 * hides_hints   actors are told apart by what they did, not by what they will.
 */
struct model_search {
    const struct hd_strategy *strategy;
    const char *text; /* after "name:"; NULL for "" */
    uint64_t seed, runs_max;
    bool hides_hints;
    struct hd_observer *observer; /* beside the strategy; NULL: nobody */
};
bool model_run(const struct model *model, const struct model_search *search,
               void *self, uint64_t number, struct model_result *out_result);

/* Run after run until the strategy has no more, or runs_max. */
void model_explore(const struct model *model, const struct model_search *search,
                   struct model_counts *out_counts);

#endif
