/*
 * "asyncio" (a job agent), When do coroutines start running? As tasks they run
 * at the same time, whatever is awaited first.
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

HD_TEST(j6_tasks)
{
    struct line world = {"world!", HD_S(2)};
    struct line hello = {"Hello", HD_S(1)};

    struct hd_task *first = hd_task_spawn(print_after, &world);
    struct hd_task *second = hd_task_spawn(print_after, &hello);

    HD_CHECK(hd_await(first) == 0);
    HD_CHECK(hd_await(second) == 0);
}
