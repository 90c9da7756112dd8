/*
 * Tests that few schedules fail, for what needs a run of some number: a run
 * that samplers reach only after the one in which they learn.
 */
#include <heddle/access.h>
#include <heddle/test.h>

static int64_t stage, copy;

static int
go_through_stages(void *arg)
{
    (void)arg;
    for (int i = 0; i < 6; i++) {
        HD_TRY(hd_yield());
        HD_WRITE(&stage);
        stage = i;
    }
    HD_TRY(hd_yield());
    HD_WRITE(&copy);
    copy = stage;
    return HD_OK;
}

static int
look_between(void *arg)
{
    (void)arg;
    HD_READ(&stage);
    const int64_t seen = stage;
    HD_TRY(hd_yield());
    HD_READ(&copy);
    HD_CHECK(seen != 5 || copy == 5);
    return HD_OK;
}

static void
start_and_await(hd_fn *a, hd_fn *b)
{
    stage = copy = 0;
    struct hd_task *first = hd_task_spawn(a, NULL);
    struct hd_task *second = hd_task_spawn(b, NULL);
    (void)hd_gather(first, second);
}

HD_TEST(between, .expect = "assertion")
{
    start_and_await(go_through_stages, look_between);
}

/* In the first runs of a process already: also where samplers learn. */
static int
look_and_die(void *arg)
{
    (void)arg;
    HD_READ(&stage);
    const int64_t seen = stage;
    HD_TRY(hd_yield());
    HD_READ(&stage);
    if (seen != stage) {
        __builtin_trap();
    }
    return HD_OK;
}

HD_TEST(fatal, .expect = "crash")
{
    start_and_await(go_through_stages, look_and_die);
}
