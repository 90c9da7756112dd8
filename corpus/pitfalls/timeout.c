/*
 * A task reads a pipe whose other end nobody has written to yet: the system
 * holds the thread, and with it everybody who could.
 *
 * Shows: timeout (10 s of wall time each: one schedule). Fixed: it looks
 * whether there is something, and lets time pass. Near miss: a blocking read of
 * what is known to be there.
 */
#include <heddle/test.h>

#include <poll.h>
#include <unistd.h>

static int
read_byte(const int *ends)
{
    char text;
    return read(ends[0], &text, 1) == 1 ? 0 : HD_E_USER;
}

static int
consume(void *arg)
{
    return read_byte(arg);
}

static int
consume_politely(void *arg)
{
    const int *ends = arg;
    struct pollfd waiting = {.fd = ends[0], .events = POLLIN};

    while (poll(&waiting, 1, 0) == 0) {
        HD_TRY(hd_sleep(HD_MS(10)));
    }
    return read_byte(ends);
}

static int
produce(void *arg)
{
    const int *ends = arg;

    HD_TRY(hd_sleep(HD_MS(25)));
    return write(ends[1], "!", 1) == 1 ? 0 : HD_E_USER;
}

static void
through_a_pipe(hd_fn *consuming)
{
    int ends[2];

    HD_CHECK(pipe(ends) == 0);
    struct hd_task *consumer = hd_task_spawn(consuming, ends);
    struct hd_task *producer = hd_task_spawn(produce, ends);
    HD_CHECK(hd_gather(consumer, producer) == 0);
    close(ends[0]);
    close(ends[1]);
}

HD_TEST(timeout_bad)
{
    through_a_pipe(consume);
}

HD_TEST(timeout_fixed)
{
    through_a_pipe(consume_politely);
}

HD_TEST(timeout_near)
{
    int ends[2];

    HD_CHECK(pipe(ends) == 0);
    HD_CHECK(hd_await(hd_coro_create(produce, ends)) == 0);
    HD_CHECK(hd_await(hd_coro_create(consume, ends)) == 0);
    close(ends[0]);
    close(ends[1]);
}
