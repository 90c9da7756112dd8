/*
 * "Asyncio" (notes), 3.2 wait_for: a coroutine that is not done
 * in time. It is cancelled.
 *
 * Shows: nothing.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
task_coroutine(void *arg)
{
    const int index = *(int *)arg;

    printf("> task %d executing\n", index);
    HD_TRY(hd_sleep(HD_S(2)));
    printf("> task %d done after sleep 2 seconds\n", index);
    return 0;
}

HD_TEST(n16_wait_for_timeout)
{
    int index = 1;

    puts("main coroutine started");
    struct hd_coro *task = hd_coro_create(task_coroutine, &index);
    if (hd_wait_for(task, HD_S(1)) == HD_E_TIMEDOUT) {
        puts("main gave up waiting , task cancelled");
    } else {
        puts("main done");
    }
}
