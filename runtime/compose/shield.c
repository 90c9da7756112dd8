/*
 * Shield: a future between who waits and what is waited for. It knows the
 * inner one, which never learns of it; cancelling it changes nothing there.
 *
 * Two callbacks of asyncio's are two here: the inner future ends the outer,
 * and once the outer is done the first one is no longer wanted. Who of them
 * comes last gives the state back.
 */
#include <heddle/gather.h>

#include "base/assert.h"
#include "compose/retire.h"
#include "task/touch.h"

struct shield {
    struct hd_future *inner, *outer; /* retained */
    struct hd_callback inner_done, outer_done;
    bool inner_over, outer_over; /* its callback will not run any more */
};

static void
drop_if_over(struct shield *shield)
{
    if (!shield->inner_over || !shield->outer_over) {
        return;
    }
    struct hd_loop *loop = shield->inner->loop;
    hd_future_unref(shield->outer);
    hd_future_unref(shield->inner);
    hd_callback_retire(&shield->inner_done);
    hd_callback_retire(&shield->outer_done);
    hd_arena_give(loop->arena, shield, sizeof(*shield));
}

static void
inner_done(struct hd_callback *callback)
{
    struct shield *shield = callback->owner;
    struct hd_future *inner = shield->inner;
    hd_touch_outcome(shield->outer);
    if (!hd_future_done(shield->outer)) {
        inner->retrieved = true; /* else nobody will hear of it here */
    }
    if (inner->state == HD_FUTURE_CANCELLED) {
        hd_future_cancel_plain(shield->outer);
    } else {
        hd_future_resolve(shield->outer, inner->status, inner->value,
                          inner->failure);
    }
    shield->inner_over = true;
    drop_if_over(shield);
}

static void
outer_done(struct hd_callback *callback)
{
    struct shield *shield = callback->owner;
    hd_touch_outcome(shield->inner);
    if (!hd_future_done(shield->inner)) {
        hd_callback_stop(&shield->inner_done);
        shield->inner_over = true;
    }
    shield->outer_over = true;
    drop_if_over(shield);
}

static void
start(struct shield *shield, struct hd_future *inner, struct hd_future *outer)
{
    struct hd_loop *loop = inner->loop;
    *shield = (struct shield){.inner = inner, .outer = outer};
    hd_future_retain(inner);
    hd_future_retain(outer);
    hd_callback_init(&shield->inner_done, loop, HD_ACTOR_CALLBACK, true,
                     inner_done, shield);
    hd_callback_init(&shield->outer_done, loop, HD_ACTOR_CALLBACK, true,
                     outer_done, shield);
    hd_callback_when_done(&shield->inner_done, inner);
    hd_callback_when_done(&shield->outer_done, outer);
}

static struct hd_future *
make(struct hd_future *inner, uint64_t place)
{
    struct hd_loop *loop = inner->loop;
    struct shield *shield = hd_loop_take(loop, sizeof(*shield), place);
    if (shield == NULL) {
        return NULL;
    }
    struct hd_future *outer =
        hd_pool_take(loop, &loop->futures, sizeof(*outer), place);
    if (outer == NULL) {
        hd_arena_give(loop->arena, shield, sizeof(*shield));
        return NULL;
    }
    hd_future_init(outer, loop, HD_FUTURE_PLAIN);
    outer->object = hd_object_born_on(loop, HD_OBJECT_FUTURE, NULL, place);
    hd_log_put(loop->home->log, HD_LOG_CHILD, 0, outer->object, inner->object);
    start(shield, inner, outer);
    return outer;
}

struct hd_future *
hd_shield_future(struct hd_future *handle)
{
    const uint64_t place = HD_PLACE();
    struct hd_loop *loop = hd_loop_here(place, HD_OP_SHIELD);
    struct hd_future *inner = hd_future_get(handle, place);
    if (loop == NULL || inner == NULL) {
        return NULL;
    }
    if (inner->loop != loop) {
        hd_misuse_foreign(inner->loop->number, loop->number, place);
        return NULL;
    }
    hd_touch_outcome(inner);
    if (hd_future_done(inner)) {
        hd_future_lend(inner);
        return handle;
    }
    struct hd_future *outer = make(inner, place);
    return outer != NULL ? hd_future_handle(outer) : NULL;
}
