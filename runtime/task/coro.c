/*
 * An object is a slot of its loop's pool, like a future: its generation makes
 * one that was used up recognisable, and what is pending when the loop closes
 * was never used.
 */
#include "task/coro.h"

#include "base/assert.h"
#include "task/complain.h"

struct hd_coro {
    struct hd_future slot; /* only its generation and free links are used */
    hd_fn *fn;
    void *arg;
    uint64_t place;
    uint32_t actor; /* who made it */
};

struct hd_coro *
hd_coro_create(hd_fn *fn, void *arg)
{
    struct hd_loop *loop = hd_loop_default();
    if (loop == NULL || !hd_loop_usable(loop, HD_PLACE())) {
        return NULL;
    }
    struct hd_coro *coro =
        hd_pool_take(&loop->coros, loop->arena, sizeof(*coro));
    if (coro == NULL) {
        return NULL;
    }
    coro->slot.loop = loop;
    coro->slot.state = HD_FUTURE_PENDING;
    coro->fn = fn;
    coro->arg = arg;
    coro->place = HD_PLACE();
    coro->actor = hd_loop_parent(loop)->id;
    hd_log_put(loop->home->log, HD_LOG_CORO, 0, coro->actor, coro->place);
    return (struct hd_coro *)(void *)hd_future_handle(&coro->slot);
}

/* What an object was; taking it gives its slot back. */
struct call {
    hd_fn *fn;
    void *arg;
    uint32_t actor;
};

/* Use an object up, once. */
static int
use(struct hd_coro *handle, uint64_t place, struct call *out_call)
{
    if (handle == NULL) {
        return hd_misuse(HD_E_INVALID, place);
    }
    struct hd_coro *coro = (struct hd_coro *)(void *)hd_future_peek(
        (const struct hd_future *)(const void *)handle);
    if (coro == NULL) {
        return hd_misuse(HD_E_REUSED, place);
    }
    *out_call = (struct call){coro->fn, coro->arg, coro->actor};
    hd_pool_give(&coro->slot.loop->coros, &coro->slot);
    return HD_OK;
}

void
hd_coro_destroy(struct hd_coro *coro)
{
    struct call call;
    if (coro != NULL) {
        use(coro, HD_PLACE(), &call);
    }
}

int
hd_coro_await(struct hd_coro *coro, void **out_value, uint64_t place)
{
    struct hd_task *task = hd_here.task;
    struct call call;
    HD_TRY(use(coro, place, &call));
    hd_log_put(task->future.loop->home->log, HD_LOG_CORO, 1, call.actor, place);
    void *outer_value = task->future.value;
    task->future.value = NULL;
    int status = call.fn(call.arg);
    if (status > 0) {
        hd_log_incident(task->future.loop->home->log,
                        (struct hd_record){.kind = HD_LOG_POSITIVE,
                                           .subject = task->actor.id,
                                           .value = (uint64_t)status});
        status = HD_OK;
    }
    if (status >= 0 && out_value != NULL) {
        *out_value = task->future.value;
    }
    task->future.value = outer_value;
    return status;
}

int
hd_await_coro(struct hd_coro *coro, void **out_value)
{
    const uint64_t place = HD_PLACE();
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    return hd_coro_await(coro, out_value, place);
}

int
hd_coro_start(struct hd_coro *coro, uint64_t place, struct hd_task **out_task)
{
    struct call call;
    HD_TRY(use(coro, place, &call));
    struct hd_task *task =
        hd_task_start(hd_here.loop, call.fn, call.arg, place);
    if (task == NULL) {
        return HD_E_NO_MEMORY;
    }
    *out_task = task;
    return HD_OK;
}

struct hd_task *
hd_task_from_coro(struct hd_coro *coro)
{
    const uint64_t place = HD_PLACE();
    struct hd_task *task;
    if (hd_loop_here(place, HD_OP_START) == NULL ||
        hd_coro_start(coro, place, &task) < 0) {
        return NULL;
    }
    return hd_task_handle(task);
}

void
hd_coro_drop_all(struct hd_loop *loop)
{
    for (struct hd_future *slot = loop->coros.made_first; slot != NULL;
         slot = slot->slot_next) {
        const struct hd_coro *coro = HD_CONTAINER(slot, struct hd_coro, slot);
        if (slot->state == HD_FUTURE_PENDING && !loop->muted) {
            hd_log_incident(loop->home->log,
                            (struct hd_record){.kind = HD_LOG_NEVER_AWAITED,
                                               .subject = coro->actor,
                                               .value = coro->place});
            const struct hd_error error = {.code = HD_E_INVALID,
                                           .message = "it was never awaited"};
            hd_complain(loop, NULL, "a coroutine", &error);
        }
    }
    loop->coros = (struct hd_pool){.first = NULL};
}
