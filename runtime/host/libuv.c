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
 */
#include "base/assert.h"
#include "task/loop.h"
#include <stdlib.h>
#include <uv.h>

struct host {
    uv_loop_t uv;
    uv_prepare_t batch;
    uv_idle_t busy;
    uv_timer_t alarm;
    uv_async_t wake;
    uv_check_t keep; /* keeps uv_run from returning while we run */
    bool made;
};

/* The loop and what it stands on are one allocation. */
struct hosted {
    struct hd_loop loop;
    struct host host;
};

static void
wake_up(uv_async_t *async)
{
    (void)async; /* the batch after this poll drains the inbox */
}

static void
ring(uv_timer_t *timer)
{
    (void)timer; /* the batch after this collects what is due */
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
run_batch(uv_prepare_t *prepare)
{
    struct hd_loop *loop = prepare->data;
    struct host *host = loop->host_state;
    if (hd_loop_begin_turn(loop)) {
        hd_loop_pump(loop);
    }
    if (loop->stopped) {
        uv_stop(&host->uv);
    } else if (hd_ready_is_idle(loop->ready)) {
        uv_idle_stop(&host->busy);
    } else {
        uv_idle_start(&host->busy, busy);
    }
}

static void
make(struct hd_loop *loop)
{
    struct host *host = loop->host_state;
    int status = uv_loop_init(&host->uv);
    HD_ASSERT(status == 0);
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
    host->batch.data = loop;
    uv_unref((uv_handle_t *)&host->wake);
    host->made = true;
}

static struct hd_loop *
attach(void)
{
    struct hosted *hosted = malloc(sizeof(*hosted));
    if (hosted == NULL) {
        return NULL;
    }
    hosted->host.made = false;
    hd_loop_init(&hosted->loop, hd_host_libuv(), NULL, NULL, hd_here_log());
    hosted->loop.host_state = &hosted->host;
    return &hosted->loop;
}

static void
detach(struct hd_loop *loop)
{
    struct host *host = loop->host_state;
    if (host->made) {
        uv_close((uv_handle_t *)&host->batch, NULL);
        uv_close((uv_handle_t *)&host->busy, NULL);
        uv_close((uv_handle_t *)&host->alarm, NULL);
        uv_close((uv_handle_t *)&host->keep, NULL);
        uv_close((uv_handle_t *)&host->wake, NULL);
        uv_run(&host->uv, UV_RUN_DEFAULT);
        const int status = uv_loop_close(&host->uv);
        HD_ASSERT(status == 0);
    }
    if (loop->arena == &loop->own_arena) {
        hd_arena_finish(&loop->own_arena);
    }
    free(HD_CONTAINER(loop, struct hosted, loop));
}

static uint64_t
now(struct hd_loop *loop)
{
    (void)loop;
    return uv_hrtime();
}

static void
set_alarm(struct hd_loop *loop, uint64_t deadline_ns)
{
    struct host *host = loop->host_state;
    if (!host->made) {
        return; /* run() sets it */
    }
    if (deadline_ns == HD_FOREVER) {
        uv_timer_stop(&host->alarm);
        return;
    }
    const uint64_t now_ns = uv_hrtime();
    const uint64_t left_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;
    const uint64_t left_ms = left_ns / HD_MS(1) + (left_ns % HD_MS(1) != 0);
    uv_update_time(&host->uv);
    uv_timer_start(&host->alarm, ring, left_ms, 0);
}

/* A loop that runs for ever with nothing armed still waits for a wake-up. */
static void
run(struct hd_loop *loop)
{
    struct host *host = loop->host_state;
    if (!host->made) {
        make(loop);
    }
    uv_prepare_start(&host->batch, run_batch);
    uv_check_start(&host->keep, keep);
    uv_idle_start(&host->busy, busy);
    set_alarm(loop, hd_loop_deadline(loop));
    while (!loop->stopped) {
        uv_run(&host->uv, UV_RUN_DEFAULT);
    }
    uv_idle_stop(&host->busy);
    uv_timer_stop(&host->alarm);
    uv_check_stop(&host->keep);
    uv_prepare_stop(&host->batch);
}

static void
wake(struct hd_loop *loop)
{
    struct host *host = loop->host_state;
    if (host->made) {
        uv_async_send(&host->wake);
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
