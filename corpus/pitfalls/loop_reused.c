/*
 * Two test cases of a suite run on the default loop. The second one finds
 * there what the first one has left: here a callback that counts.
 *
 * Shows: loop-reused. Fixed: a fresh loop for each. Near miss: a session's loop
 * that is made outside of all cases, for all of them.
 */
#include <heddle/test.h>

static unsigned ticks;

static void
tick(void *arg)
{
    (void)arg;
    ticks++;
}

static int
tick_later(void *arg)
{
    hd_loop_call_soon(hd_loop_running(), tick, arg);
    return 0;
}

static void
ticks_on_the_default_loop(void)
{
    HD_CHECK(hd_loop_run_fn(hd_loop_default(), tick_later, NULL) == 0);
}

static void
ticks_once_more(void)
{
    ticks = 0;
    HD_CHECK(hd_loop_run_fn(hd_loop_default(), tick_later, NULL) == 0);
}

HD_TEST(loop_reused_bad, .loop = HD_LOOP_NONE)
{
    hd_subtest("ticks_on_the_default_loop", ticks_on_the_default_loop);
    hd_subtest("ticks_once_more", ticks_once_more);
}

static void
ticks_on_a_fresh_loop(void)
{
    struct hd_loop *loop = hd_loop_create();

    HD_CHECK(hd_loop_run_fn(loop, tick_later, NULL) == 0);
    hd_loop_destroy(loop);
}

HD_TEST(loop_reused_fixed, .loop = HD_LOOP_NONE)
{
    hd_subtest("ticks_on_a_fresh_loop", ticks_on_a_fresh_loop);
    hd_subtest("ticks_on_another_one", ticks_on_a_fresh_loop);
}

HD_TEST(loop_reused_near, .loop = HD_LOOP_NONE)
{
    hd_loop_default();
    hd_subtest("ticks_on_the_default_loop", ticks_on_the_default_loop);
    hd_subtest("ticks_once_more", ticks_once_more);
}
