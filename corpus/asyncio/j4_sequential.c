/*
 * "asyncio" (a job agent), When do coroutines start running? Not when they are
 * made: these two objects run one after the other, each as it is awaited.
 *
 * Shows: sequential-await.
 */
#include <heddle/test.h>

#include <stdio.h>

struct line {
    const char *message;
    uint64_t delay_ns;
};

/* Print a message after its delay. */
static int
print_after(void *arg)
{
    const struct line *line = arg;

    HD_TRY(hd_sleep(line->delay_ns));
    puts(line->message);
    return 0;
}

HD_TEST(j4_sequential)
{
    struct line world = {"world!", HD_S(2)};
    struct line hello = {"Hello", HD_S(1)};

    /* Start twice (hopefully they start!) */
    struct hd_coro *first = hd_coro_create(print_after, &world);
    struct hd_coro *second = hd_coro_create(print_after, &hello);

    HD_CHECK(hd_await(first) == 0);
    HD_CHECK(hd_await(second) == 0);
}
