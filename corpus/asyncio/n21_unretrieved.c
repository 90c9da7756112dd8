/*
 * "Asyncio" (notes), 3.5 Handle exception: n20 without the question. A task
 * fails and nobody ever looks.
 *
 * Shows: unretrieved-error.
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

HD_TEST(n21_unretrieved)
{
    puts("main coroutine started");
    hd_task_spawn(task_coroutine, NULL);
    HD_CHECK(hd_sleep(HD_S(2)) == 0);
    puts("main coroutine done");
}
