/*
 * Rings in whatever way they come to light: nobody can run, main has ended, the
 * loop is closed, the others spin. One ring is one finding, and the same one.
 */
#include "every.h"

static struct hd_lock left, right;
static struct hd_task *members[4];

static void
set_up(void)
{
    hd_lock_init(&left);
    hd_lock_init(&right);
}

/* ---- a ring of two locks ---- */

static int
left_then_right(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&left));
    HD_TRY(hd_sleep(HD_MS(1)));
    HD_TRY(hd_lock_acquire(&right));
    hd_lock_release(&right);
    return hd_lock_release(&left);
}

static int
right_then_left(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&right));
    HD_TRY(hd_sleep(HD_MS(1)));
    HD_TRY(hd_lock_acquire(&left));
    hd_lock_release(&left);
    return hd_lock_release(&right);
}

static void
spawn_ring(void)
{
    set_up();
    members[0] = hd_task_spawn(left_then_right, NULL);
    members[1] = hd_task_spawn(right_then_left, NULL);
}

static int
main_awaits(void *arg)
{
    (void)arg;
    spawn_ring();
    HD_TRY(hd_await(members[0]));
    return hd_await(members[1]);
}

static int
work(void *arg)
{
    (void)arg;
    return hd_sleep(HD_MS(500));
}

static int
main_leaves(void *arg)
{
    spawn_ring();
    if (arg != NULL) {
        (void)hd_task_spawn(work, NULL);
    }
    return hd_sleep(HD_MS(20));
}

static int
spin(void *arg)
{
    const volatile int *done = arg;
    while (!*done) {
        HD_TRY(hd_yield());
    }
    return HD_OK;
}

static int
others_spin(void *arg)
{
    static int done;
    (void)arg;
    done = 0;
    spawn_ring();
    return hd_await(hd_task_spawn(spin, &done));
}

static int
tick(void *arg)
{
    (void)arg;
    for (;;) {
        HD_TRY(hd_sleep(HD_MS(1)));
    }
}

static int
others_tick(void *arg)
{
    spawn_ring();
    return hd_await(hd_task_spawn(tick, arg));
}

static int
make_ring(void *arg)
{
    (void)arg;
    spawn_ring();
    return hd_sleep(HD_MS(20));
}

static void
loop_closes(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    (void)hd_loop_run_fn(loop, make_ring, arg);
    hd_loop_destroy(loop);
}

static void
run_main(hd_fn *program, void *arg)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    rules.idle_turns_max = 200;
    rules.steps_max = 5000;
    sim_explore(program, arg, &rules, NULL, NULL);
}

static void
run_body(void (*body)(void *arg))
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    const struct hd_execution execution = {.body = body, .rules = &rules};
    hd_world_execute(sim_world(), &execution);
}

static void
a_ring_is_the_same_however_it_shows(void **state)
{
    static const char ring[] = "2 tasks wait for each other in a ring";
    (void)state;
    run_main(main_awaits, NULL);
    const uint64_t signature = assert_found("deadlock", ring)->signature;

    run_main(main_leaves, NULL);
    assert_true(assert_found("deadlock",
                             "in a ring; the test has ended without "
                             "them")
                    ->signature == signature);
    run_body(loop_closes);
    assert_true(assert_found("deadlock", "in a ring; their loop was closed")
                    ->signature == signature);
    run_main(others_spin, NULL);
    assert_true(assert_found("deadlock", "in a ring; others go on without end")
                    ->signature == signature);
    run_main(others_tick, NULL);
    assert_true(assert_found("deadlock", "in a ring; others go on without end")
                    ->signature == signature);
}

static void
where_deadlocks_are_ignored_the_rest_is_told(void **state)
{
    const uint64_t ignored = bit_of("deadlock");
    (void)state;
    run_main(main_leaves, NULL);
    assert_int_equal(judge(ignored), 2);
    assert_string_equal(found.items[0].kind, "left-early");

    run_main(others_spin, NULL);
    assert_int_equal(judge(ignored), 1);
    assert_string_equal(found.items[0].kind, "livelock");

    run_body(loop_closes);
    assert_int_equal(judge(ignored), 2);
    assert_string_equal(found.items[0].kind, "pending-at-close");

    run_main(main_awaits, NULL);
    assert_int_equal(judge(ignored), 0);
}

static void
who_could_go_on_is_left_early(void **state)
{
    (void)state;
    run_main(main_leaves, &left);

    assert_int_equal(judge(0), 2);
    assert_string_equal(found.items[0].kind, "deadlock");
    assert_string_equal(found.items[1].kind, "left-early");
    assert_non_null(strstr(found.items[1].message, "0.3"));
}

static int
want_left(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(5)));
    return hd_lock_acquire(&left);
}

static int
main_leaves_one_behind(void *arg)
{
    spawn_ring();
    (void)hd_task_spawn(want_left, arg);
    return hd_sleep(HD_MS(20));
}

static void
who_waits_for_the_ring_is_not_left_early(void **state)
{
    (void)state;
    run_main(main_leaves_one_behind, NULL);
    assert_found("deadlock", "2 tasks wait for each other in a ring");
}

/* ---- what could still be broken is no deadlock ---- */

static int
left_then_right_for(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&left));
    HD_TRY(hd_sleep(HD_MS(1)));
    const int status = hd_lock_acquire_for(&right, HD_MS(50));
    if (status == HD_OK) {
        hd_lock_release(&right);
    }
    hd_lock_release(&left);
    return status == HD_E_TIMEDOUT ? HD_OK : status;
}

/* arg: main leaves before the deadline. */
static int
one_has_a_deadline(void *arg)
{
    set_up();
    members[0] = hd_task_spawn(left_then_right_for, NULL);
    members[1] = hd_task_spawn(right_then_left, NULL);
    if (arg != NULL) {
        return hd_sleep(HD_MS(20));
    }
    return hd_gather(members[0], members[1]);
}

static int
watch(void *arg)
{
    (void)arg;
    const int status = hd_wait_for(members[1], HD_MS(50));
    return status == HD_E_TIMEDOUT ? HD_OK : status;
}

static int
one_is_watched(void *arg)
{
    spawn_ring();
    struct hd_task *watcher = hd_task_spawn(watch, NULL);
    if (arg != NULL) {
        return hd_sleep(HD_MS(20));
    }
    HD_TRY(hd_await(watcher));
    return hd_await(members[0]);
}

static int
one_is_cancelled(void *arg)
{
    (void)arg;
    spawn_ring();
    HD_TRY(hd_sleep(HD_MS(5)));
    (void)hd_task_cancel(members[1]);
    (void)hd_await(members[1]);
    /* Right is kept by it, which is a bug of its own. */
    return hd_sleep(HD_MS(5));
}

static void
assert_left_early(uint32_t count)
{
    assert_int_equal(judge(0), count);
    for (uint32_t i = 0; i < count; i++) {
        assert_string_equal(found.items[i].kind, "left-early");
    }
}

static void
a_deadline_in_the_ring_breaks_it(void **state)
{
    (void)state;
    run_main(one_has_a_deadline, NULL);
    assert_int_equal(judge(0), 0);
    run_main(one_has_a_deadline, &left);
    assert_left_early(2);
}

static void
who_is_awaited_with_a_deadline_is_not_stuck(void **state)
{
    (void)state;
    run_main(one_is_watched, &left);
    assert_left_early(3);
}

static void
a_ring_that_was_cancelled_is_none(void **state)
{
    (void)state;
    run_main(one_is_cancelled, NULL);
    assert_left_early(1);
}

/* ---- several ---- */

static int
lock_twice(void *arg)
{
    struct hd_lock own = {0};
    (void)arg;
    HD_TRY(hd_lock_acquire(&own));
    return hd_lock_acquire(&own);
}

static int
two_rings(void *arg)
{
    (void)arg;
    spawn_ring();
    members[2] = hd_task_spawn(lock_twice, NULL);
    return hd_gather(members[0], members[1], members[2]);
}

static void
each_ring_is_a_finding(void **state)
{
    (void)state;
    run_main(two_rings, NULL);

    assert_int_equal(judge(0), 2);
    assert_string_equal(found.items[0].message,
                        "2 tasks wait for each other in a ring");
    assert_string_equal(found.items[1].message,
                        "0.3 waits for a lock that it holds itself");
    assert_true(found.items[0].signature != found.items[1].signature);
}

static void
one_ring_has_one_signature_in_all_schedules(void **state)
{
    (void)state;
    const struct tally all = assert_every(main_awaits, NULL, "deadlock",
                                          "2 tasks wait for each other");
    const struct tally left_alone = assert_every(main_leaves, NULL, "deadlock",
                                                 "2 tasks wait for each other");
    assert_true(all.signature == left_alone.signature);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_is_the_same_however_it_shows),
        cmocka_unit_test(where_deadlocks_are_ignored_the_rest_is_told),
        cmocka_unit_test(who_could_go_on_is_left_early),
        cmocka_unit_test(who_waits_for_the_ring_is_not_left_early),
        cmocka_unit_test(a_deadline_in_the_ring_breaks_it),
        cmocka_unit_test(who_is_awaited_with_a_deadline_is_not_stuck),
        cmocka_unit_test(a_ring_that_was_cancelled_is_none),
        cmocka_unit_test(each_ring_is_a_finding),
        cmocka_unit_test(one_ring_has_one_signature_in_all_schedules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
