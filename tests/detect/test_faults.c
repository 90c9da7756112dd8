/*
 * What is made of findings that come after an injected fault, judged from logs
 * that are written by hand.
 */
#include "judged.h"
#include <heddle/status.h>

#define CUT_AT 0x2000u

static struct hd_log *events;

/* Main has spawned task 2, which steps. */
static int
set_up(void **state)
{
    (void)state;
    events = sim_world()->log;
    hd_log_clear(events);
    hd_log_put(events, HD_LOG_BORN, HD_ACTOR_TASK, 1, 0);
    hd_log_put(events, HD_LOG_BORN, HD_ACTOR_TASK, 2, (uint64_t)1 << 32 | 1);
    hd_log_put(events, HD_LOG_STEP, 0, 2, 0);
    return 0;
}

static void
inject(enum hd_fault fault, uint64_t place)
{
    hd_log_incident(events, (struct hd_record){.kind = HD_LOG_FAULT,
                                               .op = (uint8_t)fault,
                                               .subject = 2,
                                               .value = place});
}

static void
fail_check(bool was_told)
{
    hd_log_text(
        events,
        (struct hd_record){.kind = HD_LOG_CHECK, .op = was_told, .value = 17},
        "balance == 2");
    hd_log_text(events, (struct hd_record){.kind = HD_LOG_ORIGIN}, "bank.c");
}

static void
put(enum hd_record_kind kind, uint8_t op, uint64_t value)
{
    hd_log_incident(events, (struct hd_record){.kind = (uint8_t)kind,
                                               .op = op,
                                               .subject = 2,
                                               .value = value});
}

static void
a_finding_after_a_cancellation_is_cancel_unsafe(void **state)
{
    (void)state;
    inject(HD_FAULT_WAITING, CUT_AT);
    fail_check(false);

    const struct hd_finding *finding =
        assert_found("cancel-unsafe", "balance == 2 does not hold");

    assert_string_equal(finding->base, "assertion");
    assert_int_equal(finding->fault, 4); /* the fourth record */
}

static void
it_knows_what_it_is_without_the_cancellation(void **state)
{
    (void)state;
    fail_check(false);
    const uint64_t plain = assert_found("assertion", "")->signature;
    set_up(NULL);
    inject(HD_FAULT_WOKEN, CUT_AT);
    fail_check(false);

    const struct hd_finding *finding = assert_found("cancel-unsafe", "");

    assert_int_equal(finding->base_signature, plain);
    assert_int_not_equal(finding->signature, plain);
}

static uint64_t
signature_after_cut_at(uint64_t place)
{
    set_up(NULL);
    inject(HD_FAULT_WAITING, place);
    fail_check(false);
    return assert_found("cancel-unsafe", "")->signature;
}

static void
the_place_of_the_cancellation_tells_findings_apart(void **state)
{
    (void)state;

    const uint64_t one = signature_after_cut_at(0x1000);

    assert_int_equal(signature_after_cut_at(0x1000), one);
    assert_int_not_equal(signature_after_cut_at(0x1001), one);
}

static void
what_stands_before_the_fault_does_not_come_from_it(void **state)
{
    (void)state;
    put(HD_LOG_MISUSE, 0, 0x1000);
    inject(HD_FAULT_WAITING, CUT_AT);

    assert_int_equal(assert_found("invalid-call", "")->fault, 0);
}

static void
nothing_is_found_in_what_only_tells_of_the_cancellation(void **state)
{
    (void)state;
    inject(HD_FAULT_WAITING, CUT_AT);
    put(HD_LOG_NEVER_AWAITED, 0, 0x1000);
    put(HD_LOG_UNRETRIEVED, 0, (uint64_t)(int64_t)HD_E_CANCELLED);
    put(HD_LOG_LEFT, 1, 0x1000);
    put(HD_LOG_PENDING, 1, 0x1000);
    fail_check(true);

    assert_int_equal(judge(0), 0);
}

/* The same records where nobody was told. */
static void
what_nobody_was_told_of_counts(void **state)
{
    (void)state;
    inject(HD_FAULT_WAITING, CUT_AT);
    put(HD_LOG_UNRETRIEVED, 0, (uint64_t)(int64_t)HD_E_USER);
    put(HD_LOG_LEFT, 0, 0x1000);

    assert_int_equal(judge(0), 2);

    assert_string_equal(found.items[0].base, "unretrieved-error");
    assert_string_equal(found.items[1].base, "left-early");
}

static void
without_a_fault_they_are_findings_all_the_same(void **state)
{
    (void)state;
    put(HD_LOG_NEVER_AWAITED, 0, 0x1000);
    put(HD_LOG_LEFT, 1, 0x1000);
    fail_check(true);

    assert_int_equal(judge(0), 3);
}

static void
some_kinds_are_what_they_are_whoever_is_cancelled(void **state)
{
    (void)state;
    inject(HD_FAULT_WAITING, CUT_AT);
    put(HD_LOG_BLOCKING, 0, 0x1000);

    assert_null(assert_found("blocking-call", "")->base);
}

static void
after_a_failed_allocation_the_kind_stays(void **state)
{
    (void)state;
    inject(HD_FAULT_ALLOC, CUT_AT);
    fail_check(false);

    const struct hd_finding *finding = assert_found("assertion", "");

    assert_null(finding->base);
    assert_int_equal(finding->fault, 4);
}

static void
it_is_ignored_by_its_own_name_and_by_that_of_its_base(void **state)
{
    (void)state;
    inject(HD_FAULT_WAITING, CUT_AT);
    fail_check(false);

    assert_int_equal(judge(bit_of("cancel-unsafe")), 0);
    assert_int_equal(judge(bit_of("assertion")), 0);
    assert_int_equal(judge(bit_of("deadlock")), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_finding_after_a_cancellation_is_cancel_unsafe),
        TEST(it_knows_what_it_is_without_the_cancellation),
        TEST(the_place_of_the_cancellation_tells_findings_apart),
        TEST(what_stands_before_the_fault_does_not_come_from_it),
        TEST(nothing_is_found_in_what_only_tells_of_the_cancellation),
        TEST(what_nobody_was_told_of_counts),
        TEST(without_a_fault_they_are_findings_all_the_same),
        TEST(some_kinds_are_what_they_are_whoever_is_cancelled),
        TEST(after_a_failed_allocation_the_kind_stays),
        TEST(it_is_ignored_by_its_own_name_and_by_that_of_its_base),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
