/*
 * Async handles: how anybody may wake a loop.
 *
 * Sends coalesce: a handle that was sent to twice before its callback is
 * called once. Callbacks run in the poll phase, in the order in which the
 * handles were initialised; the mark is cleared just before the callback, so
 * that a send from inside it counts.
 */
#include "sim/handles.h"

#include "base/assert.h"
#include "task/here.h"

int
uv_async_init(uv_loop_t *loop, uv_async_t *async, uv_async_cb cb)
{
    hd_uv_handle_init(loop, (uv_handle_t *)async, UV_ASYNC, HD_ACTOR_IO,
                      HD_PLACE());
    async->async_cb = cb;
    async->pending = 0;
    hd_uv_ring_append(loop->async_handles, async->queue);
    hd_uv_handle_start((uv_handle_t *)async);
    return 0;
}

int
uv_async_send(uv_async_t *async)
{
    hd_uv_touch_handle((uv_handle_t *)async, HD_WRITES);
    if (async->pending) {
        return 0;
    }
    const struct hd_uv_actors *actors = hd_uv_actors((uv_handle_t *)async);
    struct hd_uv_loop *side = hd_uv_side(async->loop);
    async->pending = 1;
    side->signalled = true;
    if (actors != NULL) {
        hd_log_put(side->world->log, HD_LOG_WAKE, 0, actors->event.actor.id, 0);
    }
    return 0;
}

void
hd_uv_async_close(uv_handle_t *handle)
{
    hd_uv_ring_remove(((uv_async_t *)handle)->queue);
    hd_uv_handle_stop(handle);
}

static void
receive(uv_handle_t *handle)
{
    uv_async_t *async = (uv_async_t *)handle;
    async->pending = 0;
    if (async->async_cb != NULL) {
        async->async_cb(async);
    }
}

void
hd_uv_run_async(uv_loop_t *loop)
{
    struct hd_uv_loop *side = hd_uv_side(loop);
    void *left[2];
    side->signalled = false;
    hd_uv_ring_move(loop->async_handles, left);
    while (!hd_uv_ring_is_empty(left)) {
        void **link = left[0];
        uv_async_t *async = HD_CONTAINER(link, uv_async_t, queue);
        hd_uv_ring_remove(link);
        hd_uv_ring_append(loop->async_handles, link);
        if (async->pending) {
            side->world->ready.progress = true;
            hd_uv_step((uv_handle_t *)async, receive);
        }
    }
}
