/*
 * "Asyncio" (notes), Common errors: the cure of n24. Main waits for all tasks
 * but itself before it returns.
 *
 * Shows: nothing.
 */
#include <heddle/test.h>

#include <stdio.h>

#define TASKS_MAX 8

static int
worker(void *arg)
{
    const int index = *(int *)arg;

    printf("worker %d starts\n", index);
    HD_TRY(hd_sleep(HD_S(1)));
    printf("worker %d is done\n", index);
    return 0;
}

/* Wait for all tasks of the loop but the one that asks. */
static int
wait_for_the_rest(void)
{
    struct hd_task *tasks[TASKS_MAX];
    struct hd_future *rest[TASKS_MAX];
    const size_t count = hd_loop_tasks(hd_loop_running(), tasks, TASKS_MAX);
    size_t rest_count = 0;

    for (size_t i = 0; i < count; i++) {
        if (tasks[i] != hd_task_current()) {
            rest[rest_count++] = HD_FUTURE(tasks[i]);
        }
    }
    return hd_wait(rest, rest_count, HD_ALL_COMPLETED, HD_FOREVER, NULL);
}

HD_TEST(n25_waits_rest)
{
    int index[2] = {1, 2};

    hd_task_spawn(worker, &index[0]);
    hd_task_spawn(worker, &index[1]);
    HD_CHECK(hd_yield() == 0);
    HD_CHECK(wait_for_the_rest() == 0);
    puts("main done");
}
