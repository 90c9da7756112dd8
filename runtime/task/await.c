/*
 * Awaiting, and what the public may do with futures.
 */
#include "base/assert.h"
#include "task/touch.h"

/* ---- await ---- */

/* Can the running task wait for this future? */
static int
check_await(const struct hd_future *future, uint64_t place)
{
    const struct hd_task *task = hd_here.task;
    if (task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    if (future == &task->future) {
        return hd_misuse(HD_E_SELF_AWAIT, place);
    }
    if (future->loop != hd_here.loop) {
        return hd_misuse_foreign(future->loop->number, hd_here.loop->number,
                                 place);
    }
    return HD_OK;
}

/* It looks; and if it has to wait, it stands in line. */
static void
note_attempt(const struct hd_future *future)
{
    hd_touch_note_outcome(future);
    if (!hd_future_done(future)) {
        hd_touch_future(future, HD_IS_CHANGED, HD_WRITES);
    }
}

/* It has waited. Who did not, could have come before the end, too. */
static void
note_return(const struct hd_future *future)
{
    if (hd_future_done(future)) {
        hd_touch_note_enabled(future);
    } else {
        hd_touch_note_outcome(future);
    }
}

/*
 * What the future ended with is taken, also if that is a cancellation; of the
 * waiting task's own cancellation the future knows nothing.
 */
int
hd_future_await(struct hd_future *future, struct hd_op op, void **out_value)
{
    hd_future_retain(future);
    if (hd_touch_wanted()) {
        note_attempt(future);
    }
    const bool waits = !hd_future_done(future);
    int status = hd_future_wait(future, op);
    if (hd_touch_wanted() && waits) {
        note_return(future);
    }
    if (hd_future_done(future) &&
        (status != HD_E_CANCELLED || future->status == HD_E_CANCELLED)) {
        status = hd_future_take(future, out_value);
    } else if (hd_future_done(future)) {
        future->retrieved = true; /* seen, and outvoted by a cancellation */
    }
    hd_future_unref(future);
    return status;
}

static inline __attribute__((always_inline)) int
await_at(struct hd_future *handle, void **out_value, uint64_t place)
{
    struct hd_future *future = hd_future_get(handle, place);
    if (future == NULL) {
        return HD_E_STALE;
    }
    HD_TRY(check_await(future, place));
    hd_task_point(HD_OP_AWAIT, future->object, place);
    if (__builtin_expect(hd_here.points, 0) &&
        hd_future_get(handle, place) == NULL) {
        return HD_E_STALE; /* it went away while this task stood there */
    }
    return hd_future_await(future,
                           (struct hd_op){.object = future->object,
                                          .kind = HD_OP_AWAIT,
                                          .place = place},
                           out_value);
}

int
hd_await_future(struct hd_future *future, void **out_value)
{
    return await_at(future, out_value, HD_PLACE());
}

int
hd_await_task(struct hd_task *task, void **out_value)
{
    return await_at(HD_FUTURE(task), out_value, HD_PLACE());
}

/* ---- futures of the public ---- */

static struct hd_future *
create(struct hd_loop *loop, uint64_t place)
{
    struct hd_future *future =
        hd_pool_take(loop, &loop->futures, sizeof(*future), place);
    if (future == NULL) {
        return NULL;
    }
    hd_future_init(future, loop, HD_FUTURE_PLAIN);
    future->object = hd_object_born_on(loop, HD_OBJECT_FUTURE, NULL, place);
    return hd_future_handle(future);
}

struct hd_future *
hd_future_create(void)
{
    struct hd_loop *loop = hd_loop_here(HD_PLACE(), HD_OP_AWAIT);
    return loop != NULL ? create(loop, HD_PLACE()) : NULL;
}

struct hd_future *
hd_loop_future(struct hd_loop *loop)
{
    return hd_loop_usable(loop, HD_PLACE()) ? create(loop, HD_PLACE()) : NULL;
}

void
hd_future_release(struct hd_future *handle)
{
    if (handle == NULL) {
        return;
    }
    struct hd_future *future = hd_future_get_to_release(handle, HD_PLACE());
    if (future == NULL) {
        return;
    }
    if (future->kind == HD_FUTURE_TASK) {
        hd_task_give_up((struct hd_task *)(void *)future, HD_PLACE());
    } else {
        hd_future_give_up(future, HD_PLACE());
    }
}

/* A plain future that may be set now. */
static int
settable(struct hd_future *handle, uint64_t place, struct hd_future **out)
{
    struct hd_future *future = hd_future_get(handle, place);
    if (future == NULL) {
        return HD_E_STALE;
    }
    if (future->kind != HD_FUTURE_PLAIN) {
        return hd_misuse(HD_E_INVALID, place);
    }
    if (hd_future_done(future)) {
        hd_touch_outcome(future);
        return hd_misuse(HD_E_DONE, place);
    }
    *out = future;
    return HD_OK;
}

static void
log_act(const struct hd_future *future, uint8_t act, uint64_t place)
{
    hd_log_put(future->loop->home->log, HD_LOG_ACT, act, future->object, place);
}

int
hd_future_set(struct hd_future *handle, void *value)
{
    struct hd_future *future = NULL;
    HD_TRY(settable(handle, HD_PLACE(), &future));
    log_act(future, HD_ACT_SET, HD_PLACE());
    hd_future_resolve(future, HD_OK, value, NULL);
    return HD_OK;
}

int
hd_future_fail(struct hd_future *handle, int status, const char *message)
{
    struct hd_future *future = NULL;
    if (status >= 0) {
        return hd_misuse(HD_E_INVALID, HD_PLACE());
    }
    HD_TRY(settable(handle, HD_PLACE(), &future));
    log_act(future, HD_ACT_SET, HD_PLACE());
    const struct hd_error error = {.code = status, .message = message};
    struct hd_failure *failure =
        hd_failure_create(future->loop, &error, HD_PLACE());
    hd_future_resolve(future, status, NULL, failure);
    hd_failure_release(future->loop, failure);
    return HD_OK;
}

bool
hd_future_cancel(struct hd_future *handle)
{
    struct hd_future *future = hd_future_get(handle, HD_PLACE());
    if (future == NULL) {
        return false;
    }
    if (future->kind == HD_FUTURE_TASK) {
        return hd_task_do_cancel((struct hd_task *)(void *)future, HD_PLACE());
    }
    return hd_future_do_cancel(future);
}

bool
hd_future_is_done(const struct hd_future *handle)
{
    const struct hd_future *future = hd_future_get(handle, HD_PLACE());
    if (future == NULL) {
        return false;
    }
    hd_touch_outcome(future);
    return hd_future_done(future);
}

bool
hd_future_is_cancelled(const struct hd_future *handle)
{
    const struct hd_future *future = hd_future_get(handle, HD_PLACE());
    if (future == NULL) {
        return false;
    }
    hd_touch_outcome(future);
    return future->state == HD_FUTURE_CANCELLED;
}

int
hd_future_result(struct hd_future *handle, void **out_value)
{
    return hd_future_result_at(handle, out_value, HD_PLACE());
}

int
hd_future_result_at(struct hd_future *handle, void **out_value, uint64_t place)
{
    struct hd_future *future = hd_future_get(handle, place);
    if (future == NULL) {
        return HD_E_STALE;
    }
    hd_touch_outcome(future);
    return hd_future_done(future) ? hd_future_take(future, out_value)
                                  : HD_E_PENDING;
}

const struct hd_error *
hd_future_error(struct hd_future *handle)
{
    return hd_future_error_at(handle, HD_PLACE());
}

const struct hd_error *
hd_future_error_at(struct hd_future *handle, uint64_t place)
{
    struct hd_future *future = hd_future_get(handle, place);
    if (future == NULL) {
        return NULL;
    }
    hd_touch_outcome(future);
    if (!hd_future_done(future)) {
        hd_misuse(HD_E_PENDING, place);
        return NULL;
    }
    if (future->state == HD_FUTURE_CANCELLED || future->status >= 0) {
        return NULL;
    }
    future->retrieved = true;
    if (future->failure == NULL) {
        const struct hd_error error = {.code = future->status};
        future->failure = hd_failure_create(future->loop, &error, place);
    }
    return future->failure != NULL ? &future->failure->error : NULL;
}

struct hd_loop *
hd_future_loop(const struct hd_future *handle)
{
    const struct hd_future *future = hd_future_get(handle, HD_PLACE());
    return future != NULL ? future->loop : NULL;
}
