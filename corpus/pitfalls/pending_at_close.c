/*
 * A program runs its main coroutine on a loop of its own and destroys the loop
 * when that has returned. The heartbeat that it started never ended.
 *
 * Shows: pending-at-close. Fixed: it is stopped and awaited on the loop. Near
 * miss: it is cancelled from outside and the loop runs until it has ended.
 */
#include <heddle/test.h>

struct app {
    struct hd_loop *loop;
    struct hd_task *heartbeat;
    bool stops_heartbeat;
};

static int
beat(void *arg)
{
    (void)arg;
    while (true) {
        HD_TRY(hd_sleep(HD_S(1)));
    }
}

static int
serve(void *arg)
{
    struct app *app = arg;

    HD_TRY(hd_sleep(HD_MS(2500)));
    if (app->stops_heartbeat) {
        hd_task_cancel(app->heartbeat);
        (void)hd_await(app->heartbeat);
    }
    return 0;
}

static void
app_start(struct app *app)
{
    app->loop = hd_loop_create();
    app->heartbeat = hd_loop_spawn(app->loop, beat, NULL);
}

HD_TEST(pending_at_close_bad, .loop = HD_LOOP_NONE)
{
    struct app app = {0};

    app_start(&app);
    HD_CHECK(hd_loop_run_fn(app.loop, serve, &app) == 0);
    hd_loop_destroy(app.loop);
}

HD_TEST(pending_at_close_fixed, .loop = HD_LOOP_NONE)
{
    struct app app = {.stops_heartbeat = true};

    app_start(&app);
    HD_CHECK(hd_loop_run_fn(app.loop, serve, &app) == 0);
    hd_loop_destroy(app.loop);
}

HD_TEST(pending_at_close_near, .loop = HD_LOOP_NONE)
{
    struct app app = {0};

    app_start(&app);
    HD_CHECK(hd_loop_run_fn(app.loop, serve, &app) == 0);
    hd_task_cancel(app.heartbeat);
    HD_CHECK(hd_loop_run_until(app.loop, app.heartbeat) == HD_E_CANCELLED);
    hd_loop_destroy(app.loop);
}
