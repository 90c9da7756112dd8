#include "explore/execute.h"

#include "base/assert.h"
#include "detect/detect.h"
#include "explore/callers.h"
#include "explore/globals.h"
#include "explore/invariant.h"
#include "explore/oracle.h"
#include "explore/starvation.h"
#include "task/loop.h"
#include "trace/records.h"

static HD_GLOBAL struct hd_runner *executing;

struct hd_results *
hd_execute_results(void)
{
    return executing != NULL ? &executing->shared->results : NULL;
}

/*
 * Tasks that the body leaves behind may use its locals: what is called after it
 * on this stack has room above them.
 */
#define ROOM_BYTES 4096u

static __attribute__((noinline)) void
call_deep(const struct hd_test *test)
{
    char room[ROOM_BYTES];
    __asm__ volatile("" : : "r"(room) : "memory");
    test->body();
    __asm__ volatile("" : : "r"(room) : "memory");
}

static int
call_body(void *arg)
{
    const struct hd_test *test = arg;
    hd_world_allow_faults(hd_world_here());
    call_deep(test);
    hd_invariants_end_body();
    /* It has no status with which it could pass a cancellation on. */
    while (hd_task_cancelling(hd_task_current()) > 0) {
        hd_task_uncancel(hd_task_current());
    }
    return HD_OK;
}

/* The body as the main task of a fresh loop. */
static void
run_on_loop(void *arg)
{
    const struct hd_test *test = arg;
    struct hd_loop *loop = hd_loop_make(HD_LOOP_BY_RUN, 0);
    HD_ASSERT(loop != NULL);
    hd_loop_run_main(loop, call_body, arg, (uint64_t)(uintptr_t)test->body);
    hd_loop_destroy(loop);
    hd_world_close_loops(hd_world_here());
}

static void
run_bare(void *arg)
{
    const struct hd_test *test = arg;
    hd_world_allow_faults(hd_world_here());
    test->body();
    hd_invariants_end_body();
    hd_world_close_loops(hd_world_here());
}

bool
hd_runner_init(struct hd_runner *runner, struct hd_shared *shared,
               const struct hd_settings *settings, const struct hd_test *test)
{
    runner->shared = shared;
    runner->settings = settings;
    runner->test = test;
    runner->ignores_always = hd_is_ignored("always", settings->ignored);
    runner->ignores_races =
        !(hd_detect_mask(settings->ignored) >> HD_LOG_RACE & 1);
    runner->ignores_starvation = hd_is_ignored("starvation", settings->ignored);
    return hd_world_init(&runner->world, &shared->log);
}

#define HELD_MS_UNIT 50u /* the watchdog looks every 20 */

/* The execution is over: did the watchdog see a step that held its loop? */
static void
write_held(struct hd_shared *shared)
{
    const struct hd_held *held = &shared->held;
    const uint32_t ms = held->ms;
    if (ms == 0 || held->execution != shared->executions ||
        held->at > shared->log.count) {
        return;
    }
    const uint32_t who = hd_record_stepping(&shared->log, held->at);
    const uint32_t rounded =
        (ms + HELD_MS_UNIT / 2) / HELD_MS_UNIT * HELD_MS_UNIT;
    if (who != 0) {
        hd_log_incident(&shared->log,
                        (struct hd_record){.kind = HD_LOG_BLOCKING,
                                           .op = 1,
                                           .subject = who,
                                           .aux = (uint16_t)rounded,
                                           .value = held->place});
    }
}

static void
log_callers(struct hd_ready *ready)
{
    hd_callers_log(ready, executing->test->body);
}

/*
 * Races are looked for where memory is tracked: each execution of which that is
 * asked, the first above all, may show that it is.
 */
static bool
looks_for_races(const struct hd_runner *runner)
{
    const struct hd_shared *shared = runner->shared;
    return !runner->ignores_races &&
           (runner->looks || shared->tracks_memory || shared->executions == 0);
}

static struct hd_observer *
observer_of(struct hd_runner *runner)
{
    struct hd_observer *tracer = NULL, *races = NULL;
    if (runner->traces) {
        tracer = hd_tracer_begin(&runner->tracer, runner->shared->coverage);
    }
    runner->observes = looks_for_races(runner);
    if (runner->observes) {
        const struct hd_serials *serials = runner->shared->serials;
        races = hd_races_begin(&runner->races,
                               serials != NULL && serials->orders > 0 ? serials
                                                                      : NULL);
    }
    return hd_observers_join(&runner->observers, tracer, races);
}

static void
end_races(struct hd_runner *runner, enum hd_outcome outcome)
{
    struct hd_shared *shared = runner->shared;
    if (runner->observes) {
        hd_races_end(&runner->races, outcome, &shared->log);
        shared->tracks_memory |= runner->races.tracked > 0;
    }
    if (shared->finals != NULL) {
        hd_harm_finals(&runner->races.spots, shared->finals);
    }
}

enum hd_outcome
hd_runner_execute(struct hd_runner *runner, const struct hd_rules *rules,
                  const struct hd_strategy *strategy, void *self)
{
    struct hd_shared *shared = runner->shared;
    const bool bare = runner->test->loop == HD_LOOP_NONE;
    struct hd_rules present = *rules;
    hd_watch_fn *watch = hd_invariants_begin(
        runner->ignores_always, runner->callers ? log_callers : runner->watch);
    if (hd_invariants_are_on()) {
        present.memory = HD_MEMORY_ALL; /* they see what each step does */
    }
    const struct hd_execution execution = {
        .body = bare ? run_bare : run_on_loop,
        .arg = (void *)(uintptr_t)runner->test,
        .rules = &present,
        .strategy = strategy,
        .strategy_self = self,
        .main_is_root = !bare,
        .watch = watch,
        .observer = observer_of(runner),
    };
    shared->results = (struct hd_results){0};
    shared->outcome = HD_OUTCOME_FAILED;
    shared->held.ms = 0;
    executing = runner;
    shared->executing = true;
    const enum hd_outcome outcome =
        hd_world_execute(&runner->world, &execution);
    shared->executing = false;
    executing = NULL;
    end_races(runner, outcome);
    const struct hd_view *view = &runner->world.ready.view;
    shared->outcome = outcome;
    shared->steps += view->step;
    shared->tracks_memory |= runner->tracer.sees_memory;
    shared->decisions += runner->world.ready.decisions;
    write_held(shared);
    if (runner->is_fair && view->step >= HD_STARVATION_STEPS_MIN &&
        !runner->ignores_starvation) {
        hd_starvation_note(&shared->log);
    }
    /* Whether a fault may change the result only the program can know. */
    if (outcome == HD_OUTCOME_OK && !(shared->log.seen >> HD_LOG_FAULT & 1)) {
        hd_results_compare(shared);
    }
    return outcome;
}

uint32_t
hd_runner_judge(const struct hd_shared *shared, uint64_t ignored,
                struct hd_findings *findings)
{
    struct hd_names names;
    findings->count = 0;
    if (!hd_names_init(&names, &shared->log)) {
        return 0;
    }
    const uint32_t count = hd_detect(&shared->log, &names, ignored, findings);
    hd_names_finish(&names);
    return count;
}
