/*
 * An object stays on its loop's list as long as the loop lives, used or not:
 * using it twice is then a defined error, and what was never used is found.
 */
#include "task/coro.h"

#include "base/assert.h"
#include "task/complain.h"

enum coro_state {
    CORO_FRESH = 1,
    CORO_USED,
    CORO_DESTROYED,
};

struct hd_coro {
    struct hd_loop *loop;
    struct hd_coro *next;
    hd_fn *fn;
    void *arg;
    uint64_t place;
    uint32_t actor; /* who made it */
    enum coro_state state;
};

struct hd_coro *
hd_coro_create(hd_fn *fn, void *arg)
{
    struct hd_loop *loop = hd_loop_default();
    if (loop == NULL || !hd_loop_usable(loop, HD_PLACE())) {
        return NULL;
    }
    struct hd_coro *coro = hd_arena_take(loop->arena, sizeof(*coro));
    if (coro == NULL) {
        return NULL;
    }
    *coro = (struct hd_coro){
        .loop = loop,
        .next = loop->coros,
        .fn = fn,
        .arg = arg,
        .place = HD_PLACE(),
        .actor = hd_loop_parent(loop)->id,
        .state = CORO_FRESH,
    };
    loop->coros = coro;
    hd_log_put(loop->home->log, HD_LOG_CORO, 0, coro->actor, coro->place);
    return coro;
}

void
hd_coro_destroy(struct hd_coro *coro)
{
    if (coro != NULL) {
        HD_ASSERT(coro->state >= CORO_FRESH && coro->state <= CORO_DESTROYED);
        coro->state = CORO_DESTROYED;
    }
}

/* Use it up, once. */
static int
use(struct hd_coro *coro, uint64_t place)
{
    if (coro == NULL) {
        return hd_misuse(HD_E_INVALID, place);
    }
    if (coro->state != CORO_FRESH) {
        return hd_misuse(HD_E_REUSED, place);
    }
    coro->state = CORO_USED;
    return HD_OK;
}

int
hd_coro_await(struct hd_coro *coro, void **out_value, uint64_t place)
{
    struct hd_task *task = hd_here.task;
    HD_TRY(use(coro, place));
    hd_log_put(task->future.loop->home->log, HD_LOG_CORO, 1, coro->actor,
               place);
    void *outer_value = task->future.value;
    task->future.value = NULL;
    const int status = coro->fn(coro->arg);
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
    HD_TRY(use(coro, place));
    struct hd_task *task =
        hd_task_start(hd_here.loop, coro->fn, coro->arg, place);
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
    for (struct hd_coro *coro = loop->coros; coro != NULL; coro = coro->next) {
        if (coro->state == CORO_FRESH && !loop->muted) {
            hd_log_incident(loop->home->log,
                            (struct hd_record){.kind = HD_LOG_NEVER_AWAITED,
                                               .subject = coro->actor,
                                               .value = coro->place});
            const struct hd_error error = {.code = HD_E_INVALID,
                                           .message = "it was never awaited"};
            hd_complain(loop, NULL, "a coroutine", &error);
        }
    }
    loop->coros = NULL;
}
