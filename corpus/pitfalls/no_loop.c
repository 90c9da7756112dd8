/*
 * A program starts its background work before it runs its loop.
 *
 * Shows: no-loop. Fixed: the work is started by the main task. Near miss:
 * started before the run as well, but on a loop that is named.
 */
#include <heddle/test.h>

struct app {
    struct hd_task *metrics;
    int samples;
};

static int
collect_metrics(void *arg)
{
    struct app *app = arg;

    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_sleep(HD_S(1)));
        app->samples++;
    }
    return 0;
}

static int
serve(void *arg)
{
    struct app *app = arg;

    HD_TRY(hd_sleep(HD_S(2)));
    return app->metrics != NULL ? hd_await(app->metrics) : 0;
}

static int
start_and_serve(void *arg)
{
    struct app *app = arg;

    app->metrics = hd_task_spawn(collect_metrics, app);
    return serve(app);
}

HD_TEST(no_loop_bad, .loop = HD_LOOP_NONE)
{
    struct app app = {0};

    app.metrics = hd_task_spawn(collect_metrics, &app);
    (void)hd_run(serve, &app);
}

HD_TEST(no_loop_fixed, .loop = HD_LOOP_NONE)
{
    struct app app = {0};

    HD_CHECK(hd_run(start_and_serve, &app) == 0);
    HD_CHECK(app.samples == 3);
}

HD_TEST(no_loop_near, .loop = HD_LOOP_NONE)
{
    struct app app = {0};
    struct hd_loop *loop = hd_loop_create();

    app.metrics = hd_loop_spawn(loop, collect_metrics, &app);
    HD_CHECK(hd_loop_run_fn(loop, serve, &app) == 0);
    hd_loop_destroy(loop);
    HD_CHECK(app.samples == 3);
}
