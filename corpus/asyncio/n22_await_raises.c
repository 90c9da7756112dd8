/*
 * "Asyncio" (notes), 3.5 Handle exception: the error of an awaited task comes
 * out of the await. What Python catches is a status here; its message goes
 * with it.
 *
 * Shows: nothing.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
task_coroutine(void *arg)
{
    (void)arg;
    puts("> executing the task");
    HD_TRY(hd_sleep(HD_S(1)));
    return hd_fail(HD_E_USER, "Something went wrong");
}

HD_TEST(n22_await_raises)
{
    puts("main coroutine started");
    struct hd_task *task = hd_task_spawn(task_coroutine, NULL);
    if (hd_await(task) < 0) {
        printf("got exception: %s\n", hd_error_current()->message);
    }
    puts("main coroutine done");
}
