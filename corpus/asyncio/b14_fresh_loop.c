/*
 * "Asyncio, you are a complex beast", Testing antipatterns, the best practice:
 * the tests of b13 with a fresh loop each. They pass in both orders.
 *
 * Shows: nothing.
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
thing_im_testing(struct hd_loop *loop, char *some_argument)
{
    return hd_loop_run_fn(loop, some_coroutine, some_argument);
}

static void
test_the_thing(void)
{
    struct hd_loop *loop = hd_loop_create();
    const int status = thing_im_testing(loop, "some value");

    hd_loop_destroy(loop);
    printf("test_the_thing: %s\n", status == 0 ? "passed" : "failed");
}

static void
test_the_thing_a_different_way(void)
{
    struct hd_loop *loop = hd_loop_create();
    const int status = thing_im_testing(loop, "some value");

    hd_loop_destroy(loop);
    printf("test_the_thing_a_different_way: %s\n",
           status == 0 ? "passed" : "failed");
}

HD_TEST(b14_fresh_loop, .loop = HD_LOOP_NONE)
{
    hd_subtest("test_the_thing", test_the_thing);
    hd_subtest("test_the_thing_a_different_way",
               test_the_thing_a_different_way);
}

HD_TEST(b14_other_order, .loop = HD_LOOP_NONE)
{
    hd_subtest("test_the_thing_a_different_way",
               test_the_thing_a_different_way);
    hd_subtest("test_the_thing", test_the_thing);
}
