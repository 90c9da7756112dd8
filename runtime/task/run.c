/*
 * Running a loop: until a future is done, for ever, or as asyncio.run does it.
 */
#include "base/assert.h"
#include "task/fault.h"

/* May the loop run here and now? */
static int
check_run(struct hd_loop *loop, uint64_t place)
{
    hd_loop_note_reuse(loop, place);
    if (loop->closed) {
        hd_log_incident(hd_here_log(), (struct hd_record){.kind = HD_LOG_CLOSED,
                                                          .value = place});
        return HD_E_LOOP_CLOSED;
    }
    if (loop->running || hd_here.loop != NULL) {
        return hd_misuse(HD_E_LOOP_RUNNING, place);
    }
    hd_loop_note_stop_flag(loop, place);
    return HD_OK;
}

/* What was going on here before the loop began to run. */
struct outer {
    struct hd_actor *actor;
    struct hd_task *task;
};

static struct outer
begin_run(struct hd_loop *loop)
{
    const struct outer outer = {hd_here.actor, hd_here.task};
    hd_loop_enter(loop);
    hd_here.task = NULL;
    return outer;
}

static void
finish_run(struct hd_loop *loop, struct outer outer)
{
    hd_here.actor = NULL;
    loop->host->run(loop);
    HD_ASSERT(loop->stopped);
    hd_loop_leave(loop);
    hd_here.actor = outer.actor;
    hd_here.task = outer.task;
}

static void
run(struct hd_loop *loop)
{
    finish_run(loop, begin_run(loop));
}

/*
 * Run fn(arg) as a task and the loop until it ends. Born in a loop that runs
 * already, the task need not be parked first. NULL without memory.
 */
static struct hd_task *
run_task(struct hd_loop *loop, hd_fn *fn, void *arg, uint64_t place,
         bool is_main)
{
    const struct outer outer = begin_run(loop);
    struct hd_task *task = hd_task_start(loop, fn, arg, place);
    if (task == NULL) {
        hd_loop_leave(loop);
        return NULL;
    }
    task->spared = true;
    task->future.held = 0; /* what would be the spawner's is ours */
    if (is_main) {
        task->keeps_stack = true;
        loop->main = task;
    }
    loop->until = &task->future;
    finish_run(loop, outer);
    loop->until = NULL;
    return task;
}

static void
stop_loop(struct hd_callback *callback)
{
    hd_loop_stop(callback->owner);
}

/* Returns whether the future came to be done. */
static bool
run_until(struct hd_loop *loop, struct hd_future *future)
{
    struct hd_callback done;
    hd_callback_init(&done, loop, HD_ACTOR_CALLBACK, true, stop_loop, loop);
    hd_callback_when_done(&done, future);
    run(loop);
    hd_callback_stop(&done);
    return hd_future_done(future);
}

static int
run_until_at(struct hd_loop *loop, struct hd_future *handle, void **out_value,
             uint64_t place)
{
    struct hd_future *future = hd_future_get(handle, place);
    if (future == NULL) {
        return HD_E_STALE;
    }
    HD_TRY(check_run(loop, place));
    if (future->loop != loop) {
        return hd_misuse_foreign(future->loop->number, loop->number, place);
    }
    hd_future_retain(future);
    if (future->kind == HD_FUTURE_TASK) {
        ((struct hd_task *)(void *)future)->spared = true;
    }
    const bool done = run_until(loop, future);
    const int status = done ? hd_future_take(future, out_value)
                            : hd_misuse(HD_E_LOOP_STOPPED, place);
    hd_future_unref(future);
    return status;
}

int
hd_loop_run_until_value(struct hd_loop *loop, struct hd_future *future,
                        void **out_value)
{
    return run_until_at(loop, future, out_value, HD_PLACE());
}

int
hd_loop_run_until_future(struct hd_loop *loop, struct hd_future *future)
{
    return run_until_at(loop, future, NULL, HD_PLACE());
}

int
hd_loop_run_fn(struct hd_loop *loop, hd_fn *fn, void *arg)
{
    const uint64_t place = HD_PLACE();
    HD_TRY(check_run(loop, place));
    struct hd_task *task = run_task(loop, fn, arg, place, false);
    if (task == NULL) {
        return HD_E_NO_MEMORY;
    }
    int status = HD_E_LOOP_STOPPED;
    if (hd_future_done(&task->future)) {
        status = hd_future_take(&task->future, NULL);
        hd_future_unref(&task->future);
    } else {
        hd_misuse(status, place);
    }
    return status;
}

int
hd_loop_run_forever(struct hd_loop *loop)
{
    HD_TRY(check_run(loop, HD_PLACE()));
    run(loop);
    return HD_OK;
}

/* ---- asyncio.run ---- */

/* What was left when main ended; all of it done resolves `all`. */
struct leftovers {
    struct hd_future all;
    size_t count;
};

static void
one_ended(struct hd_callback *callback)
{
    struct leftovers *left = callback->owner;
    hd_future_count_down(&left->all);
    if (--left->count == 0) {
        hd_future_resolve_counted(&left->all, HD_OK);
    }
}

static void
say_left(struct hd_loop *loop, bool told)
{
    for (struct hd_task *task = loop->live_first; task != NULL;
         task = task->live_next) {
        hd_log_incident(loop->home->log,
                        (struct hd_record){.kind = HD_LOG_LEFT,
                                           .op = told,
                                           .subject = task->actor.id,
                                           .value = task->actor.hint.place});
    }
}

/* Cancel what is left, in start order, and run until all of it has ended. */
static void
end_left(struct hd_loop *loop)
{
    struct leftovers left = {.count = 0};
    for (struct hd_task *task = loop->live_first; task != NULL;
         task = task->live_next) {
        left.count++;
        hd_task_do_cancel(task, 0);
    }
    loop->ending = true;
    struct hd_callback *ended =
        hd_arena_take(loop->arena, left.count * sizeof(*ended));
    if (ended == NULL) {
        return; /* they are dropped with the loop */
    }
    const size_t count = left.count;
    hd_future_init(&left.all, loop, HD_FUTURE_INNER);
    struct hd_task *task = loop->live_first;
    for (size_t i = 0; i < count; i++, task = task->live_next) {
        hd_callback_init(&ended[i], loop, HD_ACTOR_CALLBACK, true, one_ended,
                         &left);
        hd_callback_when_done(&ended[i], &task->future);
    }
    run_until(loop, &left.all);
    for (size_t i = 0; i < count; i++) {
        hd_callback_stop(&ended[i]);
    }
    hd_arena_give(loop->arena, ended, count * sizeof(*ended));
}

static int
nothing(void *arg)
{
    (void)arg;
    return HD_OK;
}

/*
 * asyncio's runner closes by running two small coroutines of its own; what is
 * ready by then still gets these turns.
 */
static void
last_turns(struct hd_loop *loop)
{
    for (int i = 0; i < 2; i++) {
        if ((loop->ready == NULL || hd_ready_is_idle(loop->ready)) &&
            hd_loop_deadline(loop) > hd_loop_now(loop)) {
            return;
        }
        hd_loop_run_fn(loop, nothing, NULL);
    }
}

int
hd_loop_run_main(struct hd_loop *loop, hd_fn *fn, void *arg, uint64_t place)
{
    struct hd_task *task = run_task(loop, fn, arg, place, true);
    if (task == NULL) {
        return HD_E_NO_MEMORY;
    }
    const bool told = task->cancels_told > 0;
    const int status = hd_future_done(&task->future)
                           ? hd_future_take(&task->future, NULL)
                           : hd_misuse(HD_E_LOOP_STOPPED, place);
    const struct hd_fault_hold faults = hd_fault_hold(loop->home);
    if (loop->live_first != NULL) {
        say_left(loop, told);
        end_left(loop);
    }
    last_turns(loop);
    hd_fault_resume(loop->home, faults);
    return status;
}

int
hd_run(hd_fn *fn, void *arg)
{
    const uint64_t place = HD_PLACE();
    if (hd_here.loop != NULL) {
        return hd_misuse(HD_E_LOOP_RUNNING, place);
    }
    struct hd_loop *loop = hd_loop_make(HD_LOOP_BY_RUN, place);
    if (loop == NULL) {
        return HD_E_NO_MEMORY;
    }
    const int status = hd_loop_run_main(loop, fn, arg, place);
    hd_loop_destroy(loop);
    return status;
}
