/*
 * "Asyncio, you are a complex beast", Testing antipatterns: two tests share the
 * default loop and one of them closes it, so whether the other one passes
 * depends on their order.
 *
 * Shows: loop-reused in both orders, and loop-closed in that in which it fails.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
some_coroutine(void *arg)
{
    printf("testing with %s\n", (char *)arg);
    return 0;
}

static int
thing_im_testing(char *some_argument)
{
    return hd_loop_run_fn(hd_loop_default(), some_coroutine, some_argument);
}

static void
test_the_thing(void)
{
    struct hd_loop *loop = hd_loop_default();
    const int status = thing_im_testing("some value");

    hd_loop_stop(loop);
    hd_loop_close(loop);
    printf("test_the_thing: %s\n", status == 0 ? "passed" : "failed");
}

static void
test_the_thing_a_different_way(void)
{
    const int status = thing_im_testing("some value");

    printf("test_the_thing_a_different_way: %s\n",
           status == 0 ? "passed" : "failed");
}

HD_TEST(b13_shared_loop, .loop = HD_LOOP_NONE)
{
    hd_subtest("test_the_thing", test_the_thing);
    hd_subtest("test_the_thing_a_different_way",
               test_the_thing_a_different_way);
}

HD_TEST(b13_other_order, .loop = HD_LOOP_NONE)
{
    hd_subtest("test_the_thing_a_different_way",
               test_the_thing_a_different_way);
    hd_subtest("test_the_thing", test_the_thing);
}
