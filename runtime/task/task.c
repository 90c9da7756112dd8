/*
 * Tasks: birth, cancellation, end. How they are stepped is in step.c.
 */
#include "task/task.h"

#include "base/assert.h"
#include "base/random.h"
#include "task/local.h"
#include "task/touch.h"
#include <stdio.h>
#include <string.h>

/* ---- handles ---- */

struct hd_task *
hd_task_get(const struct hd_task *handle, uint64_t place)
{
    struct hd_future *future =
        hd_future_get((const struct hd_future *)(const void *)handle, place);
    return (struct hd_task *)(void *)future;
}

struct hd_task *
hd_task_handle(struct hd_task *task)
{
    return (struct hd_task *)(void *)hd_future_handle(&task->future);
}

/* ---- birth ---- */

static void
own(struct hd_task *owner, struct hd_task *task)
{
    task->owner = owner;
    task->owned_next = owner->owned;
    if (owner->owned != NULL) {
        owner->owned->owned_prev = task;
    }
    owner->owned = task;
}

static void
disown(struct hd_task *task)
{
    if (task->owned_prev != NULL) {
        task->owned_prev->owned_next = task->owned_next;
    } else {
        task->owner->owned = task->owned_next;
    }
    if (task->owned_next != NULL) {
        task->owned_next->owned_prev = task->owned_prev;
    }
    task->owner = NULL;
    task->owned_next = task->owned_prev = NULL;
}

static void
live_add(struct hd_loop *loop, struct hd_task *task)
{
    task->live_prev = loop->live_last;
    if (loop->live_last != NULL) {
        loop->live_last->live_next = task;
    } else {
        loop->live_first = task;
    }
    loop->live_last = task;
}

static void
live_remove(struct hd_loop *loop, struct hd_task *task)
{
    if (task->live_prev != NULL) {
        task->live_prev->live_next = task->live_next;
    } else {
        loop->live_first = task->live_next;
    }
    if (task->live_next != NULL) {
        task->live_next->live_prev = task->live_prev;
    } else {
        loop->live_last = task->live_prev;
    }
    task->live_next = task->live_prev = NULL;
}

struct hd_task *
hd_task_start(struct hd_loop *loop, hd_fn *fn, void *arg, uint64_t place)
{
    struct hd_task *task =
        hd_pool_take(loop, &loop->tasks, sizeof(struct hd_task), place);
    if (task == NULL) {
        return NULL;
    }
    memset(&task->actor, 0, sizeof(*task) - offsetof(struct hd_task, actor));
    hd_future_init(&task->future, loop, HD_FUTURE_TASK);
    task->future.references = 2; /* the spawner's and its own */
    task->fn = fn;
    task->arg = arg;
    task->locals = hd_locals_snapshot();
    task->actor.loop = loop;
    hd_actor_born(loop->home, &task->actor, hd_loop_parent(loop),
                  HD_ACTOR_TASK);
    task->future.object = task->actor.id | HD_OBJECT_IS_TASK;
    struct hd_log *log = loop->home->log;
    hd_log_put(log, HD_LOG_PLACE, 0, task->actor.id, place);
    hd_log_put(log, HD_LOG_CODE, 0, task->actor.id, (uint64_t)(uintptr_t)fn);
    live_add(loop, task);
    hd_touch_loop(loop, HD_IS_LIVE, HD_ADDS);
    if (hd_here.task != NULL && hd_here.loop == loop) {
        own(hd_here.task, task);
    }
    hd_loop_post(loop, &task->actor);
    return task;
}

struct hd_task *
hd_task_spawn(hd_fn *fn, void *arg)
{
    struct hd_loop *loop = hd_loop_here(HD_PLACE(), HD_OP_START);
    if (loop == NULL) {
        return NULL;
    }
    struct hd_task *task = hd_task_start(loop, fn, arg, HD_PLACE());
    return task != NULL ? hd_task_handle(task) : NULL;
}

struct hd_task *
hd_loop_spawn(struct hd_loop *loop, hd_fn *fn, void *arg)
{
    if (!hd_loop_usable(loop, HD_PLACE())) {
        return NULL;
    }
    struct hd_task *task = hd_task_start(loop, fn, arg, HD_PLACE());
    return task != NULL ? hd_task_handle(task) : NULL;
}

/* ---- ownership ---- */

/*
 * What the owner gives back is what it was lent; what another one does is a
 * reference of his own, unless it is the last.
 */
void
hd_task_give_up(struct hd_task *task, uint64_t place)
{
    if (task->owner != NULL &&
        (task->owner == hd_here.task || task->future.held == 1)) {
        hd_touch_actor(task->future.loop, &task->owner->actor, 0, HD_WRITES);
        disown(task);
    }
    hd_future_give_up(&task->future, place);
}

static struct hd_task *
get_to_release(const struct hd_task *handle, uint64_t place)
{
    const void *future = handle;
    return (struct hd_task *)(void *)hd_future_get_to_release(future, place);
}

void
hd_task_release(struct hd_task *task)
{
    if (task != NULL && (task = get_to_release(task, HD_PLACE())) != NULL) {
        hd_task_give_up(task, HD_PLACE());
    }
}

struct hd_task *
hd_task_retain(struct hd_task *task)
{
    struct hd_task *self = hd_task_get(task, HD_PLACE());
    if (self == NULL) {
        return NULL;
    }
    hd_future_lend(&self->future);
    return task;
}

void
hd_task_detach(struct hd_task *task)
{
    if (task != NULL && (task = get_to_release(task, HD_PLACE())) != NULL) {
        hd_task_give_up(task, HD_PLACE());
    }
}

void
hd_task_set_error(struct hd_task *task, struct hd_failure *failure)
{
    hd_failure_retain(failure);
    hd_failure_release(task->future.loop, task->error);
    task->error = failure;
}

/* ---- cancellation ---- */

/* The request waits for the task's next wait. */
static void
leave_request(struct hd_task *task)
{
    task->asked = true;
    task->cancels_left++;
}

/*
 * The request has come back to where it began: the task waits for itself,
 * round some corners, and none of the futures on the way will end its wait.
 */
static void
break_ring(struct hd_task *task)
{
    struct hd_loop *loop = task->future.loop;
    if (!hd_loop_has(loop, &task->actor)) {
        hd_future_delist(task->waiting_on, &task->actor);
        leave_request(task);
        hd_loop_post(loop, &task->actor);
    }
}

/* Ask what the task waits for to end; false if it is done, or nothing is. */
static bool
pass_on_cancel(struct hd_task *task)
{
    if (task->waiting_on == NULL) {
        return false;
    }
    task->passes_on = true;
    const bool taken = hd_future_do_cancel(task->waiting_on);
    task->passes_on = false;
    return taken;
}

bool
hd_task_do_cancel(struct hd_task *task, uint64_t place)
{
    if (hd_future_done(&task->future)) {
        hd_touch_outcome(&task->future);
        return false;
    }
    hd_touch_actor(task->future.loop, &task->actor, 0, HD_WRITES);
    hd_touch_future(&task->future, HD_IS_CANCELS, HD_WRITES);
    if (task->passes_on) {
        break_ring(task);
        return true;
    }
    struct hd_loop *loop = task->future.loop;
    hd_log_put(loop->home->log, HD_LOG_CANCEL, 0, task->actor.id, place);
    task->cancels++;
    task->was_cancelled = true;
    if (pass_on_cancel(task)) {
        task->asked = true;
    } else {
        leave_request(task);
    }
    return true;
}

bool
hd_task_cancel(struct hd_task *task)
{
    struct hd_task *self = hd_task_get(task, HD_PLACE());
    return self != NULL && hd_task_do_cancel(self, HD_PLACE());
}

uint32_t
hd_task_cancelling(const struct hd_task *task)
{
    const struct hd_task *self = hd_task_get(task, HD_PLACE());
    if (self == NULL) {
        return 0;
    }
    hd_touch_future(&self->future, HD_IS_CANCELS, HD_READS);
    return self->cancels;
}

uint32_t
hd_task_cancels_known(const struct hd_task *task)
{
    return task->cancels > task->cancels_left
               ? task->cancels - task->cancels_left
               : 0;
}

/* What nobody asks for any more is not delivered either. */
void
hd_task_take_back(struct hd_task *task, uint32_t known)
{
    hd_touch_actor(task->future.loop, &task->actor, 0, HD_WRITES);
    hd_touch_future(&task->future, HD_IS_CANCELS, HD_WRITES);
    if (task->cancels > 0) {
        task->cancels--;
    }
    const uint32_t left_most =
        task->cancels > known ? task->cancels - known : 0;
    if (task->cancels_left > left_most) {
        task->cancels_left = left_most;
    }
    if (task->cancels_left == 0 && task->waiting_on == NULL) {
        task->asked = false;
    }
}

void
hd_task_cancel_again(struct hd_task *task)
{
    if (task->delivered > 0) {
        task->delivered--; /* nobody has seen that one */
    }
    if (task->cancels_left < task->cancels) {
        leave_request(task);
    }
}

uint32_t
hd_task_uncancel(struct hd_task *task)
{
    struct hd_task *self = hd_task_get(task, HD_PLACE());
    if (self == NULL) {
        return 0;
    }
    hd_task_take_back(self, 0);
    return self->cancels;
}

int
hd_task_deliver(struct hd_task *task, int status, uint64_t place)
{
    task->asked = false;
    if (task->cancels_left > 0) {
        task->cancels_left = 0;
        status = HD_E_CANCELLED;
    }
    if (status == HD_E_CANCELLED) {
        task->delivered++;
        hd_log_put(task->future.loop->home->log, HD_LOG_DELIVERED, 0,
                   task->actor.id, place);
    }
    return status;
}

void
hd_task_note_passing(int status, uint64_t place)
{
    const struct hd_task *task = hd_here.task;
    if (status == HD_E_CANCELLED && task != NULL && task->delivered > 0) {
        hd_log_put(task->future.loop->home->log, HD_LOG_DELIVERED, 1,
                   task->actor.id, place);
    }
}

/* ---- the end ---- */

/*
 * The function has dropped the cancellation that one of its waits gave it, and
 * not taken it back. What the runner cancels when main has ended may: nobody
 * waits for it to have been cancelled, and it is told as left-early.
 */
static void
check_swallowed(const struct hd_task *task, int status)
{
    struct hd_loop *loop = task->future.loop;
    if (status >= 0 && task->cancels > 0 && task->cancels_left == 0 &&
        !loop->ending) {
        hd_log_incident(loop->home->log,
                        (struct hd_record){.kind = HD_LOG_SWALLOWED,
                                           .subject = task->actor.id});
    }
}

/* What it becomes when its function has returned status. */
static void
settle(struct hd_task *task, int status)
{
    struct hd_future *future = &task->future;
    if (status == HD_E_CANCELLED || (status >= 0 && task->cancels_left > 0)) {
        task->cancels_left = 0;
        hd_future_cancel_plain(future);
        return;
    }
    struct hd_failure *failure = task->error;
    if (failure != NULL && (status >= 0 || failure->error.code != status)) {
        failure = NULL; /* an older error that was dealt with */
    }
    hd_future_resolve(future, status < 0 ? status : HD_OK, future->value,
                      failure);
}

/* Also step.c's: the function has returned, or will never run. */
void hd_task_finish(struct hd_task *task, int status);
void
hd_task_finish(struct hd_task *task, int status)
{
    struct hd_loop *loop = task->future.loop;
    struct hd_log *log = loop->home->log;
    if (status > 0) {
        hd_log_incident(log, (struct hd_record){.kind = HD_LOG_POSITIVE,
                                                .subject = task->actor.id,
                                                .value = (uint64_t)status});
    }
    if (__builtin_expect(task->delivered > 0, 0)) {
        check_swallowed(task, status);
    }
    hd_log_put(log, HD_LOG_DONE, 0, task->actor.id,
               (uint64_t)(int64_t)(status > 0 ? 0 : status));
    loop->ready->stepped = true;
    task->actor.hint = (struct hd_op){.kind = HD_OP_NONE};
    while (task->owned != NULL) {
        hd_task_give_up(task->owned, 0);
    }
    if (loop->until == &task->future) {
        hd_loop_until_done(loop);
    }
    settle(task, status);
    live_remove(loop, task);
    hd_touch_loop(loop, HD_IS_LIVE, HD_ADDS);
    hd_failure_release(loop, task->error);
    task->error = NULL;
    hd_locals_drop(loop, task->locals);
    task->locals = NULL;
    hd_future_unref(&task->future);
}

void
hd_task_discard(struct hd_task *task)
{
    if (task->stack != NULL) {
        hd_stack_drop(task->stack);
        task->stack = NULL;
    }
}

/* ---- looking ---- */

struct hd_task *
hd_task_current(void)
{
    return hd_here.task != NULL ? hd_task_handle(hd_here.task) : NULL;
}

bool
hd_task_is_done(const struct hd_task *task)
{
    const struct hd_task *self = hd_task_get(task, HD_PLACE());
    if (self == NULL) {
        return false;
    }
    hd_touch_outcome(&self->future);
    return hd_future_done(&self->future);
}

bool
hd_task_is_cancelled(const struct hd_task *task)
{
    const struct hd_task *self = hd_task_get(task, HD_PLACE());
    if (self == NULL) {
        return false;
    }
    hd_touch_outcome(&self->future);
    return self->future.state == HD_FUTURE_CANCELLED;
}

int
hd_task_result(struct hd_task *task, void **out_value)
{
    return hd_future_result_at(HD_FUTURE(task), out_value, HD_PLACE());
}

const struct hd_error *
hd_task_error(struct hd_task *task)
{
    return hd_future_error_at(HD_FUTURE(task), HD_PLACE());
}

void
hd_return(void *value)
{
    if (hd_here.task != NULL) {
        hd_here.task->future.value = value;
    }
}

void
hd_task_set_name(struct hd_task *task, const char *name)
{
    struct hd_task *self = hd_task_get(task, HD_PLACE());
    if (self == NULL) {
        return;
    }
    struct hd_loop *loop = self->future.loop;
    hd_touch_future(&self->future, HD_IS_TITLE, HD_WRITES);
    if (self->name == NULL) {
        self->name = hd_loop_take(loop, HD_TASK_NAME_BYTES, HD_PLACE());
    }
    if (self->name != NULL) {
        snprintf(self->name, HD_TASK_NAME_BYTES, "%s", name);
        hd_log_text(
            loop->home->log,
            (struct hd_record){.kind = HD_LOG_NAME, .subject = self->actor.id},
            self->name);
    }
}

void
hd_task_forget_name(struct hd_task *task)
{
    if (task->name != NULL) {
        hd_arena_give(task->future.loop->arena, task->name, HD_TASK_NAME_BYTES);
        task->name = NULL;
    }
}

const char *
hd_task_name(struct hd_task *task)
{
    struct hd_task *self = hd_task_get(task, HD_PLACE());
    if (self == NULL) {
        return "?";
    }
    hd_touch_future(&self->future, HD_IS_TITLE, HD_READS);
    if (self->name != NULL) {
        return self->name;
    }
    struct hd_loop *loop = self->future.loop;
    char *name = hd_loop_take(loop, HD_TASK_NAME_BYTES, HD_PLACE());
    if (name == NULL) {
        return "?";
    }
    hd_loop_path(loop, &self->actor, name, HD_TASK_NAME_BYTES);
    self->name = name;
    return name;
}
