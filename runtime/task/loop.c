/*
 * Loops: life, turns, stop. Their timers are in timers.c.
 */
#include "task/loop.h"

#include "base/assert.h"
#include "task/complain.h"
#include "task/coro.h"
#include "task/fault.h"
#include "task/touch.h"
#include <stdio.h>
#include <string.h>

#define SLOW_NS_DEFAULT HD_MS(100)

static bool
next_turn(struct hd_ready *ready)
{
    struct hd_loop *loop = hd_here.loop;
    (void)ready;
    return !loop->host->polls && hd_loop_begin_turn(loop);
}

static void
stop_now(struct hd_loop *loop)
{
    loop->stopping = false;
    loop->stopped = true;
    loop->ready->attention = true;
    loop->host->stop(loop);
}

/* The stop as an actor: by default it steps last in its turn. */
static void
exit_now(struct hd_callback *callback)
{
    hd_touch_loop(callback->owner, HD_IS_LOOP, HD_WRITES);
    stop_now(callback->owner);
}

static void
stop_soon(struct hd_callback *callback)
{
    hd_loop_stop(callback->owner);
}

/* Nobody is ready, also not without a place. */
static bool
is_idle(const struct hd_loop *loop)
{
    return hd_ready_is_idle(loop->ready) &&
           (!loop->can_be_due || loop->due.fifo_next == &loop->due);
}

/*
 * asyncio's way is a callback of the future, which stops the loop at the end
 * of its turn: two more steps. Where nobody could see them (nothing is ready,
 * due or alive besides) the loop stops at once.
 */
void
hd_loop_until_done(struct hd_loop *loop)
{
    const struct hd_future *future = loop->until;
    loop->until = NULL;
    /* Whether it stops now depends on everybody else. */
    hd_touch_loop(loop, HD_IS_LOOP, HD_WRITES);
    if (future->first == NULL && is_idle(loop) &&
        loop->live_first == loop->live_last && loop->timers.count == 0 &&
        !loop->stopping &&
        atomic_load_explicit(&loop->inbox, memory_order_relaxed) == NULL) {
        stop_now(loop);
        return;
    }
    hd_callback_init(&loop->until_done, loop, HD_ACTOR_CALLBACK, true,
                     stop_soon, loop);
    hd_callback_soon(&loop->until_done);
}

void
hd_loop_init(struct hd_loop *loop, const struct hd_host *host,
             struct hd_ready *home, struct hd_arena *arena, struct hd_log *log)
{
    memset(loop, 0, offsetof(struct hd_loop, hub));
    loop->hub.fake = NULL;
    loop->host = host;
    loop->alarm_ns = HD_FOREVER;
    loop->slow_ns = SLOW_NS_DEFAULT;
    loop->number = ++hd_here.loops;
    loop->subtest = hd_here.subtest;
    if (arena == NULL) {
        hd_arena_init(&loop->own_arena);
        arena = &loop->own_arena;
    }
    loop->arena = arena;
    loop->home = home != NULL ? home : &loop->own;
    if (home == NULL) {
        hd_ready_init(&loop->own, log, arena, next_turn);
        loop->ready = &loop->own;
        loop->parks = true;
    }
}

void *
hd_loop_take(struct hd_loop *loop, size_t bytes, uint64_t place)
{
    return hd_fault_alloc(loop, place) ? NULL
                                       : hd_arena_take(loop->arena, bytes);
}

/* ---- which loop ---- */

static _Thread_local struct hd_loop *default_loop;

struct hd_loop *
hd_loop_running(void)
{
    return hd_loop_here(HD_PLACE(), HD_OP_RUN);
}

struct hd_loop *
hd_loop_here(uint64_t place, enum hd_op_kind kind)
{
    struct hd_loop *loop = hd_here.loop;
    if (loop == NULL) {
        hd_log_incident(hd_here_log(),
                        (struct hd_record){.kind = HD_LOG_NO_LOOP,
                                           .op = (uint8_t)kind,
                                           .value = place});
    }
    return loop;
}

bool
hd_loop_usable(struct hd_loop *loop, uint64_t place)
{
    if (loop != NULL) {
        hd_loop_note_reuse(loop, place);
    }
    if (loop != NULL && !loop->closed) {
        return true;
    }
    hd_log_incident(hd_here_log(),
                    (struct hd_record){.kind = loop == NULL ? HD_LOG_NO_LOOP
                                                            : HD_LOG_CLOSED,
                                       .value = place});
    return false;
}

struct hd_loop *
hd_loop_default(void)
{
    return hd_loop_default_at(HD_PLACE());
}

struct hd_loop *
hd_loop_default_at(uint64_t place)
{
    if (hd_here.loop != NULL) {
        return hd_here.loop;
    }
    if (default_loop == NULL) {
        default_loop = hd_loop_make(HD_LOOP_BY_DEFAULT, place);
    } else {
        hd_loop_note_reuse(default_loop, place);
    }
    return default_loop;
}

bool
hd_loop_is_default(const struct hd_loop *loop)
{
    return loop == default_loop;
}

void
hd_loop_set_default(struct hd_loop *loop)
{
    default_loop = loop;
}

/* ---- whose loop ---- */

static void
note_reuse(struct hd_loop *loop, uint32_t other, uint8_t op, uint64_t place)
{
    hd_log_incident(loop->home->log, (struct hd_record){.kind = HD_LOG_REUSED,
                                                        .op = op,
                                                        .aux = (uint16_t)other,
                                                        .subject = loop->number,
                                                        .value = place});
}

/* One that was made outside of all subtests is meant to be shared. */
void
hd_loop_note_reuse(struct hd_loop *loop, uint64_t place)
{
    const uint32_t here = hd_here.subtest;
    if (__builtin_expect(loop->subtest != here, 0) && here != 0 &&
        loop->subtest != 0 && loop->reused_in != here) {
        loop->reused_in = here;
        note_reuse(loop, loop->subtest, 0, place);
    }
}

void
hd_loop_note_stop_flag(struct hd_loop *loop, uint64_t place)
{
    const uint32_t here = hd_here.subtest;
    if (loop->stopping && here != 0 && loop->stop_subtest != 0 &&
        loop->stop_subtest != here) {
        note_reuse(loop, loop->stop_subtest, 1, place);
    }
}

/* ---- life ---- */

struct hd_loop *
hd_loop_make(enum hd_loop_kind kind, uint64_t place)
{
    struct hd_loop *loop = hd_host_default()->attach(place);
    hd_touch_world(hd_here.loop, HD_WORLD_LOOPS, HD_WRITES);
    if (loop != NULL) {
        loop->kind = (uint8_t)kind;
        loop->place = place;
        hd_log_put(loop->home->log, HD_LOG_LOOP, loop->kind, loop->number,
                   place);
    }
    return loop;
}

struct hd_loop *
hd_loop_create(void)
{
    return hd_loop_make(HD_LOOP_BY_CREATE, HD_PLACE());
}

/* Say what is left, then forget it. */
static void
drop_tasks(struct hd_loop *loop)
{
    for (struct hd_task *task = loop->live_first; task != NULL;
         task = task->live_next) {
        if (!task->was_cancelled && !loop->muted) {
            hd_log_incident(
                loop->home->log,
                (struct hd_record){.kind = HD_LOG_PENDING,
                                   .op = hd_here.cancels_told != 0,
                                   .subject = task->actor.id,
                                   .value = task->actor.hint.place});
            const struct hd_error error = {.code = HD_E_PENDING,
                                           .message = "its loop was closed"};
            hd_complain(loop, task, NULL, &error);
        }
    }
    while (loop->live_first != NULL) {
        struct hd_task *task = loop->live_first;
        loop->live_first = task->live_next;
        hd_task_discard(task);
    }
    loop->live_last = NULL;
}

/* Who failed and is still held: nobody will look at it any more. */
static void
check_slots(const struct hd_pool *pool)
{
    for (struct hd_future *slot = pool->made_first; slot != NULL;
         slot = slot->slot_next) {
        hd_future_drop_check(slot);
    }
}

void
hd_loop_discard(struct hd_loop *loop)
{
    loop->muted = true;
    struct hd_task *main_task = loop->main;
    if (main_task != NULL && main_task->stack != NULL &&
        hd_future_done(&main_task->future)) {
        hd_stack_drop(main_task->stack);
        main_task->stack = NULL;
    }
    drop_tasks(loop);
    loop->closed = true;
}

static void
close_loop(struct hd_loop *loop)
{
    drop_tasks(loop);
    if (loop->failures > 0) {
        check_slots(&loop->tasks);
        check_slots(&loop->futures);
    }
    hd_coro_drop_all(loop);
    hd_loop_drain(loop);
    if (loop->main != NULL && loop->main->stack != NULL) {
        hd_stack_give(loop->main->stack);
        loop->main->stack = NULL;
    }
    loop->closed = true;
}

int
hd_loop_close_at(struct hd_loop *loop, uint64_t place)
{
    if (loop == NULL || loop->closed) {
        return HD_OK;
    }
    if (loop->running) {
        return hd_misuse(HD_E_LOOP_RUNNING, place);
    }
    hd_log_put(loop->home->log, HD_LOG_CLOSE, 0, loop->number, place);
    close_loop(loop);
    return HD_OK;
}

int
hd_loop_close(struct hd_loop *loop)
{
    return hd_loop_close_at(loop, HD_PLACE());
}

void
hd_loop_destroy(struct hd_loop *loop)
{
    if (loop == NULL) {
        return;
    }
    HD_ASSERT(!loop->running);
    if (!loop->closed) {
        close_loop(loop);
    }
    if (default_loop == loop) {
        default_loop = NULL;
    }
    loop->host->detach(loop);
}

/* ---- turns ---- */

bool
hd_loop_begin_turn(struct hd_loop *loop)
{
    struct hd_ready *ready = loop->ready;
    if (loop->stopped) {
        return false; /* what is due now comes after what is ready by then */
    }
    hd_loop_drain(loop);
    hd_loop_collect(loop, NULL);
    if (loop->stopping && !hd_ready_has(ready, &loop->exit.actor)) {
        hd_ready_post(ready, &loop->exit.actor, NULL);
    }
    if (hd_ready_is_idle(ready)) {
        return false;
    }
    return hd_ready_begin_turn(ready);
}

uint64_t
hd_loop_now(struct hd_loop *loop)
{
    hd_touch_world(loop, HD_WORLD_CLOCK, HD_READS);
    return loop->host->now(loop);
}

/* ---- running ---- */

/* Where a loop's actors wait while it does not run; made at the first need. */
struct hd_ready *
hd_loop_park(struct hd_loop *loop)
{
    if (!loop->parks) {
        hd_ready_init(&loop->own, loop->home->log, loop->arena, next_turn);
        loop->parks = true;
    }
    loop->ready = &loop->own;
    return loop->ready;
}

void
hd_loop_enter(struct hd_loop *loop)
{
    HD_ASSERT(hd_here.loop == NULL);
    hd_here.loop = loop;
    if (loop->home->tells) {
        /* What happened outside comes before everything from here on. */
        hd_ready_drop_notes(loop->home);
        loop->home->running = hd_identity(HD_IS_LOOP, loop->number, 0);
        loop->home->notes_here = &hd_here.tells;
    }
    hd_here.points = loop->home->points;
    hd_here.tells = loop->home->notes;
    hd_here.memory = loop->home->tells ? loop->home->memory : NULL;
    hd_here.hooked = loop->home->hooks ? hd_here.memory : NULL;
    if (loop->ready != NULL && loop->ready != loop->home) {
        hd_ready_move(loop->ready, loop->home, loop);
    }
    loop->ready = loop->home;
    loop->running = true;
    loop->stopped = false;
}

void
hd_loop_leave(struct hd_loop *loop)
{
    HD_ASSERT(hd_here.loop == loop);
    hd_log_put(loop->home->log, HD_LOG_OUTSIDE, 0, 0, 0);
    if (loop->home->tells) {
        hd_ready_tell(loop->home);
        loop->home->running = 0;
        loop->home->notes_here = NULL;
    }
    hd_loop_take_back_due(loop);
    hd_here.loop = NULL;
    hd_here.tells = false;
    hd_here.memory = hd_here.hooked = NULL;
    loop->running = false;
    loop->home->attention = false;
    if (loop->home == &loop->own) {
        loop->ready = &loop->own;
    } else if (loop->home->view.ready_count == 0) {
        loop->ready = NULL; /* parked when somebody posts to it */
    } else {
        hd_ready_move(loop->home, hd_loop_park(loop), loop);
    }
}

void
hd_loop_stop(struct hd_loop *loop)
{
    hd_touch_loop(loop, HD_IS_STOP, HD_WRITES);
    if (loop->closed || loop->stopping) {
        return;
    }
    loop->stopping = true;
    loop->stop_subtest = hd_here.subtest;
    if (!loop->can_exit) {
        loop->can_exit = true;
        hd_callback_init(&loop->exit, loop, HD_ACTOR_EXIT, true, exit_now,
                         loop);
    }
    if (loop->running && hd_here.actor != NULL) {
        hd_ready_post_turn(loop->ready, &loop->exit.actor, hd_here.actor);
    }
}

bool
hd_loop_is_running(const struct hd_loop *loop)
{
    return loop->running;
}

bool
hd_loop_is_closed(const struct hd_loop *loop)
{
    return loop->closed;
}

/* ---- settings and looking ---- */

void
hd_loop_set_error_handler(struct hd_loop *loop, hd_error_handler *handler,
                          void *context)
{
    loop->error_handler = handler;
    loop->error_context = context;
}

void
hd_loop_set_debug(struct hd_loop *loop, bool debug)
{
    loop->debug = debug;
}

bool
hd_loop_debug(const struct hd_loop *loop)
{
    return loop->debug;
}

void
hd_loop_set_slow_callback(struct hd_loop *loop, uint64_t duration_ns)
{
    loop->slow_ns = duration_ns;
}

size_t
hd_loop_tasks(struct hd_loop *loop, struct hd_task **tasks, size_t capacity)
{
    size_t count = 0;
    hd_touch_loop(loop, HD_IS_LIVE, HD_READS);
    for (struct hd_task *task = loop->live_first; task != NULL;
         task = task->live_next) {
        if (count < capacity) {
            tasks[count] = hd_task_handle(task);
        }
        count++;
    }
    return count;
}

void
hd_loop_path(struct hd_loop *loop, const struct hd_actor *actor, char *text,
             size_t bytes)
{
    if (!hd_log_path(loop->home->log, actor->id, text, bytes)) {
        snprintf(text, bytes, "task-%u", actor->id);
    }
}
