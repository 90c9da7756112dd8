/*
 * Tests that depend on more than their schedule. Each must be found
 * `uncontrolled`; the last two must not.
 */
#include <heddle/test.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int
yield_times(void *arg)
{
    for (int i = *(const int *)arg; i > 0; i--) {
        HD_TRY(hd_yield());
    }
    return 0;
}

/* Two tasks, one of which yields so many times. */
static void
run_with(int times)
{
    struct hd_task *a = hd_task_spawn(yield_times, &times);
    struct hd_task *b = hd_task_spawn(yield_times, &times);
    HD_CHECK(hd_gather(a, b) == 0);
}

/* The kernel's clock, not the world's. */
static long
real_ns(void)
{
    struct timespec now = {0};
    (void)syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return now.tv_nsec;
}

/*
 * A counter that outlives executions: the environment is no global of the
 * program, so nobody restores it.
 */
static int *
find_counter(void)
{
    const char *text = getenv("COUNTER");
    void *at = NULL;
    if (text != NULL && sscanf(text, "%p", &at) == 1) {
        return at;
    }
    char made[32];
    int *counter = calloc(1, sizeof(*counter));
    (void)snprintf(made, sizeof(made), "%p", (void *)counter);
    (void)setenv("COUNTER", made, 1);
    return counter;
}

HD_TEST(hidden_counter, .expect = "uncontrolled")
{
    run_with(++*find_counter() % 7);
}

/* Repeats itself at first: only later executions show it. */
HD_TEST(late_counter, .expect = "uncontrolled")
{
    run_with(2 + (++*find_counter() > 4));
}

HD_TEST(real_time, .expect = "uncontrolled")
{
    run_with((int)(real_ns() / 100 % 97));
}

HD_TEST(process_id, .expect = "uncontrolled")
{
    run_with((int)(getpid() % 13));
}

/* A finding that shows in some processes only. */
HD_TEST(fails_now_and_then, .expect = "assertion,uncontrolled")
{
    run_with(2);
    HD_CHECK(real_ns() / 1000 % 3 != 0);
}

static int
yield_by_address(void *arg)
{
    const uintptr_t bits = (uintptr_t)arg >> 4;
    for (uintptr_t i = bits % 11; i > 0; i--) {
        HD_TRY(hd_yield());
    }
    return 0;
}

/* Never freed: elsewhere in each execution. */
HD_TEST(address, .expect = "uncontrolled")
{
    struct hd_task *a = hd_task_spawn(yield_by_address, malloc(24));
    struct hd_task *b = hd_task_spawn(yield_by_address, malloc(24));
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(simulated_time)
{
    (void)hd_sleep(HD_MS(3));
    run_with((int)(hd_loop_now(hd_loop_running()) / HD_MS(1) % 4));
}

HD_TEST(seeded_random)
{
    run_with((int)hd_random(4));
}
