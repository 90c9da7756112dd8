/*
 * "Asyncio, you are a complex beast", Testing antipatterns, a variant of b13:
 * the first test stops the default loop and does not close it. The stop flag
 * stays set, so the loop's next run does one turn, which is too short for a
 * coroutine that suspends.
 *
 * Shows: loop-reused in both orders; in that in which it fails it names the
 * stop flag, and there is invalid-call (a run that was stopped before its
 * coroutine was done) and pending-at-close (that coroutine).
 */
#include <heddle/test.h>

#include <stdio.h>

static int
some_coroutine(void *arg)
{
    printf("testing with %s\n", (char *)arg);
    HD_TRY(hd_yield());
    printf("tested with %s\n", (char *)arg);
    return 0;
}

static int
thing_im_testing(char *some_argument)
{
    return hd_loop_run_fn(hd_loop_default(), some_coroutine, some_argument);
}

static void
print_verdict(const char *test, int status)
{
    printf("%s: %s\n", test, status == 0 ? "passed" : hd_status_text(status));
}

static void
test_the_thing(void)
{
    struct hd_loop *loop = hd_loop_default();
    const int status = thing_im_testing("some value");

    hd_loop_stop(loop);
    print_verdict("test_the_thing", status);
}

static void
test_the_thing_a_different_way(void)
{
    const int status = thing_im_testing("some value");

    print_verdict("test_the_thing_a_different_way", status);
}

HD_TEST(b13s_stop_flag, .loop = HD_LOOP_NONE)
{
    hd_subtest("test_the_thing", test_the_thing);
    hd_subtest("test_the_thing_a_different_way",
               test_the_thing_a_different_way);
}

HD_TEST(b13s_other_order, .loop = HD_LOOP_NONE)
{
    hd_subtest("test_the_thing_a_different_way",
               test_the_thing_a_different_way);
    hd_subtest("test_the_thing", test_the_thing);
}
