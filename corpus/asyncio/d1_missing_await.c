/*
 * "Dive into Python asyncio", Basic example: asyncio.sleep(1) without await.
 * The sleeper is made and dropped, and the greeting comes at once.
 *
 * Shows: never-awaited.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
sleep_1s(void *arg)
{
    (void)arg;
    return hd_sleep(HD_S(1));
}

HD_TEST(d1_missing_await)
{
    hd_coro_create(sleep_1s, NULL); /* hd_await() is missing */
    puts("Hello world");
}
