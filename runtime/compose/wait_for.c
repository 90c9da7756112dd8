/*
 * wait_for: asyncio's of Python 3.11, with its two ways to end late.
 *
 *   pause --released by the future--> its result; a cancellation of this task
 *     |                               that came at the same moment is put off
 *     |                               to its next wait, so neither is lost
 *     +-----by time or cancellation-> cancel the future, wait until it has
 *                                     ended, and only then return
 *
 * The second wait is on a pause, too, not on the future. Cancelling it asks the
 * future once more to end, and goes on: whatever was started for this wait is
 * over when it returns. (In asyncio 3.11 the first cancellation is swallowed,
 * and the second leaves the future behind.)
 */
#include <heddle/gather.h>

#include "base/assert.h"
#include "compose/pause.h"
#include "task/coro.h"
#include "task/touch.h"

static void
future_done(struct hd_callback *callback)
{
    hd_pause_release(callback->owner);
}

static void
release_when_done(struct hd_pause *pause, struct hd_callback *callback,
                  struct hd_future *future)
{
    hd_callback_init(callback, future->loop, HD_ACTOR_CALLBACK, true,
                     future_done, pause);
    hd_callback_when_done(callback, future);
}

static void
cancel(struct hd_future *future, uint64_t place)
{
    if (future->kind == HD_FUTURE_TASK) {
        hd_task_do_cancel((struct hd_task *)(void *)future, place);
    } else {
        hd_future_do_cancel(future);
    }
}

/* Returns HD_OK once it has ended, HD_E_CANCELLED if this wait was cut. */
static int
cancel_and_wait_once(struct hd_future *future, struct hd_op op)
{
    struct hd_pause pause;
    struct hd_callback done;
    const int unlimited = hd_pause_start(&pause, HD_FOREVER, op.place);
    HD_ASSERT(unlimited == HD_OK);
    release_when_done(&pause, &done, future);
    cancel(future, op.place);
    const int status = hd_future_wait(&pause.future, op);
    hd_callback_stop(&done);
    return status;
}

/* The same, but never returns before it has ended. */
static int
cancel_and_wait(struct hd_future *future, struct hd_op op)
{
    int status = cancel_and_wait_once(future, op);
    hd_touch_outcome(future);
    while (!hd_future_done(future)) {
        const int again = cancel_and_wait_once(future, op);
        hd_touch_outcome(future);
        status = again < 0 ? again : status;
    }
    return status;
}

/* Nobody else may be able to look at its error. */
static bool
made_an_error_of_it(const struct hd_future *future)
{
    return future->status < 0 && future->status != HD_E_CANCELLED;
}

/*
 * The future is late. What it comes to in the end counts, a cancellation being
 * the time-out. If it was this task's cancellation that cut the wait, only an
 * error counts, and the cancellation is put off to the next wait.
 */
static int
end_late(struct hd_future *future, int cut, struct hd_op op, void **out_value)
{
    const int cut_late = cancel_and_wait(future, op);
    cut = cut < 0 ? cut : cut_late;
    if (cut < 0 && !made_an_error_of_it(future)) {
        return cut;
    }
    if (cut < 0) {
        hd_task_cancel_again(hd_here.task);
    }
    const int status = hd_future_take(future, out_value);
    return status == HD_E_CANCELLED ? HD_E_TIMEDOUT : status;
}

static int
wait_limited(struct hd_future *future, uint64_t ns, struct hd_op op,
             void **out_value)
{
    struct hd_pause pause;
    struct hd_callback done;
    HD_TRY(hd_pause_start(&pause, ns, op.place));
    release_when_done(&pause, &done, future);
    int status = hd_future_wait(&pause.future, op);
    hd_callback_stop(&done);
    hd_touch_outcome(future);
    if (hd_future_done(future)) {
        if (status == HD_E_CANCELLED) {
            hd_task_cancel_again(hd_here.task);
        }
        status = hd_future_take(future, out_value);
    } else {
        status = end_late(future, status, op, out_value);
    }
    /* Up to here the timer ran, as asyncio's does. */
    hd_pause_unlimit(&pause);
    return status;
}

/* The future is of this loop, and held. */
static int
wait_for(struct hd_future *future, uint64_t ns, uint64_t place,
         void **out_value)
{
    const struct hd_op op = {
        .object = future->object, .kind = HD_OP_WAIT_FOR, .place = place};
    if (ns == HD_FOREVER) {
        return hd_future_await(future, op, out_value);
    }
    if (ns > 0) {
        return wait_limited(future, ns, op, out_value);
    }
    hd_touch_outcome(future);
    return hd_future_done(future) ? hd_future_take(future, out_value)
                                  : end_late(future, HD_OK, op, out_value);
}

/*
 * A task that was made for this wait: nobody else needs its handle. It was to
 * be limited; where that cannot be it ends without having begun, and before
 * this returns, so that nobody finds it left.
 */
static int
wait_for_own(struct hd_task *task, uint64_t ns, uint64_t place,
             void **out_value)
{
    hd_future_retain(&task->future);
    hd_task_release(hd_task_handle(task));
    int status = wait_for(&task->future, ns, place, out_value);
    if (status == HD_E_NO_MEMORY && !hd_future_done(&task->future)) {
        const struct hd_op op = {.object = task->future.object,
                                 .kind = HD_OP_WAIT_FOR,
                                 .place = place};
        const int cut = cancel_and_wait(&task->future, op);
        status = cut < 0 ? cut : status;
    }
    hd_future_unref(&task->future);
    return status;
}

/* ---- for the public ---- */

static int
wait_for_handle(struct hd_future *handle, uint64_t ns, uint64_t place,
                void **out_value)
{
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    struct hd_future *future = hd_future_get(handle, place);
    if (future == NULL) {
        return HD_E_STALE;
    }
    if (future->loop != hd_here.loop) {
        return hd_misuse_foreign(future->loop->number, hd_here.loop->number,
                                 place);
    }
    if (ns == HD_FOREVER && future == &hd_here.task->future) {
        return hd_misuse(HD_E_SELF_AWAIT, place);
    }
    hd_future_retain(future);
    hd_task_point(HD_OP_WAIT_FOR, future->object, place);
    const int status = wait_for(future, ns, place, out_value);
    hd_future_unref(future);
    return status;
}

int
hd_wait_for_future(struct hd_future *future, uint64_t ns, void **out_value)
{
    const uint64_t place = HD_PLACE();
    return wait_for_handle(future, ns, place, out_value);
}

int
hd_wait_for_task(struct hd_task *task, uint64_t ns, void **out_value)
{
    const uint64_t place = HD_PLACE();
    return wait_for_handle(HD_FUTURE(task), ns, place, out_value);
}

int
hd_wait_for_coro(struct hd_coro *coro, uint64_t ns, void **out_value)
{
    const uint64_t place = HD_PLACE();
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    if (ns == HD_FOREVER) {
        return hd_coro_await(coro, out_value, place);
    }
    hd_task_point(HD_OP_WAIT_FOR, 0, place);
    struct hd_task *task;
    const struct hd_coro_wait wait = hd_coro_wait_begin(coro);
    HD_TRY(hd_coro_start(coro, place, &task));
    const int status = wait_for_own(task, ns, place, out_value);
    hd_coro_wait_end(&wait, status, place);
    return status;
}

int
hd_wait_for_call(hd_fn *fn, void *arg, uint64_t ns)
{
    const uint64_t place = HD_PLACE();
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    hd_task_point(HD_OP_WAIT_FOR, 0, place);
    struct hd_task *task = hd_task_start(hd_here.loop, fn, arg, place);
    if (task == NULL) {
        return HD_E_NO_MEMORY;
    }
    return wait_for_own(task, ns, place, NULL);
}
