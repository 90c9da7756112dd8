/*
 * "asyncio" (a job agent), Writing coroutines: calling a coroutine makes an
 * object that does not run; j1b: the same object on a loop.
 *
 * Shows: never-awaited; j1b nothing.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
example(void *arg)
{
    (void)arg;
    puts("Example is running");
    return 0;
}

HD_TEST(j1_not_run, .loop = HD_LOOP_NONE)
{
    struct hd_coro *object = hd_coro_create(example, NULL);

    printf("%s\n", object != NULL ? "a coroutine object" : "nothing");
}

HD_TEST(j1b_run, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_default();

    HD_CHECK(hd_loop_run_fn(loop, example, NULL) == 0);
    hd_loop_close(loop);
}
