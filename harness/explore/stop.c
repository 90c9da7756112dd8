/*
 * The watcher after each step calls the function to break on. Who will step
 * next is known from the attempt's log: the same schedule takes the same steps,
 * and actors have the same numbers.
 */
#include "explore/stop.h"

#include "base/assert.h"
#include "task/task.h"
#include "trace/records.h"

HD_GLOBAL const void *volatile hd_stop_place;

static HD_GLOBAL struct {
    uint64_t step;
    uint32_t actor; /* who takes it */
} stop;

__attribute__((noinline)) void
hd_stop_here(void)
{
    __asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) void
hd_stop_no_place(void)
{
    __asm__ volatile("" ::: "memory");
}

/* Where an actor's next step begins; NULL: not known. */
static const void *
place_of(const struct hd_view *view, uint32_t id)
{
    for (uint32_t i = 0; i < view->ready_count; i++) {
        struct hd_actor *actor = view->ready[i];
        if (actor->id != id || actor->kind != HD_ACTOR_TASK) {
            continue;
        }
        return actor->steps > 0
                   ? (const void *)(uintptr_t)actor->hint.place
                   : (const void *)(uintptr_t)hd_task_of(actor)->fn;
    }
    return NULL;
}

static void
watch(struct hd_ready *ready)
{
    if (ready->view.step + 1 != stop.step) {
        return;
    }
    const void *place = place_of(&ready->view, stop.actor);
    hd_stop_place =
        place != NULL ? place : (const void *)(uintptr_t)hd_stop_no_place;
    hd_stop_here();
    if (place == NULL) {
        hd_stop_no_place();
    }
}

/* Who takes the step with this number; 0: nobody. */
static uint32_t
who_steps(const struct hd_log *log, uint64_t step)
{
    uint64_t seen = 0;
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP && ++seen == step) {
            return record->subject;
        }
    }
    return 0;
}

void
hd_stop_replay(const struct hd_attempt *attempt,
               const struct hd_settings *settings, uint64_t step)
{
    static HD_GLOBAL struct hd_runner runner;
    struct hd_schedule schedule;
    struct hd_replay replay;
    if (step == 0) {
        return;
    }
    stop.step = step;
    stop.actor = who_steps(&attempt->probe->log, step);
    if (!hd_attempt_schedule(attempt, &schedule) ||
        !hd_runner_init(&runner, attempt->probe, settings, attempt->test)) {
        return;
    }
    hd_log_clear(&attempt->probe->log);
    runner.watch = watch;
    hd_replay_init(&replay, &schedule, false);
    hd_runner_execute(&runner, &settings->rules, hd_replay_strategy(&schedule),
                      &replay);
    hd_replay_finish(&replay);
    hd_schedule_finish(&schedule);
}
