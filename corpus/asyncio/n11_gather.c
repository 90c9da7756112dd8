/*
 * "Asyncio" (notes), 3.1 gather: ten tasks at the same time.
 *
 * Shows: nothing.
 */
#include <heddle/test.h>

#include <stdio.h>

#define TASKS 10

static int
task_coroutine(void *arg)
{
    printf("> task %d executing\n", *(int *)arg);
    return hd_sleep(HD_S(2));
}

HD_TEST(n11_gather)
{
    struct hd_future *group[TASKS];
    int index[TASKS];

    puts("main coroutine started");
    for (int i = 0; i < TASKS; i++) {
        index[i] = i;
        group[i] = HD_FUTURE(hd_task_spawn(task_coroutine, &index[i]));
    }
    HD_CHECK(hd_gather_array(group, TASKS, 0) == 0);
    puts("main done");
}
