/*
 * Incidents that end a process, or that the explorer writes: judged from logs
 * that are written by hand.
 */
#include "judged.h"
#include <signal.h>

static struct hd_log *events;

/* A log in which main has begun its first step. */
static int
set_up(void **state)
{
    (void)state;
    events = sim_world()->log;
    hd_log_clear(events);
    hd_log_put(events, HD_LOG_BORN, HD_ACTOR_TASK, 1, 0);
    hd_log_put(events, HD_LOG_PLACE, 0, 1, 0x1000);
    hd_log_put(events, HD_LOG_STEP, 0, 1, 0);
    return 0;
}

static void
put(struct hd_record record)
{
    hd_log_incident(events, record);
}

static void
a_failed_check_tells_its_expression_and_place(void **state)
{
    (void)state;

    hd_log_text(events, (struct hd_record){.kind = HD_LOG_CHECK, .value = 17},
                "balance == 2");
    hd_log_text(events, (struct hd_record){.kind = HD_LOG_ORIGIN}, "bank.c");

    const struct hd_finding *finding =
        assert_found("assertion", "balance == 2 does not hold (bank.c:17)");
    assert_int_equal(finding->actor, 1);
}

static void
a_broken_invariant_tells_its_expression_place_and_breaker(void **state)
{
    (void)state;

    hd_log_text(
        events,
        (struct hd_record){.kind = HD_LOG_ALWAYS, .subject = 17, .value = 1},
        "balance >= 0");
    hd_log_text(events, (struct hd_record){.kind = HD_LOG_ORIGIN}, "bank.c");

    const struct hd_finding *finding = assert_found(
        "always", "the invariant balance >= 0 does not hold after step 1, of 0 "
                  "(bank.c:17)");
    assert_int_equal(finding->actor, 1);
    assert_int_equal(judge(bit_of("always")), 0);
}

static const char *
judge_unmet(uint8_t all, uint64_t tried)
{
    set_up(NULL);
    hd_log_text(
        events,
        (struct hd_record){
            .kind = HD_LOG_SOMETIMES, .op = all, .subject = 9, .value = tried},
        "full");
    hd_log_text(events, (struct hd_record){.kind = HD_LOG_ORIGIN}, "q.c");
    return assert_found("sometimes", "full (q.c:9) was reached, but ")->message;
}

static void
a_condition_that_is_never_true_tells_how_many_schedules_were_tried(void **state)
{
    (void)state;

    assert_non_null(strstr(judge_unmet(0, 50),
                           "true in none of the 50 schedules that were tried"));
    assert_non_null(strstr(judge_unmet(1, 6),
                           "true in none of the 6 schedules that there are"));
    assert_non_null(strstr(judge_unmet(1, 1), "the only schedule"));
    assert_int_equal(judge(bit_of("sometimes")), 0);
}

static void
a_step_that_computes_for_long_tells_whose_it_is(void **state)
{
    (void)state;

    put((struct hd_record){.kind = HD_LOG_BLOCKING,
                           .op = 1,
                           .subject = 1,
                           .aux = 300,
                           .value = 0x2000});
    const struct hd_finding *finding =
        assert_found("blocking-call",
                     "the loop is held for about 300 ms by computation in 0");
    assert_int_equal(finding->place, 0x2000);
    const uint64_t signature = finding->signature;

    set_up(NULL);
    put((struct hd_record){.kind = HD_LOG_BLOCKING,
                           .op = 1,
                           .subject = 1,
                           .aux = 350,
                           .value = 0x2040});
    assert_int_equal(assert_found("blocking-call", "")->signature, signature);
}

static void
a_task_that_starves_explains_why_nothing_ends(void **state)
{
    (void)state;
    put((struct hd_record){.kind = HD_LOG_LIVELOCK, .op = 1, .subject = 5000});
    put((struct hd_record){.kind = HD_LOG_STARVED, .subject = 1, .aux = 1200});

    const struct hd_finding *finding =
        assert_found("starvation", "0 was ready while others made 1200 steps");
    assert_int_equal(finding->actor, 1);
}

static void
a_task_that_starves_is_told_with_what_it_waits_for(void **state)
{
    (void)state;
    hd_log_put(events, HD_LOG_OBJECT, HD_OBJECT_QUEUE, 1,
               UINT64_C(1) << 32 | 1);
    hd_log_put(events, HD_LOG_SUSPEND, HD_OP_GET, 1, 0x3000);
    put((struct hd_record){.kind = HD_LOG_STARVED,
                           .op = 1,
                           .subject = 1,
                           .aux = 1000,
                           .value = 0x3000});

    const struct hd_finding *finding = assert_found(
        "starvation", "0 was woken for queue 1 of 0 1000 times in a row");
    assert_int_equal(finding->place, 0x3000);
    assert_int_equal(judge(bit_of("starvation")), 0);
}

static uint64_t
signature_of_check(const char *expression, uint64_t line)
{
    set_up(NULL);
    hd_log_text(events, (struct hd_record){.kind = HD_LOG_CHECK, .value = line},
                expression);
    hd_log_text(events, (struct hd_record){.kind = HD_LOG_ORIGIN}, "bank.c");
    return assert_found("assertion", "")->signature;
}

static void
checks_differ_by_expression_and_line(void **state)
{
    (void)state;

    const uint64_t one = signature_of_check("a == 1", 5);

    assert_int_equal(signature_of_check("a == 1", 5), one);
    assert_int_not_equal(signature_of_check("a == 2", 5), one);
    assert_int_not_equal(signature_of_check("a == 1", 6), one);
}

static void
a_signal_is_a_crash(void **state)
{
    (void)state;

    put((struct hd_record){
        .kind = HD_LOG_CRASH, .subject = SIGSEGV, .value = 0x2000});

    const struct hd_finding *finding =
        assert_found("crash", "killed by SIGSEGV");
    assert_int_equal(finding->place, 0x2000);
    assert_int_equal(finding->actor, 1);
}

static void
a_fault_in_a_guard_is_a_stack_overflow(void **state)
{
    (void)state;

    put((struct hd_record){
        .kind = HD_LOG_CRASH, .op = 1, .subject = SIGSEGV, .value = 0x2000});

    assert_found("stack-overflow", "task 0 has used up its stack");
}

static void
an_exit_is_a_crash(void **state)
{
    (void)state;

    put((struct hd_record){.kind = HD_LOG_QUIT, .subject = 3});

    assert_found("crash", "the program exited with status 3");
}

static void
a_fork_is_a_crash(void **state)
{
    (void)state;

    put((struct hd_record){.kind = HD_LOG_QUIT, .op = 1});

    assert_found("crash", "the program forked");
}

static void
a_step_that_computes_for_ever_is_a_livelock(void **state)
{
    (void)state;

    put((struct hd_record){.kind = HD_LOG_HANG, .value = 0x2000});

    assert_found("livelock", "it never yields");
}

static void
a_step_that_is_blocked_is_a_timeout(void **state)
{
    (void)state;

    put((struct hd_record){.kind = HD_LOG_HANG, .op = 1, .value = 0x2000});

    assert_found("timeout", "blocked in the system");
}

static void
too_many_steps_are_a_livelock(void **state)
{
    (void)state;

    put((struct hd_record){
        .kind = HD_LOG_LIVELOCK, .op = 1, .subject = 1000000});

    assert_found("livelock", "no end after 1000000 steps");
}

static void
a_differing_result_is_told_in_its_own_words(void **state)
{
    (void)state;

    hd_log_text(events,
                (struct hd_record){.kind = HD_LOG_DIFFERENT, .value = 12},
                "balance is 1, under fifo 2");

    assert_found("nondeterministic-result", "balance is 1, under fifo 2");
}

static void
a_program_that_does_not_repeat_itself_is_uncontrolled(void **state)
{
    (void)state;

    hd_log_text(events, (struct hd_record){.kind = HD_LOG_UNCONTROLLED},
                "step 4 was another");

    assert_found("uncontrolled", "step 4 was another");
}

static void
an_error_of_an_unknown_task_does_no_harm(void **state)
{
    (void)state;

    hd_log_text(events,
                (struct hd_record){.kind = HD_LOG_UNRETRIEVED,
                                   .subject = 4000000,
                                   .value = (uint64_t)(int64_t)HD_E_USER},
                "lost");

    assert_found("unretrieved-error", "failed with HD_E_USER: lost");
}

static void
a_left_task_hides_what_is_pending_at_the_close(void **state)
{
    (void)state;

    put((struct hd_record){.kind = HD_LOG_LEFT, .subject = 1});
    put((struct hd_record){.kind = HD_LOG_PENDING, .subject = 1});

    assert_found("left-early", "the test ended while task the test");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_failed_check_tells_its_expression_and_place),
        TEST(a_step_that_computes_for_long_tells_whose_it_is),
        TEST(a_task_that_starves_explains_why_nothing_ends),
        TEST(a_task_that_starves_is_told_with_what_it_waits_for),
        TEST(a_broken_invariant_tells_its_expression_place_and_breaker),
        TEST(
            a_condition_that_is_never_true_tells_how_many_schedules_were_tried),
        TEST(checks_differ_by_expression_and_line),
        TEST(a_signal_is_a_crash),
        TEST(a_fault_in_a_guard_is_a_stack_overflow),
        TEST(an_exit_is_a_crash),
        TEST(a_fork_is_a_crash),
        TEST(a_step_that_computes_for_ever_is_a_livelock),
        TEST(a_step_that_is_blocked_is_a_timeout),
        TEST(too_many_steps_are_a_livelock),
        TEST(a_differing_result_is_told_in_its_own_words),
        TEST(a_program_that_does_not_repeat_itself_is_uncontrolled),
        TEST(an_error_of_an_unknown_task_does_no_harm),
        TEST(a_left_task_hides_what_is_pending_at_the_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
