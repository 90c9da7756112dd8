/*
 * libuv's loops and handles on virtual time.
 *
 * Programs allocate libuv's structs, so what they hold is laid out as the
 * installed uv.h says. What libuv keeps in its private fields we keep in the
 * same fields; the rest hangs off two pointers:
 *
 *   uv_loop_t.internal_fields   struct hd_uv_loop
 *   uv_handle_t.u.reserved[1]   struct hd_uv_actors, NULL for a quiet handle
 *
 * Each callback of a handle is one step of an actor of that handle: it is
 * posted, picked like everything else, and only then called. Phases post one
 * candidate at a time, so that what is there to choose from is what libuv's
 * order leaves open beside the ready tasks, threads and the clock.
 *
 * Quiet handles are those of runtime/host: part of Heddle's own loop, not of
 * the program. They have no actors and are called directly, or a program on
 * the libuv host would leave another log than on the world's.
 */
#ifndef HD_SIM_HANDLES_H
#define HD_SIM_HANDLES_H

#include "base/heap.h"
#include "sim/world.h"
#include <uv.h>

/* libuv's own bits of uv_handle_t.flags, which programs have been seen to read.
 */
enum hd_uv_flag {
    HD_UV_CLOSING = 1u << 0,
    HD_UV_CLOSED = 1u << 1,
    HD_UV_ACTIVE = 1u << 2,
    HD_UV_REF = 1u << 3,
    HD_UV_INTERNAL = 1u << 4,
};

/*
 * What hangs off a loop.
 *
 * timers     {timeout in ms, start order}; entries lie in heap_node.
 * alarm      set while the loop runs and has a timer.
 * depth      of uv_run: more than one is a misuse.
 * quiet      handles that are initialised now are quiet.
 * blocked    a callback of its own runs another loop: no alarm meanwhile.
 * hosts      a loop of runtime/host: turns and ticks are its own business.
 * signalled  an async handle was sent to; the next poll sees it.
 */
struct hd_uv_loop {
    struct hd_world *world;
    struct hd_heap timers;
    struct hd_alarm alarm;
    uint32_t depth;
    bool quiet, blocked, hosts, signalled;
};

/* One callback that a handle may have pending. */
struct hd_uv_event {
    struct hd_actor actor;
    uv_handle_t *handle;
    void (*run)(uv_handle_t *handle);
};

/* What hangs off a handle: close is born when the handle is closed. */
struct hd_uv_actors {
    struct hd_uv_event event, close;
};

static inline struct hd_uv_loop *
hd_uv_side(const uv_loop_t *loop)
{
    return loop->internal_fields;
}

static inline struct hd_uv_actors *
hd_uv_actors(const uv_handle_t *handle)
{
    return handle->u.reserved[1];
}

/*
 * A step touches a uv loop or one of its handles. A loop and all that hangs off
 * it is one object: libuv's order leaves little open there anyway.
 */
static inline void
hd_uv_touch(const uv_loop_t *loop, enum hd_access_mode mode)
{
    struct hd_ready *ready = &hd_uv_side(loop)->world->ready;
    if (__builtin_expect(ready->notes, 0)) {
        hd_ready_touch(ready,
                       hd_identities_fresh(&ready->identities, (uintptr_t)loop),
                       mode, 0);
        /* Its time and its timers are the clock's matter. */
        hd_ready_touch(ready, hd_identity(HD_IS_WORLD, 0, HD_WORLD_CLOCK),
                       HD_READS, 0);
    }
}

static inline void
hd_uv_touch_handle(const uv_handle_t *handle, enum hd_access_mode mode)
{
    if (hd_uv_actors(handle) != NULL) {
        hd_uv_touch(handle->loop, mode);
    }
}

/* Say on stderr which function was called outside of an execution; abort. */
HD_NORETURN void hd_uv_no_world(const char *function);

/* ---- handles (uv_handle.c) ---- */

/*
 * Initialise what all handles share and queue it in its loop.
 *
 * kind      of its actor, which is born here.
 * place     who called the public function.
 */
void hd_uv_handle_init(uv_loop_t *loop, uv_handle_t *handle,
                       uv_handle_type type, enum hd_actor_kind kind,
                       uint64_t place);

/* Set and clear ACTIVE, counting in loop->active_handles. */
void hd_uv_handle_start(uv_handle_t *handle);
void hd_uv_handle_stop(uv_handle_t *handle);

/*
 * Let the handle's event step: post it, have one picked until it has been,
 * call run(handle). A stop meanwhile takes it back and run is not called.
 */
void hd_uv_step(uv_handle_t *handle, void (*run)(uv_handle_t *handle));

/* The closing phase. */
void hd_uv_run_closing(uv_loop_t *loop);

static inline bool
hd_uv_is_active(const uv_handle_t *handle)
{
    return (handle->flags & HD_UV_ACTIVE) != 0;
}

/* ---- phases ---- */

uint64_t hd_uv_time(const struct hd_world *world); /* in milliseconds */
void hd_uv_run_timers(uv_loop_t *loop);
void hd_uv_run_idle(uv_loop_t *loop);
void hd_uv_run_prepare(uv_loop_t *loop);
void hd_uv_run_check(uv_loop_t *loop);
void hd_uv_run_async(uv_loop_t *loop); /* those that were sent to */

/* The first timer has changed, or the loop began or ceased to run. */
void hd_uv_update_alarm(uv_loop_t *loop);

/* What uv_close does first, by type. */
void hd_uv_timer_close(uv_handle_t *handle);
void hd_uv_idle_close(uv_handle_t *handle);
void hd_uv_prepare_close(uv_handle_t *handle);
void hd_uv_check_close(uv_handle_t *handle);
void hd_uv_async_close(uv_handle_t *handle);

/* ---- libuv's rings: two pointers, next and previous ---- */

static inline void
hd_uv_ring_init(void **ring)
{
    ring[0] = ring;
    ring[1] = ring;
}

static inline bool
hd_uv_ring_is_empty(void *const *ring)
{
    return ring[0] == (const void *)ring;
}

static inline void
hd_uv_ring_insert(void **before, void **link)
{
    void **after = before[0];
    link[0] = after;
    link[1] = before;
    before[0] = link;
    after[1] = link;
}

/* As the first, and as the last. */
static inline void
hd_uv_ring_push(void **ring, void **link)
{
    hd_uv_ring_insert(ring, link);
}

static inline void
hd_uv_ring_append(void **ring, void **link)
{
    hd_uv_ring_insert(ring[1], link);
}

static inline void
hd_uv_ring_remove(void **link)
{
    void **before = link[1];
    void **after = link[0];
    before[0] = after;
    after[1] = before;
}

/* Everything in `from` moves to the fresh ring `to`. */
static inline void
hd_uv_ring_move(void **from, void **to)
{
    hd_uv_ring_init(to);
    if (!hd_uv_ring_is_empty(from)) {
        hd_uv_ring_insert(from[1], to);
        hd_uv_ring_remove(from);
        hd_uv_ring_init(from);
    }
}

#endif
