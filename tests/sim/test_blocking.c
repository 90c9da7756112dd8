#include "sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* Every sleep of this file is the simulated one. */

static int
hold_for_six_seconds(void *arg)
{
    (void)arg;
    const uint64_t before_ns = hd_loop_now(hd_loop_running());
    const struct timespec one = {.tv_sec = 1};
    const struct timespec seven = {.tv_sec = 7};
    assert_int_equal(sleep(3), 0);
    assert_int_equal(usleep(1000000), 0);
    assert_int_equal(nanosleep(&one, NULL), 0);
    assert_int_equal(hd_loop_now(hd_loop_running()) - before_ns, HD_S(5));
    assert_int_equal(
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &seven, NULL), 0);
    assert_int_equal(hd_loop_now(hd_loop_running()) - before_ns, HD_S(7));
    return HD_OK;
}

static void
sleeping_moves_the_clock_and_is_noted(void **state)
{
    (void)state;

    assert_int_equal(sim_run(hold_for_six_seconds, NULL), HD_OK);

    assert_int_equal(sim_count(HD_LOG_BLOCKING), 4);
}

static int
count_two(void *arg)
{
    int *count = arg;
    (*count)++;
    HD_TRY(hd_sleep(HD_S(1)));
    (*count)++;
    return HD_OK;
}

static int
hold_others(void *arg)
{
    int count = 0;
    (void)arg;
    struct hd_task *other = hd_task_spawn(count_two, &count);
    assert_int_equal(hd_yield(), HD_OK);
    sleep(10);
    assert_int_equal(count, 1);
    return hd_await(other);
}

static void
nobody_else_steps_meanwhile(void **state)
{
    (void)state;

    assert_int_equal(sim_run(hold_others, NULL), HD_OK);
}

static int
look_at_clocks(void *arg)
{
    struct timespec now;
    struct timeval day;
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(1500)));
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    assert_int_equal(now.tv_sec, 1);
    assert_int_equal(now.tv_nsec, 500000000);
    assert_int_equal(time(NULL), HD_EPOCH_S + 1);
    assert_int_equal(gettimeofday(&day, NULL), 0);
    assert_int_equal(day.tv_sec, HD_EPOCH_S + 1);
    assert_int_equal(day.tv_usec, 500000);
    return HD_OK;
}

static void
clocks_tell_the_worlds_time(void **state)
{
    (void)state;

    assert_int_equal(sim_run(look_at_clocks, NULL), HD_OK);

    assert_int_equal(sim_count(HD_LOG_BLOCKING), 0);
}

static int
sleep_nonsense(void *arg)
{
    const struct timespec nonsense = {.tv_nsec = 1000000000L};
    (void)arg;
    assert_int_equal(nanosleep(&nonsense, NULL), -1);
    return HD_OK;
}

static void
a_time_that_is_none_is_refused(void **state)
{
    (void)state;

    assert_int_equal(sim_run(sleep_nonsense, NULL), HD_OK);
}

static void
outside_of_executions_clocks_are_real(void **state)
{
    struct timespec now;
    (void)state;

    assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);

    assert_true(now.tv_sec > 1700000000);
    assert_true(time(NULL) >= now.tv_sec);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sleeping_moves_the_clock_and_is_noted),
        cmocka_unit_test(nobody_else_steps_meanwhile),
        cmocka_unit_test(clocks_tell_the_worlds_time),
        cmocka_unit_test(a_time_that_is_none_is_refused),
        cmocka_unit_test(outside_of_executions_clocks_are_real),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
