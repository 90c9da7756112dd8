/*
 * "asyncio" (a job agent), When do coroutines start running? j4 again, telling
 * when each call starts and ends.
 *
 * Shows: sequential-await.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
example(void *arg)
{
    const char *message = arg;

    printf("start of example(): %s\n", message);
    HD_TRY(hd_sleep(HD_S(1)));
    printf("end of example(): %s\n", message);
    return 0;
}

HD_TEST(j5_start_end)
{
    /* Start twice (hopefully they start!) */
    struct hd_coro *first = hd_coro_create(example, "First call");
    struct hd_coro *second = hd_coro_create(example, "Second call");

    HD_CHECK(hd_await(first) == 0);
    HD_CHECK(hd_await(second) == 0);
}
