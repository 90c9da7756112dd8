/*
 * "Asyncio" (notes), 2.3 Task: a callback that is called when a task is done.
 * Python prints the task's repr; here it is the task's name.
 *
 * Shows: nothing.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
task_coroutine(void *arg)
{
    (void)arg;
    puts("execute the task");
    return hd_sleep(HD_S(2));
}

static void
callback(struct hd_future *future, void *arg)
{
    struct hd_task *task = arg;

    printf("this is a callback of %s, %s\n", hd_task_name(task),
           hd_future_is_done(future) ? "finished" : "pending");
}

HD_TEST(n9_done_callback)
{
    puts("main coroutine started");
    struct hd_task *task = hd_task_spawn(task_coroutine, NULL);
    HD_CHECK(hd_future_on_done(HD_FUTURE(task), callback, task) == 0);
    HD_CHECK(hd_await(task) == 0);
    puts("main coroutine done");
}
