/*
 * One execution of one test in this process, and what is made of it.
 */
#ifndef HD_EXPLORE_EXECUTE_H
#define HD_EXPLORE_EXECUTE_H

#include "explore/invariant.h"
#include "explore/observers.h"
#include "explore/races.h"
#include "explore/settings.h"
#include "explore/shared.h"
#include "explore/tracer.h"
#include <heddle/test.h>

/* The registered tests, in the order of their lines. */
struct hd_test *hd_test_first(void);

/* Where this process's executions go; both borrowed. */
struct hd_runner {
    struct hd_world world;
    struct hd_tracer tracer;
    struct hd_races races;
    struct hd_observers observers;
    struct hd_shared *shared;
    const struct hd_settings *settings;
    const struct hd_test *test;
    bool ignores_always, ignores_starvation; /* their detectors are off */
    bool ignores_races;                      /* all of theirs */
    bool traces;        /* the next execution's trace is wanted */
    bool looks;         /* races are looked for whatever is known */
    bool observes;      /* they are, in this execution */
    bool callers;       /* what suspends is logged with who called it */
    hd_watch_fn *watch; /* who looks after each step, or NULL */
    bool is_fair;       /* who starves in the next execution is a finding */
};

/* False when out of memory. */
bool hd_runner_init(struct hd_runner *runner, struct hd_shared *shared,
                    const struct hd_settings *settings,
                    const struct hd_test *test);

/*
 * Run the test once. rules: the settings', perhaps with another clock.
 * What happened is in shared->log; a differing result is noted there.
 */
enum hd_outcome hd_runner_execute(struct hd_runner *runner,
                                  const struct hd_rules *rules,
                                  const struct hd_strategy *strategy,
                                  void *self);

/* The results of the execution that runs, NULL outside of one. */
struct hd_results *hd_execute_results(void);

/* Judge what is in the log. Returns how many findings. */
uint32_t hd_runner_judge(const struct hd_shared *shared, uint64_t ignored,
                         struct hd_findings *findings);

#endif
