/*
 * What all handles share: birth, reference counting, closing, and the way in
 * which a callback becomes a step.
 *
 * Closing is libuv's: uv_close() stops the handle at once and puts it on a
 * list, last in first out; the closing phase of the next turn takes the whole
 * list and calls back. Not before the callback has returned is what hangs off
 * the handle given back.
 */
#include "sim/handles.h"

#include "base/arena.h"
#include "base/assert.h"
#include "task/loop.h"
#include <stdio.h>
#include <string.h>

/* ---- birth ---- */

static void
step(struct hd_actor *actor)
{
    struct hd_uv_event *event = HD_CONTAINER(actor, struct hd_uv_event, actor);
    hd_uv_touch(event->handle->loop, HD_WRITES);
    event->run(event->handle);
}

static void
event_born(struct hd_world *world, struct hd_uv_event *event,
           uv_handle_t *handle, enum hd_actor_kind kind, uint64_t place)
{
    struct hd_ready *ready = &world->ready;
    struct hd_actor *parent = hd_here.actor;
    memset(event, 0, sizeof(*event));
    event->handle = handle;
    event->actor.step = step;
    event->actor.ready_at = UINT32_MAX;
    hd_actor_born(ready, &event->actor, parent != NULL ? parent : ready->top,
                  kind);
    hd_log_put(world->log, HD_LOG_PLACE, 0, event->actor.id, place);
}

void
hd_uv_handle_init(uv_loop_t *loop, uv_handle_t *handle, uv_handle_type type,
                  enum hd_actor_kind kind, uint64_t place)
{
    struct hd_uv_loop *side = hd_uv_side(loop);
    struct hd_uv_actors *actors = NULL;
    hd_uv_touch(loop, HD_WRITES);
    if (!side->quiet) {
        actors = hd_arena_take(&side->world->arena, sizeof(*actors));
        HD_ASSERT(actors != NULL);
        event_born(side->world, &actors->event, handle, kind, place);
    }
    handle->loop = loop;
    handle->type = type;
    handle->flags = HD_UV_REF;
    handle->next_closing = NULL;
    handle->u.reserved[1] = actors;
    hd_uv_ring_append(loop->handle_queue, handle->handle_queue);
}

/* ---- activity ---- */

void
hd_uv_handle_start(uv_handle_t *handle)
{
    hd_uv_touch_handle(handle, HD_WRITES);
    if (hd_uv_is_active(handle)) {
        return;
    }
    handle->flags |= HD_UV_ACTIVE;
    if (handle->flags & HD_UV_REF) {
        handle->loop->active_handles++;
    }
}

void
hd_uv_handle_stop(uv_handle_t *handle)
{
    hd_uv_touch_handle(handle, HD_WRITES);
    if (!hd_uv_is_active(handle)) {
        return;
    }
    handle->flags &= ~(unsigned)HD_UV_ACTIVE;
    if (handle->flags & HD_UV_REF) {
        handle->loop->active_handles--;
    }
    struct hd_uv_actors *actors = hd_uv_actors(handle);
    if (actors != NULL) {
        struct hd_ready *ready = &hd_uv_side(handle->loop)->world->ready;
        hd_ready_touch(ready, actors->event.actor.path, HD_WRITES, 0);
        if (hd_ready_has(ready, &actors->event.actor)) {
            hd_ready_remove(ready, &actors->event.actor, hd_here.actor);
        }
    }
}

void
uv_ref(uv_handle_t *handle)
{
    hd_uv_touch_handle(handle, HD_WRITES);
    if (handle->flags & HD_UV_REF) {
        return;
    }
    handle->flags |= HD_UV_REF;
    if (!(handle->flags & HD_UV_CLOSING) && hd_uv_is_active(handle)) {
        handle->loop->active_handles++;
    }
}

void
uv_unref(uv_handle_t *handle)
{
    hd_uv_touch_handle(handle, HD_WRITES);
    if (!(handle->flags & HD_UV_REF)) {
        return;
    }
    handle->flags &= ~(unsigned)HD_UV_REF;
    if (!(handle->flags & HD_UV_CLOSING) && hd_uv_is_active(handle)) {
        handle->loop->active_handles--;
    }
}

int
uv_has_ref(const uv_handle_t *handle)
{
    hd_uv_touch_handle(handle, HD_READS);
    return (handle->flags & HD_UV_REF) != 0;
}

int
uv_is_active(const uv_handle_t *handle)
{
    hd_uv_touch_handle(handle, HD_READS);
    return hd_uv_is_active(handle);
}

int
uv_is_closing(const uv_handle_t *handle)
{
    hd_uv_touch_handle(handle, HD_READS);
    return (handle->flags & (HD_UV_CLOSING | HD_UV_CLOSED)) != 0;
}

/* ---- a callback is a step ---- */

/*
 * Step what is picked until nothing is left of this phase. Where a loop of
 * Heddle's runs on this uv loop, its hub is here, and its pump does it.
 */
static void
pump(struct hd_world *world)
{
    struct hd_loop *loop = hd_here.loop;
    if (loop != NULL && loop->ready == &world->ready) {
        hd_loop_pump(loop);
        return;
    }
    struct hd_actor *actor;
    while ((actor = hd_ready_pick(&world->ready)) != NULL) {
        HD_ASSERT(actor->step != NULL);
        hd_here.actor = actor;
        actor->step(actor);
    }
    hd_here.actor = NULL;
}

static void
step_event(struct hd_world *world, struct hd_uv_event *event)
{
    struct hd_ready *ready = &world->ready;
    const struct hd_loop *loop = hd_here.loop;
    hd_ready_post_turn(ready, &event->actor, NULL);
    pump(world);
    while (hd_ready_has(ready, &event->actor)) {
        if (loop != NULL && loop->stopped) {
            ready->attention = false; /* a task stopped the loop above us */
        } else {
            hd_world_attend(world); /* a limit, or a strategy that prunes */
        }
        pump(world);
    }
}

void
hd_uv_step(uv_handle_t *handle, void (*run)(uv_handle_t *handle))
{
    struct hd_uv_actors *actors = hd_uv_actors(handle);
    if (actors == NULL) {
        run(handle);
        return;
    }
    actors->event.run = run;
    step_event(hd_uv_side(handle->loop)->world, &actors->event);
}

/* ---- closing ---- */

/* By type; NULL is a type that is not simulated. */
static void (*const closers[UV_HANDLE_TYPE_MAX])(uv_handle_t *) = {
    [UV_ASYNC] = hd_uv_async_close,     [UV_CHECK] = hd_uv_check_close,
    [UV_IDLE] = hd_uv_idle_close,       [UV_TIMER] = hd_uv_timer_close,
    [UV_PREPARE] = hd_uv_prepare_close,
};

void
uv_close(uv_handle_t *handle, uv_close_cb close_cb)
{
    hd_uv_touch_handle(handle, HD_WRITES);
    HD_ASSERT(!uv_is_closing(handle));
    HD_ASSERT(handle->type < UV_HANDLE_TYPE_MAX);
    HD_ASSERT(closers[handle->type] != NULL);
    struct hd_uv_actors *actors = hd_uv_actors(handle);
    handle->flags |= HD_UV_CLOSING;
    handle->close_cb = close_cb;
    closers[handle->type](handle);
    if (actors != NULL && close_cb != NULL) {
        event_born(hd_uv_side(handle->loop)->world, &actors->close, handle,
                   HD_ACTOR_CALLBACK,
                   (uint64_t)(uintptr_t)__builtin_return_address(0));
    }
    handle->next_closing = handle->loop->closing_handles;
    handle->loop->closing_handles = handle;
}

static void
closed(uv_handle_t *handle)
{
    handle->close_cb(handle);
}

/* Nobody may remember actors whose memory goes. */
static void
give_back(struct hd_world *world, struct hd_uv_actors *actors)
{
    hd_ready_forget(&world->ready, &actors->event.actor);
    hd_ready_forget(&world->ready, &actors->close.actor);
    hd_arena_give(&world->arena, actors, sizeof(*actors));
}

static void
finish_close(struct hd_world *world, uv_handle_t *handle)
{
    struct hd_uv_actors *actors = hd_uv_actors(handle);
    handle->flags |= HD_UV_CLOSED;
    world->ready.progress = true;
    uv_unref(handle);
    hd_uv_ring_remove(handle->handle_queue);
    if (handle->close_cb == NULL) {
        /* Nobody is told. */
    } else if (actors == NULL) {
        closed(handle);
    } else {
        actors->close.run = closed;
        step_event(world, &actors->close);
    }
    if (actors != NULL) {
        give_back(world, actors);
    }
}

void
hd_uv_run_closing(uv_loop_t *loop)
{
    struct hd_world *world = hd_uv_side(loop)->world;
    uv_handle_t *handle = loop->closing_handles;
    loop->closing_handles = NULL;
    while (handle != NULL) {
        uv_handle_t *next = handle->next_closing;
        finish_close(world, handle);
        handle = next;
    }
}

/* ---- looking ---- */

void *
uv_handle_get_data(const uv_handle_t *handle)
{
    return handle->data;
}

void
uv_handle_set_data(uv_handle_t *handle, void *data)
{
    handle->data = data;
}

uv_loop_t *
uv_handle_get_loop(const uv_handle_t *handle)
{
    return handle->loop;
}

uv_handle_type
uv_handle_get_type(const uv_handle_t *handle)
{
    return handle->type;
}

const char *
uv_handle_type_name(uv_handle_type type)
{
    switch (type) {
#define NAME(upper, lower)                                                     \
    case UV_##upper:                                                           \
        return #lower;
        UV_HANDLE_TYPE_MAP(NAME)
#undef NAME
    case UV_FILE:
        return "file";
    default:
        return NULL;
    }
}

size_t
uv_handle_size(uv_handle_type type)
{
    switch (type) {
#define SIZE(upper, lower)                                                     \
    case UV_##upper:                                                           \
        return sizeof(uv_##lower##_t);
        UV_HANDLE_TYPE_MAP(SIZE)
#undef SIZE
    default:
        return (size_t)-1;
    }
}

void
uv_walk(uv_loop_t *loop, uv_walk_cb walk_cb, void *arg)
{
    void *left[2];
    hd_uv_ring_move(loop->handle_queue, left);
    while (!hd_uv_ring_is_empty(left)) {
        void **link = left[0];
        uv_handle_t *handle = HD_CONTAINER(link, uv_handle_t, handle_queue);
        hd_uv_ring_remove(link);
        hd_uv_ring_append(loop->handle_queue, link);
        if (!(handle->flags & HD_UV_INTERNAL)) {
            walk_cb(handle, arg);
        }
    }
}

static void
print_handles(uv_loop_t *loop, bool active_only, FILE *stream)
{
    for (void **link = loop->handle_queue[0]; link != loop->handle_queue;
         link = link[0]) {
        const uv_handle_t *handle =
            HD_CONTAINER(link, uv_handle_t, handle_queue);
        if (active_only && !hd_uv_is_active(handle)) {
            continue;
        }
        const char *type = uv_handle_type_name(handle->type);
        fprintf(stream, "[%c%c%c] %-8s %p\n",
                handle->flags & HD_UV_REF ? 'R' : '-',
                handle->flags & HD_UV_ACTIVE ? 'A' : '-',
                handle->flags & HD_UV_INTERNAL ? 'I' : '-',
                type != NULL ? type : "<unknown>", (const void *)handle);
    }
}

void
uv_print_all_handles(uv_loop_t *loop, FILE *stream)
{
    print_handles(loop, false, stream);
}

void
uv_print_active_handles(uv_loop_t *loop, FILE *stream)
{
    print_handles(loop, true, stream);
}
