/*
 * "Asyncio" (notes), 2.3 Task: three ways to make one, create_task,
 * ensure_future and loop.create_task. None of them runs before main waits.
 *
 * Shows: nothing.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
task_coroutine(void *arg)
{
    printf("execute the task of %s\n", (char *)arg);
    return hd_sleep(HD_S(2));
}

HD_TEST(n7_task_ways)
{
    struct hd_coro *object = hd_coro_create(task_coroutine, "ensure_future");

    puts("main coroutine started");
    struct hd_task *a = hd_task_spawn(task_coroutine, "create_task");
    struct hd_task *b = hd_task_from_coro(object);
    struct hd_task *c =
        hd_loop_spawn(hd_loop_running(), task_coroutine, "loop.create_task");
    HD_CHECK(hd_await(a) == 0);
    HD_CHECK(hd_await(b) == 0);
    HD_CHECK(hd_await(c) == 0);
    puts("main coroutine done");
}
