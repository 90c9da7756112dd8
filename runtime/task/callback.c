#include "task/callback.h"

#include "base/assert.h"
#include "task/fault.h"
#include "task/touch.h"
#include <string.h>

/*
 * A future's callback comes after it was put there and after the future was
 * done, in whatever order these came.
 */
static void
note_step(const struct hd_callback *callback)
{
    if (callback->future != NULL) {
        const struct hd_actor *actor = &callback->actor;
        hd_touch_actor(actor->loop, actor, HD_IS_DONE, HD_READS);
        hd_touch_note_enabled(callback->future);
    }
}

static void
step(struct hd_actor *actor)
{
    struct hd_callback *callback =
        HD_CONTAINER(actor, struct hd_callback, actor);
    if (hd_touch_wanted()) {
        note_step(callback);
    }
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
    hd_touch_world(loop, HD_WORLD_CLOCK, HD_READS);
    callback->timer.key = when_ns;
    callback->timer.order = ++loop->timer_order;
    if (__builtin_expect(loop->home->any_order, 0) &&
        hd_loop_offer_timer(loop, callback)) {
        return true;
    }
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
    hd_touch_actor(callback->actor.loop, &callback->actor, HD_IS_DONE, HD_ADDS);
    callback->future = future;
    if (hd_future_done(future)) {
        hd_callback_soon(callback);
        return;
    }
    hd_future_enlist(future, &callback->actor);
}

static void
log_stop(const struct hd_callback *callback)
{
    hd_log_put(callback->actor.loop->home->log, HD_LOG_STOP, 0,
               callback->actor.id, 0);
}

bool
hd_callback_is_idle(const struct hd_callback *callback)
{
    return callback->timer.at == 0 && callback->future == NULL &&
           !hd_loop_has(callback->actor.loop, &callback->actor);
}

bool
hd_callback_stop(struct hd_callback *callback)
{
    struct hd_loop *loop = callback->actor.loop;
    hd_touch_actor(loop, &callback->actor, 0, HD_WRITES);
    if (callback->actor.kind == HD_ACTOR_TIMER) {
        /* Armed or due: that is what the clock decides. */
        hd_touch_world(loop, HD_WORLD_CLOCK, HD_READS);
    }
    if (callback->timer.at != 0) {
        log_stop(callback);
        const bool was_first = hd_heap_first(&loop->timers) == &callback->timer;
        hd_heap_remove(&loop->timers, &callback->timer);
        if (was_first) {
            hd_loop_update_alarm(loop);
        }
        return true;
    }
    if (callback->future != NULL) {
        /* If this comes first, the callback never becomes ready. */
        hd_touch_outcome(callback->future);
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
