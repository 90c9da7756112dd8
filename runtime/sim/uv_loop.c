/*
 * uv_loop_t: its life, and what can be asked of it. How it runs is in uv_run.c.
 *
 * A loop belongs to the execution in which it was initialised; what hangs off
 * it lies in that execution's arena. Outside of an execution there is no loop:
 * heddle-sim replaces libuv for programs under test only.
 */
#include "sim/handles.h"

#include "base/arena.h"
#include "base/assert.h"
#include "task/host.h"
#include "task/loop.h"
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- life ---- */

void
hd_uv_no_world(const char *function)
{
    fprintf(stderr,
            "heddle-sim: %s was called outside of an execution: loops are "
            "simulated inside one only; link with libuv for the real ones\n",
            function);
    abort();
}

int
uv_loop_init(uv_loop_t *loop)
{
    struct hd_world *world = hd_world_here();
    if (world == NULL) {
        hd_uv_no_world("uv_loop_init");
    }
    struct hd_uv_loop *side = hd_arena_take(&world->arena, sizeof(*side));
    if (side == NULL) {
        return UV_ENOMEM;
    }
    void *data = loop->data;
    memset(loop, 0, sizeof(*loop));
    memset(side, 0, sizeof(*side));
    side->world = world;
    side->alarm.deadline_ns = HD_FOREVER;
    loop->data = data;
    loop->internal_fields = side;
    loop->backend_fd = -1;
    loop->time = hd_uv_time(world);
    hd_uv_ring_init(loop->handle_queue);
    hd_uv_ring_init(loop->pending_queue);
    hd_uv_ring_init(loop->watcher_queue);
    hd_uv_ring_init(loop->wq);
    hd_uv_ring_init(loop->process_handles);
    hd_uv_ring_init(loop->prepare_handles);
    hd_uv_ring_init(loop->check_handles);
    hd_uv_ring_init(loop->idle_handles);
    hd_uv_ring_init(loop->async_handles);
    return 0;
}

static bool
is_busy(const uv_loop_t *loop)
{
    if (loop->active_reqs.count > 0) {
        return true;
    }
    for (void **link = loop->handle_queue[0];
         link != (const void *)loop->handle_queue; link = link[0]) {
        const uv_handle_t *handle =
            HD_CONTAINER(link, uv_handle_t, handle_queue);
        if (!(handle->flags & HD_UV_INTERNAL)) {
            return true;
        }
    }
    return false;
}

int
uv_loop_close(uv_loop_t *loop)
{
    hd_uv_touch(loop, HD_WRITES);
    struct hd_uv_loop *side = hd_uv_side(loop);
    if (is_busy(loop)) {
        return UV_EBUSY;
    }
    struct hd_world *world = side->world;
    HD_ASSERT(side->depth == 0);
    hd_arena_give(&world->arena, side, sizeof(*side));
    loop->internal_fields = NULL;
    if (world->uv_default == loop) {
        world->uv_default = NULL;
    }
    return 0;
}

static uv_loop_t *
loop_make(const char *function)
{
    struct hd_world *world = hd_world_here();
    if (world == NULL) {
        hd_uv_no_world(function);
    }
    uv_loop_t *loop = hd_arena_take(&world->arena, sizeof(*loop));
    if (loop == NULL) {
        return NULL;
    }
    loop->data = NULL;
    return uv_loop_init(loop) == 0 ? loop : NULL;
}

uv_loop_t *
uv_default_loop(void)
{
    struct hd_world *world = hd_world_here();
    if (world == NULL) {
        hd_uv_no_world("uv_default_loop");
    }
    if (world->uv_default == NULL) {
        world->uv_default = loop_make("uv_default_loop");
    }
    return world->uv_default;
}

uv_loop_t *
uv_loop_new(void)
{
    return loop_make("uv_loop_new");
}

void
uv_loop_delete(uv_loop_t *loop)
{
    struct hd_world *world = hd_uv_side(loop)->world;
    const int status = uv_loop_close(loop);
    HD_ASSERT(status == 0);
    hd_arena_give(&world->arena, loop, sizeof(*loop));
}

/* ---- asking and telling ---- */

int
uv_loop_configure(uv_loop_t *loop, uv_loop_option option, ...)
{
    (void)loop;
    if (option == UV_METRICS_IDLE_TIME) {
        return 0;
    }
    if (option != UV_LOOP_BLOCK_SIGNAL) {
        return UV_ENOSYS;
    }
    va_list list;
    va_start(list, option);
    const int signal = va_arg(list, int);
    va_end(list);
    return signal == SIGPROF ? 0 : UV_EINVAL;
}

size_t
uv_loop_size(void)
{
    return sizeof(uv_loop_t);
}

void *
uv_loop_get_data(const uv_loop_t *loop)
{
    return loop->data;
}

void
uv_loop_set_data(uv_loop_t *loop, void *data)
{
    loop->data = data;
}

static bool
has_active(const uv_loop_t *loop)
{
    return loop->active_handles > 0 || loop->active_reqs.count > 0;
}

int
uv_loop_alive(const uv_loop_t *loop)
{
    hd_uv_touch(loop, HD_READS);
    return has_active(loop) || !hd_uv_ring_is_empty(loop->pending_queue) ||
           loop->closing_handles != NULL;
}

void
uv_stop(uv_loop_t *loop)
{
    hd_uv_touch(loop, HD_WRITES);
    loop->stop_flag = 1;
}

uint64_t
hd_uv_time(const struct hd_world *world)
{
    return world->now_ns / HD_MS(1);
}

uint64_t
uv_now(const uv_loop_t *loop)
{
    hd_uv_touch(loop, HD_READS);
    return loop->time;
}

void
uv_update_time(uv_loop_t *loop)
{
    hd_uv_touch(loop, HD_WRITES);
    loop->time = hd_uv_time(hd_uv_side(loop)->world);
}

/* There is nothing that a program could poll on its own. */
int
uv_backend_fd(const uv_loop_t *loop)
{
    (void)loop;
    return -1;
}

int
uv_backend_timeout(const uv_loop_t *loop)
{
    const struct hd_heap_entry *first =
        hd_heap_first(&hd_uv_side(loop)->timers);
    if (loop->stop_flag != 0 || !has_active(loop) ||
        !hd_uv_ring_is_empty(loop->pending_queue) ||
        !hd_uv_ring_is_empty(loop->idle_handles) ||
        loop->closing_handles != NULL) {
        return 0;
    }
    if (first == NULL) {
        return -1;
    }
    if (first->key <= loop->time) {
        return 0;
    }
    const uint64_t left = first->key - loop->time;
    return left > INT32_MAX ? INT32_MAX : (int)left;
}

/* ---- for runtime/host ---- */

const struct hd_home *
hd_host_home(void)
{
    struct hd_world *world = hd_world_here();
    return world != NULL ? &world->home : NULL;
}

void
hd_host_quiet(void *uv_loop, bool quiet)
{
    struct hd_uv_loop *side = hd_uv_side(uv_loop);
    side->quiet = quiet;
    side->hosts = true;
}
