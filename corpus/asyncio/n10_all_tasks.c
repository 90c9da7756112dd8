/*
 * "Asyncio" (notes), 2.3 Task: ten tasks, listed while they run. Python lists
 * a set, in any order; Heddle lists tasks in the order of their birth. Names
 * are birth paths: main is 0, its third child 0.3.
 *
 * Shows: nothing.
 */
#include <heddle/test.h>

#include <stdio.h>

#define TASKS 10

static int
task_coroutine(void *arg)
{
    printf("task %d is running\n", *(int *)arg);
    return hd_sleep(HD_S(2));
}

HD_TEST(n10_all_tasks)
{
    struct hd_task *started[TASKS], *tasks[TASKS + 1];
    int index[TASKS];

    puts("main coroutine started");
    for (int i = 0; i < TASKS; i++) {
        index[i] = i;
        started[i] = hd_task_spawn(task_coroutine, &index[i]);
    }

    /* Give them time to start. */
    HD_CHECK(hd_sleep(HD_S(1)) == 0);
    HD_CHECK(hd_loop_tasks(hd_loop_running(), tasks, TASKS + 1) == TASKS + 1);
    for (int i = 0; i < TASKS + 1; i++) {
        printf("> %s\n", hd_task_name(tasks[i]));
    }

    for (int i = 0; i < TASKS; i++) {
        HD_CHECK(hd_await(started[i]) == 0);
    }
}
