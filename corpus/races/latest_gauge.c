/*
 * A gauge shows what a probe has measured last; two probes write it, and a
 * display reads it whenever it likes.
 *
 * Near miss: writes in any order, and a read between them. Each value was right
 * when it was written, and nobody counts on a certain one.
 */
#include <heddle/test.h>

struct gauge {
    int pressure;
};

struct probe {
    struct gauge *gauge;
    int pressure;
};

struct display {
    const struct gauge *gauge;
    int shown;
};

static int
measure(void *arg)
{
    const struct probe *probe = arg;

    HD_TRY(hd_yield());
    probe->gauge->pressure = probe->pressure;
    return 0;
}

static int
show(void *arg)
{
    struct display *display = arg;

    HD_TRY(hd_yield());
    display->shown = display->gauge->pressure;
    return 0;
}

HD_TEST(latest_gauge_near)
{
    struct gauge gauge = {.pressure = 1013};
    struct probe upper = {&gauge, 1009};
    struct probe lower = {&gauge, 1016};
    struct display display = {&gauge, 0};

    struct hd_task *a = hd_task_spawn(measure, &upper);
    struct hd_task *b = hd_task_spawn(measure, &lower);
    struct hd_task *c = hd_task_spawn(show, &display);
    HD_CHECK(hd_gather(a, b, c) == 0);
}
