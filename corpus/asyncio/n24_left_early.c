/*
 * "Asyncio" (notes), Common errors: exiting the main coroutine too early. Both
 * workers are cancelled in the middle of their work. n25 is the cure.
 *
 * Shows: left-early.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
worker(void *arg)
{
    const int index = *(int *)arg;

    printf("worker %d starts\n", index);
    HD_TRY(hd_sleep(HD_S(1)));
    printf("worker %d is done\n", index);
    return 0;
}

HD_TEST(n24_left_early)
{
    int index[2] = {1, 2};

    hd_task_spawn(worker, &index[0]);
    hd_task_spawn(worker, &index[1]);
    HD_CHECK(hd_yield() == 0);
    puts("main done");
}
