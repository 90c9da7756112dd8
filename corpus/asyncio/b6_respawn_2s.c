/*
 * "Asyncio, you are a complex beast", Hello world as a coroutine: a neat trick
 * to run a coroutine again and again for two seconds. It spins meanwhile, and
 * ends only because wall time passes while it does. Virtual time moves when
 * nothing can run, so these two seconds never come.
 *
 * Prints the first three of its greetings; a real clock would see very many.
 *
 * Shows: livelock. With a clock that may jump, the two seconds do come, and
 * the last helloworld is left: pending-at-close.
 */
#include <heddle/test.h>

#include <stdio.h>

static int greetings;

static int
helloworld(void *arg)
{
    (void)arg;
    if (greetings++ < 3) {
        puts("Hello world from a coroutine!");
    }
    hd_task_detach(hd_task_spawn(helloworld, NULL));
    return 0;
}

static int
two_seconds(void *arg)
{
    (void)arg;
    return hd_sleep(HD_S(2));
}

HD_TEST(b6_respawn_2s, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_default();
    struct hd_task *hello = hd_loop_spawn(loop, helloworld, NULL);
    struct hd_task *sleep = hd_loop_spawn(loop, two_seconds, NULL);
    struct hd_future *all = hd_gather_future(
        (struct hd_future *[]){HD_FUTURE(hello), HD_FUTURE(sleep)}, 2, 0);

    HD_CHECK(hd_loop_run_until(loop, all) == 0);
}
