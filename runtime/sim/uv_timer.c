/*
 * Timers: libuv's rules on virtual milliseconds.
 *
 * Due timers run in order of {timeout, start}; each is stopped and, if it
 * repeats, started again before its callback. One that a callback starts with
 * 0 still runs in the same phase, as in libuv 1.44.
 *
 * The heap's entry lies in the three words that libuv uses for its own heap.
 */
#include "sim/handles.h"

#include "base/assert.h"
#include "task/here.h"
#include <string.h>

static_assert(sizeof(struct hd_heap_entry) <=
                  sizeof(((uv_timer_t *)0)->heap_node),
              "the entry takes the place of libuv's node");

#define MS_MAX (HD_FOREVER / HD_MS(1))

static struct hd_heap_entry *
entry_of(const uv_timer_t *timer)
{
    return (struct hd_heap_entry *)(uintptr_t)timer->heap_node;
}

static uv_timer_t *
first_of(const uv_loop_t *loop)
{
    struct hd_heap_entry *entry = hd_heap_first(&hd_uv_side(loop)->timers);
    return entry != NULL ? HD_CONTAINER(entry, uv_timer_t, heap_node) : NULL;
}

void
hd_uv_update_alarm(uv_loop_t *loop)
{
    struct hd_uv_loop *side = hd_uv_side(loop);
    const bool runs = side->depth > 0 && !side->blocked;
    const uv_timer_t *first = runs ? first_of(loop) : NULL;
    const bool comes = first != NULL && first->timeout < MS_MAX;
    const uint64_t deadline_ns = comes ? HD_MS(first->timeout) : HD_FOREVER;
    const bool linked =
        side->alarm.prev != NULL || side->world->alarms == &side->alarm;
    if (comes || linked) {
        hd_alarm_set(side->world, &side->alarm, deadline_ns);
    }
}

int
uv_timer_init(uv_loop_t *loop, uv_timer_t *timer)
{
    hd_uv_handle_init(loop, (uv_handle_t *)timer, UV_TIMER, HD_ACTOR_TIMER,
                      HD_PLACE());
    memset(timer->heap_node, 0, sizeof(timer->heap_node));
    timer->timer_cb = NULL;
    timer->timeout = 0;
    timer->repeat = 0;
    return 0;
}

int
uv_timer_start(uv_timer_t *timer, uv_timer_cb cb, uint64_t timeout,
               uint64_t repeat)
{
    uv_loop_t *loop = timer->loop;
    struct hd_uv_loop *side = hd_uv_side(loop);
    if (uv_is_closing((uv_handle_t *)timer) || cb == NULL) {
        return UV_EINVAL;
    }
    uv_timer_stop(timer);
    timer->timer_cb = cb;
    timer->timeout =
        timeout > UINT64_MAX - loop->time ? UINT64_MAX : loop->time + timeout;
    timer->repeat = repeat;
    timer->start_id = loop->timer_counter++;
    entry_of(timer)->key = timer->timeout;
    entry_of(timer)->order = timer->start_id;
    if (!hd_heap_add(&side->timers, &side->world->arena, entry_of(timer))) {
        return UV_ENOMEM;
    }
    hd_uv_handle_start((uv_handle_t *)timer);
    if (first_of(loop) == timer) {
        hd_uv_update_alarm(loop);
    }
    return 0;
}

int
uv_timer_stop(uv_timer_t *timer)
{
    hd_uv_touch_handle((const uv_handle_t *)timer, HD_WRITES);
    if (!hd_uv_is_active((uv_handle_t *)timer)) {
        return 0;
    }
    const bool was_first = first_of(timer->loop) == timer;
    hd_heap_remove(&hd_uv_side(timer->loop)->timers, entry_of(timer));
    hd_uv_handle_stop((uv_handle_t *)timer);
    if (was_first) {
        hd_uv_update_alarm(timer->loop);
    }
    return 0;
}

int
uv_timer_again(uv_timer_t *timer)
{
    if (timer->timer_cb == NULL) {
        return UV_EINVAL;
    }
    if (timer->repeat != 0) {
        uv_timer_start(timer, timer->timer_cb, timer->repeat, timer->repeat);
    }
    return 0;
}

void
uv_timer_set_repeat(uv_timer_t *timer, uint64_t repeat)
{
    hd_uv_touch_handle((const uv_handle_t *)timer, HD_WRITES);
    timer->repeat = repeat;
}

uint64_t
uv_timer_get_repeat(const uv_timer_t *timer)
{
    hd_uv_touch_handle((const uv_handle_t *)timer, HD_READS);
    return timer->repeat;
}

uint64_t
uv_timer_get_due_in(const uv_timer_t *timer)
{
    hd_uv_touch_handle((const uv_handle_t *)timer, HD_READS);
    return timer->loop->time >= timer->timeout
               ? 0
               : timer->timeout - timer->loop->time;
}

void
hd_uv_timer_close(uv_handle_t *handle)
{
    uv_timer_stop((uv_timer_t *)handle);
}

/* ---- the phase ---- */

static void
fire(uv_handle_t *handle)
{
    uv_timer_t *timer = (uv_timer_t *)handle;
    const uv_timer_cb cb = timer->timer_cb;
    uv_timer_stop(timer);
    uv_timer_again(timer);
    cb(timer);
}

/* The timer stays in the heap until it is picked: a stop takes it back. */
void
hd_uv_run_timers(uv_loop_t *loop)
{
    struct hd_world *world = hd_uv_side(loop)->world;
    uv_timer_t *timer;
    while ((timer = first_of(loop)) != NULL && timer->timeout <= loop->time) {
        world->ready.progress = true;
        hd_uv_step((uv_handle_t *)timer, fire);
    }
}
