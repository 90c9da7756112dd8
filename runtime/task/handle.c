/*
 * What the public schedules: call_soon, call_later, futures' callbacks.
 *
 * A handle is a slot of the loop's pool, like a future; its generation makes a
 * handle that was used up recognisable.
 */
#include "base/assert.h"
#include "task/local.h"
#include "task/touch.h"
#include <stdlib.h>

struct hd_handle {
    struct hd_future slot; /* only its generation and free links are used */
    struct hd_callback callback;
    hd_callback_fn *fn;
    hd_future_fn *future_fn;
    void *arg;
    struct hd_future *future; /* whose callback it is, retained */
    uint64_t when_ns;
    struct hd_locals *locals; /* of whoever scheduled it */
};

static struct hd_handle *
make(struct hd_loop *loop, enum hd_actor_kind kind,
     void (*run)(struct hd_callback *), uint64_t place)
{
    struct hd_handle *handle =
        hd_pool_take(loop, &loop->handles, sizeof(*handle), place);
    if (handle == NULL) {
        return NULL;
    }
    handle->slot.state = HD_FUTURE_PENDING;
    handle->slot.loop = loop;
    handle->fn = NULL;
    handle->future_fn = NULL;
    handle->future = NULL;
    handle->when_ns = 0;
    handle->locals = hd_locals_snapshot();
    hd_callback_init(&handle->callback, loop, kind, false, run, handle);
    hd_log_put(loop->home->log, HD_LOG_PLACE, 0, handle->callback.actor.id,
               place);
    return handle;
}

static void
drop(struct hd_handle *handle)
{
    hd_locals_drop(handle->slot.loop, handle->locals);
    hd_pool_give(&handle->slot.loop->handles, &handle->slot);
}

/*
 * Its callback is about to run: the public's handle is used up, but the slot
 * stays taken, for its actor is who steps and what is born now is its child.
 */
static void
use_up(struct hd_handle *handle)
{
    handle->slot.generation++;
    handle->slot.state = HD_FUTURE_DONE;
    handle->callback.actor.loop->ready->stepped = true;
    hd_here.locals = &handle->locals;
}

static void
is_over(struct hd_handle *handle)
{
    hd_here.locals = NULL;
    drop(handle);
}

/* Whose handle it is, or was: that actor's step uses it up. */
static void
note_look(const struct hd_handle *handle)
{
    const struct hd_loop *loop = hd_here.loop;
    if (!hd_touch_wanted() || handle == NULL) {
        return;
    }
    const uintptr_t mask = (uintptr_t)HD_ARENA_ALIGN - 1;
    const struct hd_handle *slot =
        (const struct hd_handle *)((uintptr_t)handle & ~mask);
    hd_touch_actor(loop, &slot->callback.actor, 0, HD_READS);
}

/* The public's handle, and back; NULL if it was used up. */
static struct hd_handle *
tagged(struct hd_handle *handle)
{
    return (struct hd_handle *)(void *)hd_future_handle(&handle->slot);
}

static struct hd_handle *
get(const struct hd_handle *handle)
{
    struct hd_future *slot =
        hd_future_peek((const struct hd_future *)(const void *)handle);
    note_look(handle);
    return slot != NULL && slot->state == HD_FUTURE_PENDING
               ? HD_CONTAINER(slot, struct hd_handle, slot)
               : NULL;
}

/* ---- call_soon and call_later ---- */

static void
run_handle(struct hd_callback *callback)
{
    struct hd_handle *handle = callback->owner;
    use_up(handle);
    handle->fn(handle->arg);
    is_over(handle);
}

struct hd_handle *
hd_handle_soon(struct hd_loop *loop, hd_callback_fn *fn, void *arg,
               uint64_t place)
{
    if (!hd_loop_usable(loop, place)) {
        return NULL;
    }
    struct hd_handle *handle = make(loop, HD_ACTOR_CALLBACK, run_handle, place);
    if (handle == NULL) {
        return NULL;
    }
    handle->fn = fn;
    handle->arg = arg;
    hd_callback_soon(&handle->callback);
    return tagged(handle);
}

struct hd_handle *
hd_loop_call_soon(struct hd_loop *loop, hd_callback_fn *fn, void *arg)
{
    return hd_handle_soon(loop, fn, arg, HD_PLACE());
}

struct hd_handle *
hd_handle_at(struct hd_loop *loop, uint64_t when_ns, hd_callback_fn *fn,
             void *arg, uint64_t place)
{
    if (!hd_loop_usable(loop, place)) {
        return NULL;
    }
    struct hd_handle *handle = make(loop, HD_ACTOR_TIMER, run_handle, place);
    if (handle == NULL) {
        return NULL;
    }
    handle->fn = fn;
    handle->arg = arg;
    handle->when_ns = when_ns;
    if (!hd_callback_at(&handle->callback, when_ns, place)) {
        drop(handle);
        return NULL;
    }
    return tagged(handle);
}

struct hd_handle *
hd_loop_call_later(struct hd_loop *loop, uint64_t delay_ns, hd_callback_fn *fn,
                   void *arg)
{
    if (!hd_loop_usable(loop, HD_PLACE())) {
        return NULL;
    }
    const uint64_t now_ns = hd_loop_now(loop);
    const bool never = delay_ns >= HD_FOREVER - now_ns;
    return hd_handle_at(loop, never ? HD_FOREVER - 1 : now_ns + delay_ns, fn,
                        arg, HD_PLACE());
}

struct hd_handle *
hd_loop_call_at(struct hd_loop *loop, uint64_t when_ns, hd_callback_fn *fn,
                void *arg)
{
    return hd_handle_at(loop, when_ns, fn, arg, HD_PLACE());
}

bool
hd_handle_cancel(struct hd_handle *handle)
{
    struct hd_handle *self = get(handle);
    if (self == NULL) {
        return false;
    }
    const bool stopped = hd_callback_stop(&self->callback);
    drop(self);
    return stopped;
}

bool
hd_handle_is_pending(const struct hd_handle *handle)
{
    return get(handle) != NULL;
}

uint64_t
hd_handle_when(const struct hd_handle *handle)
{
    const struct hd_handle *self = get(handle);
    return self != NULL ? self->when_ns : 0;
}

/* ---- from other threads ---- */

int
hd_loop_call_soon_threadsafe(struct hd_loop *loop, hd_callback_fn *fn,
                             void *arg)
{
    if (!hd_loop_usable(loop, HD_PLACE())) {
        return HD_E_LOOP_CLOSED;
    }
    if (loop->home != &loop->own || hd_here.loop == loop) {
        /* Simulated threads take turns; and this may be its own thread. */
        return hd_handle_soon(loop, fn, arg, HD_PLACE()) != NULL
                   ? HD_OK
                   : HD_E_NO_MEMORY;
    }
    struct hd_inbox_item *item = malloc(sizeof(*item));
    if (item == NULL) {
        return HD_E_NO_MEMORY;
    }
    item->fn = fn;
    item->arg = arg;
    item->next = atomic_load_explicit(&loop->inbox, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&loop->inbox, &item->next,
                                                  item, memory_order_release,
                                                  memory_order_relaxed)) {
    }
    loop->host->wake(loop);
    return HD_OK;
}

void
hd_loop_drain(struct hd_loop *loop)
{
    if (atomic_load_explicit(&loop->inbox, memory_order_relaxed) == NULL) {
        return; /* an exchange costs more than a whole step */
    }
    struct hd_inbox_item *item =
        atomic_exchange_explicit(&loop->inbox, NULL, memory_order_acquire);
    struct hd_inbox_item *in_order = NULL;
    while (item != NULL) {
        struct hd_inbox_item *next = item->next;
        item->next = in_order;
        in_order = item;
        item = next;
    }
    while (in_order != NULL) {
        struct hd_inbox_item *next = in_order->next;
        if (!loop->closed) {
            hd_loop_call_soon(loop, in_order->fn, in_order->arg);
        }
        free(in_order);
        in_order = next;
    }
}

/* ---- futures' callbacks ---- */

static void
run_on_done(struct hd_callback *callback)
{
    struct hd_handle *handle = callback->owner;
    struct hd_future *future = handle->future;
    use_up(handle);
    handle->future_fn(hd_future_handle(future), handle->arg);
    is_over(handle);
    hd_future_unref(future);
}

int
hd_future_on_done(struct hd_future *future_handle, hd_future_fn *fn, void *arg)
{
    struct hd_future *future = hd_future_get(future_handle, HD_PLACE());
    if (future == NULL) {
        return HD_E_STALE;
    }
    struct hd_handle *handle =
        make(future->loop, HD_ACTOR_CALLBACK, run_on_done, HD_PLACE());
    if (handle == NULL) {
        return HD_E_NO_MEMORY;
    }
    handle->future_fn = fn;
    handle->arg = arg;
    handle->future = future;
    hd_touch_future(future, HD_IS_HOOKS, HD_ADDS);
    hd_future_retain(future);
    hd_callback_when_done(&handle->callback, future);
    return HD_OK;
}

size_t
hd_future_off_done(struct hd_future *future_handle, hd_future_fn *fn, void *arg)
{
    struct hd_future *future = hd_future_get(future_handle, HD_PLACE());
    if (future == NULL) {
        return 0;
    }
    hd_touch_outcome(future);
    hd_touch_future(future, HD_IS_HOOKS, HD_WRITES);
    if (hd_future_done(future)) {
        return 0;
    }
    size_t removed = 0;
    struct hd_actor *actor = future->first;
    while (actor != NULL) {
        struct hd_actor *next = actor->fifo_next;
        struct hd_callback *callback =
            HD_CONTAINER(actor, struct hd_callback, actor);
        if (actor->step != NULL && callback->run == run_on_done) {
            struct hd_handle *handle = callback->owner;
            if (handle->future_fn == fn && handle->arg == arg) {
                hd_callback_stop(callback);
                drop(handle);
                hd_future_unref(future);
                removed++;
            }
        }
        actor = next;
    }
    return removed;
}
