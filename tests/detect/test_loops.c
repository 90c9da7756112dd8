/*
 * Loops that are not where they belong: foreign-loop, loop-never-closed,
 * loop-reused; and what looks like them.
 */
#include "judged.h"

#include "task/here.h"

static int
nothing(void *arg)
{
    (void)arg;
    return HD_OK;
}

static int
wait_a_little(void *arg)
{
    (void)arg;
    return hd_sleep(HD_MS(1));
}

/* Run a bare body. */
static void
run(void (*body)(void *arg))
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    const struct hd_execution execution = {.body = body, .rules = &rules};
    hd_world_execute(sim_world(), &execution);
}

/* ---- foreign-loop ---- */

static struct hd_future *shared;
static struct hd_lock lock;

static int
await_shared(void *arg)
{
    (void)arg;
    return hd_await(shared);
}

static void
await_on_another_loop(void *arg)
{
    (void)arg;
    struct hd_loop *loop = hd_loop_create();
    shared = hd_loop_future(loop);
    assert_int_equal(hd_run(await_shared, NULL), HD_E_FOREIGN_LOOP);
    hd_loop_destroy(loop);
}

static void
an_await_on_another_loop_names_both_loops(void **state)
{
    (void)state;

    run(await_on_another_loop);

    const struct hd_finding *finding =
        assert_found("foreign-loop", "an object of loop 1 meets loop 2");
    assert_int_not_equal(finding->also[0].place, 0);
    assert_int_not_equal(finding->also[1].place, 0);
    assert_int_not_equal(finding->also[0].place, finding->also[1].place);
    assert_int_equal(judge(bit_of("foreign-loop")), 0);
}

static int
stand_in_line(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    return hd_lock_acquire(&lock);
}

static int
take_lock(void *arg)
{
    (void)arg;
    return hd_lock_acquire(&lock);
}

static void
wait_behind_another_loop(void *arg)
{
    (void)arg;
    struct hd_loop *loop = hd_loop_create();
    hd_lock_init(&lock);
    hd_task_detach(hd_loop_spawn(loop, stand_in_line, NULL));
    hd_loop_stop(loop);
    assert_int_equal(hd_loop_run_forever(loop), HD_OK);
    assert_int_equal(hd_run(take_lock, NULL), HD_E_FOREIGN_LOOP);
}

static void
a_line_of_another_loop_is_foreign(void **state)
{
    (void)state;

    run(wait_behind_another_loop);

    assert_found("foreign-loop", "an object of loop 1 meets loop 2");
}

static int
use_lock(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    HD_TRY(hd_yield());
    return hd_lock_release(&lock);
}

static void
use_lock_on_two_loops(void *arg)
{
    (void)arg;
    hd_lock_init(&lock);
    assert_int_equal(hd_run(use_lock, NULL), HD_OK);
    assert_int_equal(hd_run(use_lock, NULL), HD_OK);
}

static void
a_lock_may_serve_two_loops_in_turn(void **state)
{
    (void)state;

    run(use_lock_on_two_loops);

    assert_int_equal(judge(0), 0);
}

/* ---- loop-never-closed ---- */

static struct hd_loop *kept;

static void
keep_a_loop(void *arg)
{
    (void)arg;
    kept = hd_loop_create();
    assert_int_equal(hd_loop_run_fn(kept, wait_a_little, NULL), HD_OK);
    hd_world_close_loops(hd_world_here());
}

static void
a_loop_that_is_left_open_is_told_where_it_was_made(void **state)
{
    (void)state;

    run(keep_a_loop);

    const struct hd_finding *finding =
        assert_found("loop-never-closed", "made and never closed");
    const uint64_t body = (uint64_t)(uintptr_t)keep_a_loop;
    assert_in_range(finding->place, body, body + 256);
    assert_int_equal(judge(bit_of("loop-never-closed")), 0);
}

static void
close_loops_in_every_way(void *arg)
{
    (void)arg;
    hd_loop_close(hd_loop_create());
    hd_loop_destroy(hd_loop_create());
    hd_run(nothing, NULL);
    hd_loop_run_fn(hd_loop_default(), nothing, NULL);
    hd_world_close_loops(hd_world_here());
}

static void
closed_destroyed_and_default_loops_are_fine(void **state)
{
    (void)state;

    run(close_loops_in_every_way);

    assert_int_equal(judge(0), 0);
}

static void
lend_a_default_loop(void *arg)
{
    (void)arg;
    hd_loop_set_default(hd_loop_create());
    hd_world_close_loops(hd_world_here());
}

static void
a_loop_that_was_lent_as_the_default_is_fine(void **state)
{
    (void)state;

    run(lend_a_default_loop);

    assert_int_equal(judge(0), 0);
}

static void
abandon_with_a_loop(void *arg)
{
    (void)arg;
    kept = hd_loop_create();
    hd_world_abandon(hd_world_here(), HD_OUTCOME_FAILED);
}

static void
an_abandoned_execution_says_nothing_of_loops(void **state)
{
    (void)state;

    run(abandon_with_a_loop);

    assert_int_equal(judge(0), 0);
}

/* ---- loop-reused ---- */

/* As hd_subtest_begin does; the harness is not linked here. */
static void
begin(uint32_t number, const char *name)
{
    hd_here.subtest = number;
    hd_log_text(hd_here_log(),
                (struct hd_record){.kind = HD_LOG_SUBTEST, .subject = number},
                name);
}

static void
end(void)
{
    hd_log_text(hd_here_log(),
                (struct hd_record){.kind = HD_LOG_SUBTEST,
                                   .op = 1,
                                   .subject = hd_here.subtest},
                NULL);
    hd_here.subtest = 0;
}

static void
use_default_in_two(void *arg)
{
    (void)arg;
    begin(1, "first");
    hd_loop_run_fn(hd_loop_default(), nothing, NULL);
    end();
    begin(2, "second");
    hd_loop_run_fn(hd_loop_default(), nothing, NULL);
    hd_loop_run_fn(hd_loop_default(), nothing, NULL);
    end();
}

static void
a_loop_of_another_subtest_is_reused_once(void **state)
{
    (void)state;

    run(use_default_in_two);

    const struct hd_finding *finding =
        assert_found("loop-reused", "second uses a loop that first has made");
    assert_int_not_equal(finding->also[0].place, 0);
    assert_int_equal(judge(bit_of("loop-reused")), 0);
}

static void
use_default_in_three(void *arg)
{
    use_default_in_two(arg);
    begin(3, "third");
    hd_loop_run_fn(hd_loop_default(), nothing, NULL);
    end();
}

static void
each_pair_of_subtests_is_a_finding(void **state)
{
    (void)state;

    run(use_default_in_three);

    assert_int_equal(judge(0), 2);
    assert_string_equal(found.items[1].message,
                        "third uses a loop that first has made");
}

static void
call_soon_on_anothers(void *arg)
{
    (void)arg;
    begin(1, "first");
    kept = hd_loop_create();
    end();
    begin(2, "second");
    hd_task_detach(hd_loop_spawn(kept, nothing, NULL));
    end();
    hd_loop_run_fn(kept, wait_a_little, NULL);
    hd_loop_destroy(kept);
}

static void
spawning_on_it_is_a_use_and_what_no_subtest_does_is_none(void **state)
{
    (void)state;

    run(call_soon_on_anothers);

    assert_found("loop-reused", "second uses a loop that first has made");
}

static void
leave_it_stopped(void *arg)
{
    (void)arg;
    begin(1, "first");
    hd_loop_run_fn(hd_loop_default(), nothing, NULL);
    hd_loop_stop(hd_loop_default());
    end();
    begin(2, "second");
    hd_loop_run_forever(hd_loop_default());
    end();
}

static void
a_stop_flag_left_by_another_subtest_is_named(void **state)
{
    (void)state;

    run(leave_it_stopped);

    assert_found("loop-reused",
                 "second runs a loop whose stop flag first has left set");
}

static void
leave_sessions_stopped(void *arg)
{
    (void)arg;
    kept = hd_loop_create();
    begin(1, "first");
    hd_loop_run_fn(kept, nothing, NULL);
    hd_loop_stop(kept);
    end();
    begin(2, "second");
    hd_loop_run_forever(kept);
    end();
    hd_loop_destroy(kept);
}

static void
a_sessions_loop_is_reported_if_its_stop_flag_leaks(void **state)
{
    (void)state;

    run(leave_sessions_stopped);

    assert_found("loop-reused", "whose stop flag first has left set");
}

static void
share_a_sessions_loop(void *arg)
{
    (void)arg;
    kept = hd_loop_create();
    begin(1, "first");
    hd_loop_stop(kept);
    hd_loop_run_forever(kept);
    hd_loop_run_fn(kept, nothing, NULL);
    end();
    begin(2, "second");
    hd_loop_run_fn(kept, nothing, NULL);
    end();
    hd_loop_destroy(kept);
}

static void
a_sessions_loop_may_be_shared(void **state)
{
    (void)state;

    run(share_a_sessions_loop);

    assert_int_equal(judge(0), 0);
}

static void
use_fresh_loops(void *arg)
{
    (void)arg;
    for (uint32_t i = 1; i <= 3; i++) {
        begin(i, "case");
        hd_run(nothing, NULL);
        end();
    }
}

static void
a_fresh_loop_in_each_subtest_is_fine(void **state)
{
    (void)state;

    run(use_fresh_loops);

    assert_int_equal(judge(0), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_await_on_another_loop_names_both_loops),
        cmocka_unit_test(a_line_of_another_loop_is_foreign),
        cmocka_unit_test(a_lock_may_serve_two_loops_in_turn),
        cmocka_unit_test(a_loop_that_is_left_open_is_told_where_it_was_made),
        cmocka_unit_test(closed_destroyed_and_default_loops_are_fine),
        cmocka_unit_test(a_loop_that_was_lent_as_the_default_is_fine),
        cmocka_unit_test(an_abandoned_execution_says_nothing_of_loops),
        cmocka_unit_test(a_loop_of_another_subtest_is_reused_once),
        cmocka_unit_test(each_pair_of_subtests_is_a_finding),
        cmocka_unit_test(
            spawning_on_it_is_a_use_and_what_no_subtest_does_is_none),
        cmocka_unit_test(a_stop_flag_left_by_another_subtest_is_named),
        cmocka_unit_test(a_sessions_loop_is_reported_if_its_stop_flag_leaks),
        cmocka_unit_test(a_sessions_loop_may_be_shared),
        cmocka_unit_test(a_fresh_loop_in_each_subtest_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
