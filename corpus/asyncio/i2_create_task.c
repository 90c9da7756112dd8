/*
 * "Idiosyncrasies of AsyncIO", second example: a task starts when its maker
 * first waits, not when it is made.
 *
 * Shows: nothing. Both sleeps run at the same time: 4 seconds, not 5.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
msg(const char *text)
{
    puts("Inside msg");
    HD_TRY(hd_sleep(HD_S(1)));
    puts(text);
    return 0;
}

static int
long_operation(void *arg)
{
    (void)arg;
    puts("Long_operation started");
    HD_TRY(hd_sleep(HD_S(4)));
    puts("Long_operation finished");
    return 0;
}

static int
run_operations(void *arg)
{
    struct hd_loop *loop = hd_loop_running();

    (void)arg;
    HD_TRY(msg("First"));

    /* long_operation should start, but msg should be printed at once. */
    uint64_t start_ns = hd_loop_now(loop);
    struct hd_task *task = hd_task_spawn(long_operation, NULL);
    puts("After scheduling task");
    HD_TRY(msg("Second"));

    HD_TRY(hd_await(task));
    printf("Time to run scheduled task and second msg = %.2f seconds.\n",
           (double)(hd_loop_now(loop) - start_ns) / 1e9);
    return 0;
}

HD_TEST(i2_create_task, .loop = HD_LOOP_NONE)
{
    puts("-----------------------");
    puts("Second asyncio analysis");
    puts("-----------------------");
    HD_CHECK(hd_run(run_operations, NULL) == 0);
}
