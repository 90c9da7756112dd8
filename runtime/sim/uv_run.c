/*
 * One turn of libuv, in virtual time:
 *
 *   time, timers, pending, idle, prepare, poll, check, closing
 *
 * The poll blocks where libuv would. In a world nothing is really waited for:
 * the clock moves to the next time for which anybody waits, or the execution
 * is over, deadlocked. A turn in which nothing but idle, prepare and check
 * handles ran costs one millisecond, so that whoever polls uv_now() gets
 * there; too many of them in a row are a livelock.
 *
 * The program that calls uv_run() from a task of a Heddle loop blocks that
 * loop, so its tasks leave the ready set meanwhile.
 */
#include "sim/handles.h"

#include "base/assert.h"
#include "task/loop.h"
#include <heddle/status.h>

#define TICK_NS HD_MS(1)

/* ---- who else stands here ---- */

uv_loop_t *
hd_uv_block(struct hd_world *world, uv_loop_t *inner)
{
    uv_loop_t *outer = world->uv_running;
    if (outer != NULL && outer != inner) {
        hd_uv_side(outer)->blocked = true;
        hd_uv_update_alarm(outer);
    }
    world->uv_running = inner;
    return outer;
}

void
hd_uv_unblock(struct hd_world *world, uv_loop_t *outer)
{
    world->uv_running = outer;
    if (outer != NULL) {
        hd_uv_side(outer)->blocked = false;
        hd_uv_update_alarm(outer);
    }
}

/* Whom the call of uv_run() blocks, and who made it. */
struct outer {
    uv_loop_t *blocked;
    struct hd_loop *parked;
    struct hd_actor *actor;
    struct hd_task *task;
    bool progress; /* of its turn so far */
    struct hd_memory_port *memory, *hooked;
};

/* Where no loop of Heddle's runs, memory is seen inside of uv_run() only. */
static void
see_memory(const struct hd_ready *ready)
{
    if (hd_here.loop == NULL && ready->tells) {
        hd_here.memory = ready->memory;
        hd_here.hooked = ready->hooks ? ready->memory : NULL;
    }
}

static struct outer
enter(uv_loop_t *loop)
{
    struct hd_uv_loop *side = hd_uv_side(loop);
    struct hd_loop *here = hd_here.loop;
    const bool blocks = here != NULL && hd_here.actor != NULL &&
                        here->ready == &side->world->ready;
    struct outer outer = {.parked = blocks ? here : NULL,
                          .actor = hd_here.actor,
                          .task = hd_here.task,
                          .progress = side->world->ready.progress,
                          .memory = hd_here.memory,
                          .hooked = hd_here.hooked};
    see_memory(&side->world->ready);
    if (blocks) {
        hd_world_park(side->world, here);
    }
    hd_here.actor = NULL;
    hd_here.task = NULL;
    outer.blocked = hd_uv_block(side->world, loop);
    side->depth++;
    hd_uv_update_alarm(loop);
    return outer;
}

static void
leave(uv_loop_t *loop, const struct outer *outer)
{
    struct hd_uv_loop *side = hd_uv_side(loop);
    side->depth--;
    hd_uv_update_alarm(loop);
    hd_uv_unblock(side->world, outer->blocked);
    if (outer->parked != NULL) {
        hd_world_unpark(side->world, outer->parked);
    }
    side->world->ready.progress = outer->progress;
    hd_here.actor = outer->actor;
    hd_here.task = outer->task;
    hd_here.memory = outer->memory;
    hd_here.hooked = outer->hooked;
}

/* ---- the poll ---- */

static bool
timer_is_due(const uv_loop_t *loop)
{
    const struct hd_heap_entry *first =
        hd_heap_first(&hd_uv_side(loop)->timers);
    return first != NULL && first->key <= loop->time;
}

/* A limit, or a strategy that gave up: on the hub of a loop, nobody else. */
static void
attend_limits(const uv_loop_t *loop)
{
    struct hd_world *world = hd_uv_side(loop)->world;
    const struct hd_ready *ready = &world->ready;
    if (loop->stop_flag == 0 &&
        (ready->attention || ready->view.step >= ready->step_limit)) {
        hd_world_attend(world);
    }
}

/*
 * timeout  as uv_backend_timeout() gives it: 0 looks and returns, anything
 *          else waits for the first timer, if there is one.
 */
static void
poll_events(uv_loop_t *loop, int timeout)
{
    struct hd_uv_loop *side = hd_uv_side(loop);
    attend_limits(loop);
    if (!side->hosts && (timeout == 0 || side->signalled)) {
        hd_clock_consider_jump(side->world);
    }
    for (;;) {
        uv_update_time(loop);
        if (side->signalled) {
            hd_uv_run_async(loop);
            return;
        }
        if (timeout == 0 || timer_is_due(loop)) {
            return;
        }
        hd_world_attend(side->world);
    }
}

/* ---- turns ---- */

/*
 * The turn's account: time for one that was idle, the end for too many. Loops
 * of runtime/host have theirs done by the ready set.
 */
static void
account(uv_loop_t *loop)
{
    struct hd_uv_loop *side = hd_uv_side(loop);
    struct hd_ready *ready = &side->world->ready;
    if (side->hosts) {
        return;
    }
    if (ready->progress) {
        ready->idle_turns = 0;
    } else {
        hd_clock_tick(side->world, TICK_NS);
        if (++ready->idle_turns > ready->idle_turns_max) {
            ready->attention = true;
            hd_world_attend(side->world);
        }
    }
    ready->progress = false;
}

static void
turn(uv_loop_t *loop, uv_run_mode mode)
{
    uv_update_time(loop);
    hd_uv_run_timers(loop);
    const bool can_sleep = hd_uv_ring_is_empty(loop->pending_queue) &&
                           hd_uv_ring_is_empty(loop->idle_handles);
    hd_uv_run_idle(loop);
    hd_uv_run_prepare(loop);
    const bool may_block =
        mode == UV_RUN_DEFAULT || (mode == UV_RUN_ONCE && can_sleep);
    poll_events(loop, may_block ? uv_backend_timeout(loop) : 0);
    hd_uv_run_check(loop);
    hd_uv_run_closing(loop);
    if (mode == UV_RUN_ONCE) {
        uv_update_time(loop);
        hd_uv_run_timers(loop);
    }
    account(loop);
}

int
uv_run(uv_loop_t *loop, uv_run_mode mode)
{
    struct hd_uv_loop *side = hd_uv_side(loop);
    if (hd_world_here() == NULL) {
        hd_uv_no_world("uv_run");
    }
    if (side->depth > 0) {
        hd_misuse(HD_E_LOOP_RUNNING, HD_PLACE());
    }
    const struct outer outer = enter(loop);
    int alive = uv_loop_alive(loop);
    if (!alive) {
        uv_update_time(loop);
        account(loop);
    }
    while (alive && loop->stop_flag == 0) {
        turn(loop, mode);
        alive = uv_loop_alive(loop);
        if (mode != UV_RUN_DEFAULT) {
            break;
        }
    }
    loop->stop_flag = 0;
    leave(loop, &outer);
    return alive;
}
