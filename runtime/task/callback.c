#include "task/callback.h"

#include "base/assert.h"
#include "task/fault.h"
#include <string.h>

static void
step(struct hd_actor *actor)
{
    struct hd_callback *callback =
        HD_CONTAINER(actor, struct hd_callback, actor);
    callback->future = NULL; /* its slot may hold another one soon */
    callback->run(callback);
}

void
hd_callback_init(struct hd_callback *callback, struct hd_loop *loop,
                 enum hd_actor_kind kind, bool is_inline,
                 void (*run)(struct hd_callback *), void *owner)
{
    memset(callback, 0, sizeof(*callback));
    callback->actor.loop = loop;
    callback->actor.step = step;
    callback->actor.flags = is_inline ? HD_ACTOR_INLINE : 0;
    callback->actor.ready_at = UINT32_MAX;
    callback->run = run;
    callback->owner = owner;
    hd_actor_born(loop->home, &callback->actor, hd_loop_parent(loop), kind);
}

void
hd_callback_soon(struct hd_callback *callback)
{
    hd_loop_post(callback->actor.loop, &callback->actor);
}

bool
hd_callback_at(struct hd_callback *callback, uint64_t when_ns, uint64_t place)
{
    struct hd_loop *loop = callback->actor.loop;
    callback->timer.key = when_ns;
    callback->timer.order = ++loop->timer_order;
    if ((hd_heap_is_full(&loop->timers) && hd_fault_alloc(loop, place)) ||
        !hd_heap_add(&loop->timers, loop->arena, &callback->timer)) {
        return false;
    }
    if (hd_heap_first(&loop->timers) == &callback->timer) {
        hd_loop_update_alarm(loop);
    }
    return true;
}

void
hd_callback_when_done(struct hd_callback *callback, struct hd_future *future)
{
    if (hd_future_done(future)) {
        hd_callback_soon(callback);
        return;
    }
    callback->future = future;
    hd_future_enlist(future, &callback->actor);
}

static void
log_stop(const struct hd_callback *callback)
{
    hd_log_put(callback->actor.loop->home->log, HD_LOG_STOP, 0,
               callback->actor.id, 0);
}

bool
hd_callback_stop(struct hd_callback *callback)
{
    struct hd_loop *loop = callback->actor.loop;
    if (callback->timer.at != 0) {
        log_stop(callback);
        const bool was_first = hd_heap_first(&loop->timers) == &callback->timer;
        hd_heap_remove(&loop->timers, &callback->timer);
        if (was_first) {
            hd_loop_update_alarm(loop);
        }
        return true;
    }
    if (hd_loop_has(loop, &callback->actor)) {
        log_stop(callback);
        hd_ready_remove(loop->ready, &callback->actor, hd_here.actor);
        callback->future = NULL;
        return true;
    }
    if (callback->future != NULL && !hd_future_done(callback->future)) {
        hd_future_delist(callback->future, &callback->actor);
        callback->future = NULL;
        return true;
    }
    return false;
}
