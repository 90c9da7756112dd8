/*
 * What the tests of strategies share: small programs, and a search that runs
 * one execution after another and counts the different ones.
 */
#ifndef TESTS_STRATEGY_SEARCH_H
#define TESTS_STRATEGY_SEARCH_H

#include "sim.h"
#include "strategy/strategy.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TRACES_MAX 4096u

/* What a task says, and what all have said. */
static char said[64];

__attribute__((unused)) static void
say(char letter)
{
    const size_t length = strlen(said);
    said[length] = letter;
    said[length + 1] = '\0';
}

/* ---- programs: some tasks, each with some yields ---- */

struct crowd {
    unsigned tasks, yields; /* yields of each */
};

static unsigned yields_each;

static int
take_steps(void *arg)
{
    const char letter = (char)(uintptr_t)arg;
    say(letter);
    for (unsigned i = 0; i < yields_each; i++) {
        HD_TRY(hd_yield());
        say(letter);
    }
    return HD_OK;
}

/* Main spawns them and sleeps, so that it is no candidate meanwhile. */
__attribute__((unused)) static int
run_crowd(void *arg)
{
    const struct crowd *crowd = arg;
    said[0] = '\0';
    yields_each = crowd->yields;
    for (unsigned i = 0; i < crowd->tasks; i++) {
        hd_task_spawn(take_steps, (void *)(uintptr_t)('a' + i));
    }
    return hd_sleep(HD_MS(1));
}

/* ---- a search ---- */

struct search {
    const struct hd_strategy *strategy;
    void *self;
    hd_fn *program;
    void *arg;
    struct hd_rules rules;
    enum hd_outcome outcome; /* of the last execution */
    uint64_t traces[TRACES_MAX];
    unsigned executions, different, pruned;
    uint32_t shard, shards;
};

__attribute__((unused)) static struct search *
search_for(const struct hd_strategy *strategy, void *self, hd_fn *program,
           void *arg)
{
    static struct search search;
    search = (struct search){.strategy = strategy,
                             .self = self,
                             .program = program,
                             .arg = arg,
                             .rules = HD_RULES_DEFAULT};
    return &search;
}

static void
note_trace(struct search *search, uint64_t trace)
{
    for (unsigned i = 0; i < search->different; i++) {
        if (search->traces[i] == trace) {
            return;
        }
    }
    assert_true(search->different < TRACES_MAX);
    search->traces[search->different++] = trace;
}

/* One execution; false if the strategy has no more. */
__attribute__((unused)) static bool
search_once(struct search *search)
{
    const struct hd_run run = {.number = search->executions,
                               .seed = search->executions + 1,
                               .shard = search->shard,
                               .shards = search->shards};
    if (!search->strategy->begin(search->self, &run)) {
        return false;
    }
    search->outcome = sim_explore(search->program, search->arg, &search->rules,
                                  search->strategy, search->self);
    search->executions++;
    if (search->outcome == HD_OUTCOME_PRUNED) {
        search->pruned++;
        return true;
    }
    note_trace(search, sim_world()->ready.view.trace_hash);
    return true;
}

__attribute__((unused)) static void
search_all(struct search *search)
{
    while (search->executions < TRACES_MAX && search_once(search)) {
    }
}

#endif
