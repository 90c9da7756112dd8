/*
 * "Asyncio, you are a complex beast", Hello world as a coroutine: two other
 * ways to run one, through wait and through gather.
 *
 * Shows: nothing.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
helloworld(void *arg)
{
    (void)arg;
    puts("Hello world from a coroutine!");
    return 0;
}

/* hd_wait() suspends, so a task has to call it. */
static int
wait_for_hello(void *arg)
{
    struct hd_task *hello = hd_task_spawn(helloworld, NULL);

    (void)arg;
    return hd_wait((struct hd_future *[]){HD_FUTURE(hello)}, 1,
                   HD_ALL_COMPLETED, HD_FOREVER, NULL);
}

HD_TEST(b2_wait_gather, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_default();

    HD_CHECK(hd_loop_run_fn(loop, wait_for_hello, NULL) == 0);

    /* The future of a gather can be made before the loop runs. */
    struct hd_task *hello = hd_loop_spawn(loop, helloworld, NULL);
    struct hd_future *all =
        hd_gather_future((struct hd_future *[]){HD_FUTURE(hello)}, 1, 0);
    HD_CHECK(hd_loop_run_until(loop, all) == 0);
}
