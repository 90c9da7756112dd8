#include "task/future.h"

#include "base/assert.h"
#include "task/complain.h"
#include "task/fault.h"
#include "task/suspend.h"
#include "task/touch.h"
#include <string.h>

#define GENERATION_MASK ((uintptr_t)HD_ARENA_ALIGN - 1)

void
hd_future_init(struct hd_future *future, struct hd_loop *loop,
               enum hd_future_kind kind)
{
    const bool slot = kind != HD_FUTURE_INNER;
    *future = (struct hd_future){
        .loop = loop,
        .slot_next = slot ? future->slot_next : NULL,
        .generation = slot ? future->generation : 0,
        .state = HD_FUTURE_PENDING,
        .kind = (uint8_t)kind,
        .references = 1,
        .held = 1,
        .waiter = slot ? NULL : hd_here.task,
    };
}

/* ---- handles and slots ---- */

struct hd_future *
hd_future_peek(const struct hd_future *handle)
{
    const uintptr_t bits = (uintptr_t)handle;
    struct hd_future *future = (struct hd_future *)(bits & ~GENERATION_MASK);
    return future != NULL && future->state != HD_FUTURE_FREE &&
                   (future->generation & GENERATION_MASK) ==
                       (bits & GENERATION_MASK)
               ? future
               : NULL;
}

/* NULL was never a handle; what a stale one was can be seen in its slot. */
static void
refuse(const struct hd_future *handle, uint64_t place)
{
    const struct hd_future *slot =
        (const struct hd_future *)((uintptr_t)handle & ~GENERATION_MASK);
    if (slot == NULL) {
        hd_misuse(HD_E_STALE, place);
        return;
    }
    if (hd_future_last(handle) != 0) {
        hd_touch_future(slot, HD_IS_HANDLE, HD_READS);
    }
    hd_misuse_stale(HD_E_STALE,
                    slot->kind == HD_FUTURE_TASK ? HD_OBJECT_TASK
                                                 : HD_OBJECT_FUTURE,
                    hd_future_last(handle), place);
}

struct hd_future *
hd_future_get(const struct hd_future *handle, uint64_t place)
{
    struct hd_future *future = hd_future_get_to_release(handle, place);
    if (future != NULL) {
        hd_touch_future(future, HD_IS_HANDLE, HD_READS);
    }
    return future;
}

struct hd_future *
hd_future_get_to_release(const struct hd_future *handle, uint64_t place)
{
    struct hd_future *future = hd_future_peek(handle);
    if (future == NULL) {
        refuse(handle, place);
    }
    return future;
}

uint32_t
hd_future_last(const struct hd_future *handle)
{
    const uintptr_t bits = (uintptr_t)handle;
    const struct hd_future *slot =
        (const struct hd_future *)(bits & ~GENERATION_MASK);
    const bool was_last =
        slot->state == HD_FUTURE_FREE &&
        ((bits + 1) & GENERATION_MASK) == (slot->generation & GENERATION_MASK);
    return was_last ? slot->object : 0;
}

struct hd_future *
hd_future_handle(struct hd_future *future)
{
    return (struct hd_future *)((uintptr_t)future |
                                (future->generation & GENERATION_MASK));
}

void *
hd_pool_take(struct hd_loop *loop, struct hd_pool *pool, size_t bytes,
             uint64_t place)
{
    struct hd_future *slot = pool->first;
    if (hd_fault_alloc(loop, place)) {
        return NULL;
    }
    if (slot != NULL) {
        pool->first = slot->free_next;
        if (pool->first == NULL) {
            pool->last = NULL;
        }
        return slot;
    }
    slot = hd_arena_take(loop->arena, bytes);
    if (slot != NULL) {
        slot->generation = 0;
        slot->state = HD_FUTURE_FREE;
        slot->slot_next = NULL;
        if (pool->made_last != NULL) {
            pool->made_last->slot_next = slot;
        } else {
            pool->made_first = slot;
        }
        pool->made_last = slot;
    }
    return slot;
}

/*
 * Where footprints are told, slots are not used again at first: what a stale
 * handle was is touched by whoever uses it.
 */
#define APART_MAX 4096u

void
hd_pool_give(struct hd_pool *pool, struct hd_future *slot)
{
    slot->state = HD_FUTURE_FREE;
    slot->generation++;
    slot->free_next = NULL;
    if (__builtin_expect(slot->loop->home->tells, 0) &&
        pool->apart < APART_MAX) {
        pool->apart++;
        return;
    }
    if (pool->last != NULL) {
        pool->last->free_next = slot;
    } else {
        pool->first = slot;
    }
    pool->last = slot;
}

/* ---- the line of waiting actors ---- */

void
hd_future_enlist(struct hd_future *future, struct hd_actor *actor)
{
    actor->fifo_next = NULL;
    actor->fifo_prev = future->last;
    if (future->last != NULL) {
        future->last->fifo_next = actor;
    } else {
        future->first = actor;
    }
    future->last = actor;
}

void
hd_future_delist(struct hd_future *future, struct hd_actor *actor)
{
    if (actor->fifo_prev != NULL) {
        actor->fifo_prev->fifo_next = actor->fifo_next;
    } else {
        HD_ASSERT(future->first == actor);
        future->first = actor->fifo_next;
    }
    if (actor->fifo_next != NULL) {
        actor->fifo_next->fifo_prev = actor->fifo_prev;
    } else {
        future->last = actor->fifo_prev;
    }
    actor->fifo_next = actor->fifo_prev = NULL;
}

static void
post_line(struct hd_future *future)
{
    struct hd_actor *actor = future->first;
    if (actor == NULL) {
        return;
    }
    future->loop->home->progress = true;
    future->first = future->last = NULL;
    while (actor != NULL) {
        struct hd_actor *next = actor->fifo_next;
        hd_loop_post(actor->loop, actor);
        actor = next;
    }
}

/* ---- completion ---- */

/* Who comes first ends it; afterwards there is only something to see. */
static void
note_end(const struct hd_future *future)
{
    const bool pending = future->state == HD_FUTURE_PENDING;
    const bool is_inner = future->kind == HD_FUTURE_INNER;
    hd_touch_future(future, is_inner ? HD_IS_WAIT : HD_IS_CHANGED,
                    pending ? HD_WRITES : HD_READS);
    if (pending && !is_inner) {
        hd_touch_future(future, HD_IS_DONE, HD_ADDS);
    }
}

static bool
complete(struct hd_future *future, int status, void *value,
         struct hd_failure *failure)
{
    if (future->state != HD_FUTURE_PENDING) {
        return false;
    }
    future->state = HD_FUTURE_DONE;
    future->status = status;
    future->value = value;
    future->failure = hd_failure_retain(failure);
    if (status < 0) {
        future->loop->failures++;
    }
    post_line(future);
    return true;
}

bool
hd_future_resolve(struct hd_future *future, int status, void *value,
                  struct hd_failure *failure)
{
    if (hd_touch_wanted()) {
        note_end(future);
    }
    return complete(future, status, value, failure);
}

void
hd_future_count_down(const struct hd_future *future)
{
    hd_touch_future(future,
                    future->kind == HD_FUTURE_INNER ? HD_IS_WAIT : HD_IS_COUNT,
                    HD_ADDS);
    hd_touch_future(future, HD_IS_COUNTED, HD_ADDS);
}

bool
hd_future_resolve_counted(struct hd_future *future, int status)
{
    const bool completed = complete(future, status, NULL, NULL);
    future->counted |= completed;
    return completed;
}

bool
hd_future_cancel_plain(struct hd_future *future)
{
    if (hd_touch_wanted()) {
        note_end(future);
    }
    if (future->state != HD_FUTURE_PENDING) {
        return false;
    }
    future->state = HD_FUTURE_CANCELLED;
    future->status = HD_E_CANCELLED;
    post_line(future);
    return true;
}

bool
hd_future_do_cancel(struct hd_future *future)
{
    if (future->state != HD_FUTURE_PENDING) {
        hd_touch_future(future,
                        future->kind == HD_FUTURE_INNER ? HD_IS_WAIT
                                                        : HD_IS_CHANGED,
                        HD_READS);
        return false;
    }
    if (future->kind == HD_FUTURE_TASK) {
        return hd_task_do_cancel((struct hd_task *)(void *)future, 0);
    }
    return future->cancel != NULL ? future->cancel(future)
                                  : hd_future_cancel_plain(future);
}

/*
 * Its error becomes that of the running task. One without a message puts away
 * the message of an older one, which would be told of the wrong failure; a
 * cancellation, which is often part of cleaning up, leaves it.
 */
static void
pass_on_error(struct hd_future *future)
{
    struct hd_task *task = hd_here.task;
    if (future->status == HD_E_CANCELLED) {
        hd_fault_told();
    }
    if (task == NULL ||
        (future->failure == NULL && future->status == HD_E_CANCELLED)) {
        return;
    }
    if (future->failure != NULL) {
        future->failure->error.hops++;
    }
    hd_task_set_error(task, future->failure);
}

int
hd_future_take(struct hd_future *future, void **out_value)
{
    HD_ASSERT(future->state >= HD_FUTURE_DONE);
    future->retrieved = true;
    if (future->status < 0) {
        pass_on_error(future);
        return future->status;
    }
    if (out_value != NULL) {
        *out_value = future->value;
    }
    return HD_OK;
}

/* ---- references ---- */

void
hd_future_retain(struct hd_future *future)
{
    future->references++;
}

void
hd_future_drop_check(struct hd_future *future)
{
    if (future->state != HD_FUTURE_DONE || future->status >= 0 ||
        future->retrieved || future->loop->muted) {
        return;
    }
    struct hd_task *task = future->kind == HD_FUTURE_TASK
                               ? (struct hd_task *)(void *)future
                               : NULL;
    struct hd_error error = {.code = future->status, .message = ""};
    if (future->failure != NULL) {
        error = future->failure->error;
    }
    future->retrieved = true;
    struct hd_log *log = future->loop->home->log;
    hd_log_text(log,
                (struct hd_record){.kind = HD_LOG_UNRETRIEVED,
                                   .op = task == NULL,
                                   .subject = task != NULL ? task->actor.id
                                                           : future->object,
                                   .value = (uint64_t)(int64_t)error.code},
                error.message);
    hd_log_text(log,
                (struct hd_record){.kind = HD_LOG_ORIGIN,
                                   .value = (uint64_t)error.line},
                error.file);
    hd_complain(future->loop, task, "a future", &error);
}

void
hd_future_unref(struct hd_future *future)
{
    HD_ASSERT(future->references > 0);
    if (--future->references > 0) {
        return;
    }
    struct hd_loop *loop = future->loop;
    if (future->kind != HD_FUTURE_INNER) {
        hd_touch_future(future, HD_IS_HANDLE, HD_ADDS);
    }
    hd_future_drop_check(future);
    hd_failure_release(loop, future->failure);
    if (future->kind == HD_FUTURE_TASK) {
        hd_task_forget_name((struct hd_task *)(void *)future);
        hd_pool_give(&loop->tasks, future);
    } else if (future->kind != HD_FUTURE_INNER) {
        hd_pool_give(&loop->futures, future);
    }
}

bool
hd_future_give_up(struct hd_future *future, uint64_t place)
{
    if (future->held == 0) {
        hd_misuse(HD_E_OVERRUN, place);
        return false;
    }
    hd_touch_future(future, HD_IS_HANDLE, HD_ADDS);
    future->held--;
    if (future->held == 0 && future->kind == HD_FUTURE_PLAIN &&
        !hd_future_done(future)) {
        hd_log_put(future->loop->home->log, HD_LOG_ACT, HD_ACT_DROP,
                   future->object, place);
    }
    hd_future_unref(future);
    return true;
}

/* ---- waiting ---- */

uint32_t
hd_object_born(uint8_t kind, const void *address, uint64_t place)
{
    struct hd_loop *loop = hd_here.loop;
    return loop != NULL ? hd_object_born_on(loop, kind, address, place) : 0;
}

uint32_t
hd_object_met(uint8_t kind, const void *address, uint64_t place)
{
    const uint32_t object = hd_object_born(kind, address, place);
    if (object != 0 && __builtin_expect(hd_here.loop->home->tells, 0)) {
        struct hd_ready *home = hd_here.loop->home;
        /* Who is first is a matter of the schedule, where it lies is not. */
        hd_identities_put(&home->identities, object,
                          hd_touch_name_at(home, address));
    }
    return object;
}

uint32_t
hd_object_born_on(struct hd_loop *loop, uint8_t kind, const void *address,
                  uint64_t place)
{
    struct hd_ready *home = loop->home;
    struct hd_actor *parent = hd_loop_parent(loop);
    const uint32_t object = ++home->objects;
    const uint32_t ordinal = ++parent->objects_born;
    if (__builtin_expect(loop->home->tells, 0)) {
        hd_identities_put(&home->identities, object,
                          hd_identity(HD_IS_OBJECT, parent->path, ordinal));
    }
    hd_log_put(home->log, HD_LOG_OBJECT, kind, object,
               (uint64_t)parent->id << 32 | ordinal);
    hd_log_put(home->log, HD_LOG_PLACE, 1, object, place);
    hd_log_put(home->log, HD_LOG_AT, kind, object,
               (uint64_t)(uintptr_t)address);
    return object;
}

/* The status of a wait that is over; a pending request of cancellation wins. */
static int
wait_result(struct hd_task *task, const struct hd_future *future,
            uint64_t place)
{
    task->waiting_on = NULL;
    if (__builtin_expect(task->asked, 0)) {
        return hd_task_deliver(task, future->status, place);
    }
    return future->status;
}

int
hd_future_wait(struct hd_future *future, struct hd_op op)
{
    struct hd_task *task = hd_here.task;
    struct hd_ready *ready = hd_here.loop->ready;
    HD_ASSERT(task != NULL);
    if (hd_future_done(future)) {
        return future->status;
    }
    hd_log_put(hd_here.loop->home->log, HD_LOG_SUSPEND, op.kind, op.object,
               op.place);
    ready->stepped = true;
    task->actor.hint = op;
    task->actor.flags &= (uint8_t)~HD_ACTOR_YIELDED;
    task->waiting_on = future;
    hd_future_enlist(future, &task->actor);
    if (task->cancels_left > 0 && hd_future_do_cancel(future)) {
        task->cancels_left = 0;
    }
    if (__builtin_expect(ready->cancels, 0)) {
        hd_fault_wait(task, op.place);
    }
    hd_task_suspend(task);
    if (__builtin_expect(ready->cancels, 0)) {
        hd_fault_woken(task, op.place);
    }
    return wait_result(task, future, op.place);
}
