#include "compose/children.h"

#include "base/assert.h"
#include "compose/retire.h"
#include "task/loop.h"

int
hd_children_check(const struct hd_loop *loop, struct hd_future *const *futures,
                  size_t count, uint64_t place)
{
    if (count > HD_CHILDREN_MAX) {
        return HD_E_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        const struct hd_future *future = hd_future_get(futures[i], place);
        if (future == NULL) {
            return HD_E_STALE;
        }
        if (future->loop != loop) {
            return hd_misuse_foreign(future->loop->number, loop->number, place);
        }
    }
    return HD_OK;
}

/*
 * Which ones are repetitions? A slot's pool link is not in use while the slot
 * is: for the length of this function it says "seen", which finds repetitions
 * in one pass and without memory.
 */
static void
hold(struct hd_children *children, struct hd_future *const *futures)
{
    children->distinct = 0;
    for (size_t i = 0; i < children->count; i++) {
        struct hd_child *child = &children->each[i];
        child->future = hd_future_get(futures[i], 0);
        HD_ASSERT(child->future != NULL);
        hd_future_retain(child->future);
        child->again = child->future->free_next != NULL;
        child->future->free_next = child->future;
        children->distinct += !child->again;
    }
    for (size_t i = 0; i < children->count; i++) {
        children->each[i].future->free_next = NULL;
    }
}

void
hd_children_start(struct hd_children *children,
                  struct hd_future *const *futures, uint64_t place)
{
    hold(children, futures);
    for (size_t i = 0; i < children->count; i++) {
        struct hd_child *child = &children->each[i];
        if (child->again) {
            continue;
        }
        struct hd_callback *callback = &child->callback;
        hd_callback_init(callback, child->future->loop, HD_ACTOR_CALLBACK, true,
                         children->run, children->owner);
        callback->actor.hint = (struct hd_op){.object = child->future->object,
                                              .kind = HD_OP_AWAIT,
                                              .place = place};
        hd_log_put(child->future->loop->home->log, HD_LOG_CHILD, children->any,
                   children->object, child->future->object);
        hd_callback_when_done(callback, child->future);
    }
}

void
hd_children_stop(struct hd_children *children)
{
    for (size_t i = 0; i < children->count; i++) {
        if (!children->each[i].again) {
            hd_callback_stop(&children->each[i].callback);
        }
    }
}

void
hd_children_finish(struct hd_children *children)
{
    for (size_t i = 0; i < children->count; i++) {
        struct hd_callback *callback = &children->each[i].callback;
        if (!children->each[i].again && !hd_callback_is_idle(callback)) {
            hd_callback_stop(callback);
        }
    }
    for (size_t i = 0; i < children->count; i++) {
        hd_future_unref(children->each[i].future);
    }
    for (size_t i = 0; i < children->count; i++) {
        if (!children->each[i].again) {
            hd_callback_retire(&children->each[i].callback);
        }
    }
}
