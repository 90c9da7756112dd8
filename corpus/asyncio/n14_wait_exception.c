/*
 * "Asyncio" (notes), 3.2 wait: until the first task fails. In n14 none does; in
 * n14b the fourth does, main returns, and nobody looks at what went wrong.
 *
 * Shows: nothing; n14b unretrieved-error and left-early.
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

/* As task_coroutine, but the fourth fails. */
static int
task_that_may_fail(void *arg)
{
    if (*(int *)arg == 3) {
        return hd_fail(HD_E_USER, "Something went wrong");
    }
    return task_coroutine(arg);
}

HD_TEST(n14_wait_exception)
{
    struct hd_future *tasks[TASKS];
    int index[TASKS];

    puts("main coroutine started");
    spawn_all(tasks, index, task_coroutine);
    HD_CHECK(hd_wait(tasks, TASKS, HD_FIRST_ERROR, HD_FOREVER, NULL) == 0);
    puts("main done");
}

HD_TEST(n14b_fourth_fails)
{
    struct hd_future *tasks[TASKS];
    int index[TASKS];

    puts("main coroutine started");
    spawn_all(tasks, index, task_that_may_fail);
    HD_CHECK(hd_wait(tasks, TASKS, HD_FIRST_ERROR, HD_FOREVER, NULL) == 0);
    puts("main done");
}
