/*
 * "asyncio" (a job agent), A more complete example: two coroutines at the same
 * time; who sleeps less prints first.
 *
 * Shows: nothing.
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

HD_TEST(j3_gather_order)
{
    struct line world = {"world!", HD_S(2)};
    struct line hello = {"Hello", HD_S(1)};

    struct hd_task *first = hd_task_spawn(print_after, &world);
    struct hd_task *second = hd_task_spawn(print_after, &hello);
    HD_CHECK(hd_gather(first, second) == 0);
}
