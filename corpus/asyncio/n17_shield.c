/*
 * "Asyncio" (notes), 3.3 shield: what is cancelled is the shield, and the task
 * behind it goes on. Python prints reprs; here they are words.
 *
 * Shows: left-early. Main returns while the shielded task still sleeps.
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

/* Cancel the given future after a moment. */
static int
cancel_task(void *arg)
{
    HD_TRY(hd_sleep(HD_S(1)));
    printf("cancelled: %s\n", hd_future_cancel(arg) ? "True" : "False");
    return 0;
}

static const char *
state_of(struct hd_future *future)
{
    return hd_future_is_cancelled(future) ? "cancelled"
           : hd_future_is_done(future)    ? "finished"
                                          : "pending";
}

HD_TEST(n17_shield)
{
    int index = 1;

    puts("main coroutine started");
    struct hd_task *task = hd_task_spawn(task_coroutine, &index);
    struct hd_future *shielded = hd_shield(task);
    hd_task_spawn(cancel_task, shielded);

    if (hd_await(shielded) == HD_E_CANCELLED) {
        puts("shield was cancelled");
    }

    HD_CHECK(hd_sleep(HD_MS(500)) == 0);
    printf("shielded: %s\n", state_of(shielded));
    printf("task: %s\n", state_of(HD_FUTURE(task)));
    puts("main done");
}
