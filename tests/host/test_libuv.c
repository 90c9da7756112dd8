/*
 * The host on the real libuv: real time, a few milliseconds of it, and real
 * threads.
 */
#include <heddle/heddle.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>

#include <cmocka.h>

/* ---- running ---- */

static int
returns_its_argument(void *arg)
{
    return *(int *)arg;
}

static int
is_cancelled(void *arg)
{
    (void)arg;
    hd_task_cancel(hd_task_current());
    return hd_sleep(HD_S(3600));
}

static int
runs_again(void *arg)
{
    return hd_run(returns_its_argument, arg);
}

static void
run_returns_what_main_returned(void **state)
{
    int fine = HD_OK, wrong = HD_E_USER - 7;
    (void)state;

    assert_int_equal(hd_run(returns_its_argument, &fine), HD_OK);
    assert_int_equal(hd_run(returns_its_argument, &wrong), HD_E_USER - 7);
    assert_int_equal(hd_run(is_cancelled, NULL), HD_E_CANCELLED);
    assert_int_equal(hd_run(runs_again, &fine), HD_E_LOOP_RUNNING);
}

static char order[64];
static size_t stepped;

static int
steps(void *arg)
{
    const char *name = arg;
    for (int i = 0; i < 3; i++) {
        order[stepped++] = *name;
        HD_TRY(hd_yield());
    }
    return HD_OK;
}

static char names[] = "abc";

static int
three_step(void *arg)
{
    struct hd_task *a = hd_task_spawn(steps, &names[0]);
    struct hd_task *b = hd_task_spawn(steps, &names[1]);
    struct hd_task *c = hd_task_spawn(steps, &names[2]);
    (void)arg;
    return hd_gather(a, b, c);
}

static void
ready_tasks_step_in_turn(void **state)
{
    (void)state;
    stepped = 0;

    assert_int_equal(hd_run(three_step, NULL), HD_OK);

    order[stepped] = '\0';
    assert_string_equal(order, "abcabcabc");
}

/* ---- time ---- */

/*
 * Deadlines at every place between two of libuv's milliseconds: none comes too
 * early, and none is forgotten.
 */
static int
sleeps_fractions(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    for (uint64_t us = 50; us < 1500; us += 160) {
        const uint64_t due_ns = hd_loop_now(loop) + HD_US(us);
        HD_TRY(hd_sleep(HD_US(us)));
        if (hd_loop_now(loop) < due_ns) {
            return HD_E_USER;
        }
    }
    return HD_OK;
}

static void
no_deadline_comes_early_or_never(void **state)
{
    (void)state;

    assert_int_equal(hd_run(sleeps_fractions, NULL), HD_OK);
}

static int
times_out(void *arg)
{
    struct hd_future *never = hd_future_create();
    (void)arg;
    return hd_wait_for(never, HD_MS(1));
}

static void
a_wait_times_out(void **state)
{
    (void)state;

    assert_int_equal(hd_run(times_out, NULL), HD_E_TIMEDOUT);
}

static void
note(void *arg)
{
    order[stepped++] = *(const char *)arg;
}

static void
note_and_stop(void *arg)
{
    note(arg);
    hd_loop_stop(hd_loop_running());
}

static void
equal_deadlines_fire_in_the_order_of_their_start(void **state)
{
    struct hd_loop *loop = hd_loop_create();
    const uint64_t due_ns = hd_loop_now(loop) + HD_MS(1);
    (void)state;
    stepped = 0;
    hd_loop_call_at(loop, due_ns, note, &names[1]);
    hd_loop_call_at(loop, due_ns + 1, note_and_stop, &names[0]);
    hd_loop_call_at(loop, due_ns, note, &names[2]);

    assert_int_equal(hd_loop_run_forever(loop), HD_OK);

    order[stepped] = '\0';
    assert_string_equal(order, "bca");
    hd_loop_destroy(loop);
}

/* ---- other threads ---- */

#define CALLS 1000

struct counted {
    struct hd_loop *loop;
    int calls, wanted; /* the loop's */
    int refused;
};

static void
count_one(void *arg)
{
    struct counted *counted = arg;
    if (++counted->calls == counted->wanted) {
        hd_loop_stop(counted->loop);
    }
}

static void *
call_often(void *arg)
{
    struct counted *counted = arg;
    for (int i = 0; i < CALLS; i++) {
        if (hd_loop_call_soon_threadsafe(counted->loop, count_one, counted) !=
            HD_OK) {
            counted->refused++;
        }
    }
    return NULL;
}

static void
another_thread_wakes_the_loop(void **state)
{
    struct counted counted = {.loop = hd_loop_create(), .wanted = CALLS};
    (void)state;

    for (int round = 0; round < 20; round++) {
        pthread_t thread;
        counted.calls = 0;
        assert_int_equal(pthread_create(&thread, NULL, call_often, &counted),
                         0);
        assert_int_equal(hd_loop_run_forever(counted.loop), HD_OK);
        pthread_join(thread, NULL);
        assert_int_equal(counted.calls, CALLS);
    }

    assert_int_equal(counted.refused, 0);
    hd_loop_destroy(counted.loop);
}

static void
a_call_before_the_first_run_is_kept(void **state)
{
    struct counted counted = {.loop = hd_loop_create(), .wanted = CALLS};
    pthread_t thread;
    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, call_often, &counted), 0);
    pthread_join(thread, NULL);

    assert_int_equal(hd_loop_run_forever(counted.loop), HD_OK);

    assert_int_equal(counted.calls, CALLS);
    hd_loop_destroy(counted.loop);
}

/* ---- life ---- */

static int
waits_a_moment(void *arg)
{
    (void)arg;
    return hd_sleep(HD_MS(1));
}

static void
a_loop_runs_again_after_a_stop(void **state)
{
    struct hd_loop *loop = hd_loop_create();
    struct hd_task *task = hd_loop_spawn(loop, waits_a_moment, NULL);
    (void)state;
    stepped = 0;

    hd_loop_stop(loop);
    assert_int_equal(hd_loop_run_forever(loop), HD_OK);
    hd_loop_call_soon(loop, note_and_stop, &names[0]);
    assert_int_equal(hd_loop_run_forever(loop), HD_OK);
    assert_int_equal(stepped, 1);
    assert_false(hd_task_is_done(task));
    assert_int_equal(hd_loop_run_until(loop, task), HD_OK);

    hd_loop_destroy(loop);
}

static void
closing_twice_is_fine(void **state)
{
    struct hd_loop *unused = hd_loop_create();
    struct hd_loop *used = hd_loop_create();
    (void)state;
    assert_int_equal(hd_loop_run_fn(used, waits_a_moment, NULL), HD_OK);

    assert_int_equal(hd_loop_close(used), HD_OK);
    assert_int_equal(hd_loop_close(used), HD_OK);
    assert_int_equal(hd_loop_close(unused), HD_OK);

    assert_true(hd_loop_is_closed(used));
    assert_int_equal(hd_loop_run_fn(used, waits_a_moment, NULL),
                     HD_E_LOOP_CLOSED);
    assert_int_equal(hd_loop_call_soon_threadsafe(used, note, &names[0]),
                     HD_E_LOOP_CLOSED);
    hd_loop_destroy(used);
    hd_loop_destroy(unused);
    hd_loop_destroy(NULL);
}

static void
the_default_loop_is_made_once(void **state)
{
    struct hd_loop *loop = hd_loop_default();
    (void)state;

    assert_non_null(loop);
    assert_ptr_equal(hd_loop_default(), loop);
    assert_int_equal(hd_loop_run_fn(loop, waits_a_moment, NULL), HD_OK);
    hd_loop_destroy(loop);

    struct hd_loop *fresh = hd_loop_default();
    assert_non_null(fresh);
    assert_false(hd_loop_is_closed(fresh));
    hd_loop_destroy(fresh);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run_returns_what_main_returned),
        cmocka_unit_test(ready_tasks_step_in_turn),
        cmocka_unit_test(no_deadline_comes_early_or_never),
        cmocka_unit_test(a_wait_times_out),
        cmocka_unit_test(equal_deadlines_fire_in_the_order_of_their_start),
        cmocka_unit_test(another_thread_wakes_the_loop),
        cmocka_unit_test(a_call_before_the_first_run_is_kept),
        cmocka_unit_test(a_loop_runs_again_after_a_stop),
        cmocka_unit_test(closing_twice_is_fine),
        cmocka_unit_test(the_default_loop_is_made_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
