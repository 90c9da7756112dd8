/*
 * The host port on libuv.
 *
 * One uv_loop_t per loop, made when the loop first runs. A uv_prepare runs the
 * batch: what became ready by the last poll's I/O and the timers that are due,
 * which is asyncio's order. A uv_idle is active while something is ready, so
 * that poll does not block; one uv_timer stands for the earliest deadline,
 * rounded up to libuv's milliseconds; one uv_async, unreferenced, wakes the
 * loop from other threads.
 *
 *   uv_run: timers -> idle -> prepare [due timers, batch] -> poll -> ...
 *
 * The core may change its earliest deadline many times in a batch; the timer
 * is set once, after it. libuv's clock is the same as ours in whole
 * milliseconds, rounded down: a timer at the deadline rounded up never comes
 * too early, whatever the time is now. One relative to now would, and nobody
 * would set it again.
 *
 * The same file serves simulated worlds: there the loop's set, arena and log
 * are the world's, and memory goes with the world.
 */
#include "base/assert.h"
#include "host/environment.h"
#include "host/recorder.h"
#include "host/scheduler.h"
#include <stdlib.h>
#include <string.h>
#include <uv.h>

struct host {
    uv_loop_t uv;
    uv_prepare_t batch;
    uv_idle_t busy;
    uv_timer_t alarm;
    uv_async_t wake;
    uv_check_t keep;   /* keeps uv_run from returning while we run */
    uint64_t alarm_ns; /* what the uv_timer stands for */
    struct hd_scheduler scheduler;
};

/* The loop and what it stands on are one allocation. */
struct hosted {
    struct hd_loop loop;
    struct host host;
    atomic_bool made; /* other threads may wake it */
};

static struct hosted *
hosted_of(struct hd_loop *loop)
{
    return HD_CONTAINER(loop, struct hosted, loop);
}

/* ---- the handles: what they do is done by the batch ---- */

static void
wake_up(uv_async_t *async)
{
    (void)async; /* the next batch drains the inbox */
}

/* The batch after this collects what is due, and sets the timer again. */
static void
ring(uv_timer_t *timer)
{
    struct host *host = timer->data;
    host->alarm_ns = HD_FOREVER;
}

static void
busy(uv_idle_t *idle)
{
    (void)idle; /* its being active keeps poll from blocking */
}

static void
keep(uv_check_t *check)
{
    (void)check;
}

static void
set_timer(struct host *host, uint64_t deadline_ns)
{
    host->alarm_ns = deadline_ns;
    if (deadline_ns == HD_FOREVER) {
        uv_timer_stop(&host->alarm);
        return;
    }
    const uint64_t due_ms =
        deadline_ns / HD_MS(1) + (deadline_ns % HD_MS(1) != 0);
    const uint64_t now_ms = uv_now(&host->uv);
    const uint64_t left_ms = due_ms > now_ms ? due_ms - now_ms : 0;
    uv_timer_start(&host->alarm, ring, left_ms, 0);
}

/* One turn, then what the poll after it must know. */
static void
run_batch(uv_prepare_t *prepare)
{
    struct hd_loop *loop = prepare->data;
    struct host *host = loop->host_state;
    hd_scheduler_begin(&host->scheduler);
    if (hd_loop_begin_turn(loop)) {
        hd_loop_pump(loop);
    }
    hd_scheduler_end(&host->scheduler);
    if (loop->stopped) {
        loop->ready->attention = false; /* it ended the pump */
        uv_stop(&host->uv);
        return;
    }
    const uint64_t deadline_ns = hd_loop_deadline(loop);
    if (deadline_ns != host->alarm_ns) {
        set_timer(host, deadline_ns);
    }
    if (hd_ready_is_idle(loop->ready)) {
        uv_idle_stop(&host->busy);
    } else {
        uv_idle_start(&host->busy, busy);
    }
}

/* ---- life ---- */

static void
make(struct hosted *hosted)
{
    struct host *host = &hosted->host;
    int status = uv_loop_init(&host->uv);
    HD_ASSERT(status == 0);
    hd_host_quiet(&host->uv, true);
    status = uv_prepare_init(&host->uv, &host->batch);
    HD_ASSERT(status == 0);
    status = uv_idle_init(&host->uv, &host->busy);
    HD_ASSERT(status == 0);
    status = uv_timer_init(&host->uv, &host->alarm);
    HD_ASSERT(status == 0);
    status = uv_check_init(&host->uv, &host->keep);
    HD_ASSERT(status == 0);
    status = uv_async_init(&host->uv, &host->wake, wake_up);
    HD_ASSERT(status == 0);
    hd_host_quiet(&host->uv, false);
    host->batch.data = &hosted->loop;
    host->alarm.data = host;
    host->alarm_ns = HD_FOREVER;
    uv_unref((uv_handle_t *)&host->wake);
    atomic_store(&hosted->made, true);
    atomic_thread_fence(memory_order_seq_cst);
}

static struct hd_loop *
attach(uint64_t place)
{
    (void)place;
    const struct hd_home *home = hd_host_home();
    struct hosted *hosted = home != NULL
                                ? hd_arena_take(home->arena, sizeof(*hosted))
                                : malloc(sizeof(*hosted));
    if (hosted == NULL) {
        return NULL;
    }
    struct hd_loop *loop = &hosted->loop;
    memset(&hosted->host, 0, sizeof(hosted->host));
    atomic_init(&hosted->made, false);
    if (home != NULL) {
        hd_loop_init(loop, hd_host_libuv(), home->ready, home->arena,
                     home->log);
        loop->next_loop = *home->loops;
        *home->loops = loop;
    } else {
        hd_loop_init(loop, hd_host_libuv(), NULL, NULL, hd_here_log());
        hd_scheduler_init(&hosted->host.scheduler, loop,
                          hd_environment()->scheduler);
        hd_recorder_install(hd_environment()->recorder);
    }
    loop->host_state = &hosted->host;
    return loop;
}

static void
unmake(struct host *host)
{
    uv_close((uv_handle_t *)&host->batch, NULL);
    uv_close((uv_handle_t *)&host->busy, NULL);
    uv_close((uv_handle_t *)&host->alarm, NULL);
    uv_close((uv_handle_t *)&host->keep, NULL);
    uv_close((uv_handle_t *)&host->wake, NULL);
    uv_run(&host->uv, UV_RUN_DEFAULT);
    const int status = uv_loop_close(&host->uv);
    HD_ASSERT(status == 0);
}

static void
detach(struct hd_loop *loop)
{
    struct hosted *hosted = hosted_of(loop);
    if (atomic_load(&hosted->made)) {
        unmake(&hosted->host);
    }
    if (loop->arena != &loop->own_arena) {
        return; /* the world's */
    }
    hd_arena_finish(&loop->own_arena);
    free(hosted);
}

/* ---- the port ---- */

static uint64_t
now(struct hd_loop *loop)
{
    (void)loop;
    return uv_hrtime();
}

/* The batch sets the timer; before each poll there is one. */
static void
set_alarm(struct hd_loop *loop, uint64_t deadline_ns)
{
    (void)loop;
    (void)deadline_ns;
}

/* A loop that runs for ever with nothing armed still waits for a wake-up. */
static void
run(struct hd_loop *loop)
{
    struct hosted *hosted = hosted_of(loop);
    struct host *host = &hosted->host;
    if (!atomic_load(&hosted->made)) {
        make(hosted);
    }
    uv_prepare_start(&host->batch, run_batch);
    uv_check_start(&host->keep, keep);
    uv_idle_start(&host->busy, busy);
    while (!loop->stopped) {
        uv_run(&host->uv, UV_RUN_DEFAULT);
    }
    uv_idle_stop(&host->busy);
    uv_timer_stop(&host->alarm);
    host->alarm_ns = HD_FOREVER;
    uv_check_stop(&host->keep);
    uv_prepare_stop(&host->batch);
}

/*
 * Before the loop is made nobody sleeps on it: its first batch looks. Either
 * that sees what is in the inbox, or we see the loop made: fences on both
 * sides.
 */
static void
wake(struct hd_loop *loop)
{
    struct hosted *hosted = hosted_of(loop);
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load(&hosted->made)) {
        uv_async_send(&hosted->host.wake);
    }
}

static void
stop(struct hd_loop *loop)
{
    (void)loop; /* run_batch sees loop->stopped */
}

const struct hd_host *
hd_host_libuv(void)
{
    static const struct hd_host host = {
        .name = "libuv",
        .polls = true,
        .attach = attach,
        .detach = detach,
        .run = run,
        .now = now,
        .alarm = set_alarm,
        .wake = wake,
        .stop = stop,
    };
    return &host;
}
