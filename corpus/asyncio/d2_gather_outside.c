/*
 * "Dive into Python asyncio", Basic example: gather where no loop runs. It is
 * refused, nothing runs, and the coroutines were made for nothing.
 *
 * d2b: the same two inside main. The first one never awaits anything, so the
 * second one never begins.
 *
 * Shows: no-loop and never-awaited; d2b livelock and never-awaited.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
sleep_1s(void *arg)
{
    (void)arg;
    return hd_sleep(HD_S(1));
}

static int
spin(void *arg)
{
    for (;;) {
        struct hd_coro *sleeper = hd_coro_create(sleep_1s, NULL);
        if (sleeper == NULL) {
            return HD_E_NO_MEMORY;
        }
        puts(arg); /* hd_await(sleeper) is missing */
    }
}

/* The same without a word: there would be no end to them. */
static int
spin_in_silence(void *arg)
{
    (void)arg;
    for (;;) {
        struct hd_coro *sleeper = hd_coro_create(sleep_1s, NULL);
        if (sleeper == NULL) {
            return HD_E_NO_MEMORY;
        }
    }
}

HD_TEST(d2_gather_outside, .loop = HD_LOOP_NONE)
{
    struct hd_coro *foo = hd_coro_create(spin, "foo");
    struct hd_coro *bar = hd_coro_create(spin, "bar");

    if (hd_task_from_coro(foo) == NULL || hd_task_from_coro(bar) == NULL) {
        puts("no running event loop");
    }
}

HD_TEST(d2b_spin_inside)
{
    struct hd_task *foo = hd_task_spawn(spin_in_silence, NULL);
    struct hd_task *bar = hd_task_spawn(spin_in_silence, NULL);

    HD_CHECK(hd_gather(foo, bar) == 0);
}
