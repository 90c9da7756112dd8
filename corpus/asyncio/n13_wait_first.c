/*
 * "Asyncio" (notes), 3.2 wait: only until the first task is done. Then main
 * returns, and the other nine are cancelled.
 *
 * Shows: left-early.
 */
#include <heddle/test.h>

#include <stdio.h>

#define TASKS 10

static int
task_coroutine(void *arg)
{
    const int index = *(int *)arg;
    const uint64_t value_ms = hd_random(1000);

    printf("> task %d executing\n", index);
    HD_TRY(hd_sleep(HD_MS(value_ms)));
    printf("> task %d done after sleep %.3f seconds\n", index,
           (double)value_ms / 1e3);
    return 0;
}

static void
spawn_all(struct hd_future **tasks, int *index, hd_fn *fn)
{
    for (int i = 0; i < TASKS; i++) {
        index[i] = i;
        tasks[i] = HD_FUTURE(hd_task_spawn(fn, &index[i]));
    }
}

HD_TEST(n13_wait_first)
{
    struct hd_future *tasks[TASKS];
    int index[TASKS];

    puts("main coroutine started");
    spawn_all(tasks, index, task_coroutine);
    HD_CHECK(hd_wait(tasks, TASKS, HD_FIRST_COMPLETED, HD_FOREVER, NULL) == 0);
    puts("main done");
}
