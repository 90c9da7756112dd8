/*
 * "asyncio" (a job agent), Giving up control: a coroutine awaits another one
 * and takes its value; j2b: without a value.
 *
 * Shows: nothing.
 */
#include <heddle/test.h>

#include <stdio.h>

static char great[] = "Coroutines are great";

static int
get_message(void *arg)
{
    (void)arg;
    hd_return(great);
    return 0;
}

HD_TEST(j2_await_inner)
{
    struct hd_coro *inner = hd_coro_create(get_message, NULL);
    void *message;

    HD_CHECK(hd_await_value(inner, &message) == 0);
    puts(message);
}

static int
inner(void *arg)
{
    (void)arg;
    puts("inner coroutine");
    return 0;
}

HD_TEST(j2b_no_value)
{
    HD_CHECK(hd_await(hd_coro_create(inner, NULL)) == 0);
}
