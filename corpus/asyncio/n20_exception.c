/*
 * "Asyncio" (notes), 3.5 Handle exception: main sleeps until the task has
 * surely failed, then asks for its error.
 *
 * Shows: nothing, for as long as sleeping is precise. On a slow machine main
 * may wake first (--clock=jump): then the task is still pending, which is
 * invalid-call, and its error comes too late, which is unretrieved-error.
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

HD_TEST(n20_exception)
{
    puts("main coroutine started");
    struct hd_task *task = hd_task_spawn(task_coroutine, NULL);
    HD_CHECK(hd_sleep(HD_S(2)) == 0);
    const struct hd_error *error = hd_task_error(task);
    printf("got exception: %s\n", error != NULL ? error->message : "None");
    puts("main coroutine done");
}
