#include "judged.h"

static struct hd_log *events;

static int
set_up(void **state)
{
    (void)state;
    events = sim_world()->log;
    hd_log_clear(events);
    hd_log_put(events, HD_LOG_BORN, HD_ACTOR_TASK, 1, 0);
    hd_log_put(events, HD_LOG_STEP, 0, 1, 0);
    return 0;
}

static void
misuse_at(uint64_t place)
{
    hd_log_incident(events, (struct hd_record){.kind = HD_LOG_MISUSE,
                                               .aux = -9000 - HD_E_DONE,
                                               .value = place});
}

static void
every_kind_has_one_row_in_alphabetical_order(void **state)
{
    size_t count;
    const struct hd_detector *rows = hd_detectors(&count);
    (void)state;

    assert_true(count > 10);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(hd_detector_find(rows[i].kind), &rows[i]);
        assert_true(rows[i].summary[0] != '\0');
        assert_true(rows[i].mask != 0);
        assert_true(i == 0 || strcmp(rows[i - 1].kind, rows[i].kind) < 0);
    }
    assert_null(hd_detector_find("dead"));
    assert_null(hd_detector_find("deadlocks"));
}

static void
every_incident_is_wanted_by_some_detector(void **state)
{
    (void)state;

    const uint64_t mask = hd_detect_mask(0);

    for (unsigned kind = 0; kind < HD_LOG_KINDS; kind++) {
        /* A fault is what findings come from, and none itself. */
        assert_int_equal(mask >> kind & 1,
                         kind >= HD_LOG_INCIDENTS && kind != HD_LOG_FAULT);
    }
}

static void
what_only_ignored_detectors_want_is_not_in_the_mask(void **state)
{
    (void)state;

    const uint64_t mask = hd_detect_mask(bit_of("deadlock") | bit_of("crash"));

    assert_false(mask >> HD_LOG_DEADLOCK & 1);
    assert_true(mask >> HD_LOG_CRASH & 1); /* of stack-overflow, too */
    assert_int_equal(hd_detect_mask(UINT64_MAX), 0);
}

static void
the_same_finding_counts_once(void **state)
{
    (void)state;
    misuse_at(0x1000);
    misuse_at(0x1000);
    misuse_at(0x2000);
    misuse_at(0x1000);

    assert_int_equal(judge(0), 2);

    assert_int_equal(found.items[0].place, 0x1000);
    assert_int_equal(found.items[1].place, 0x2000);
    assert_int_equal(found.items[0].record, 2);
}

static void
the_same_place_in_two_kinds_is_two_findings(void **state)
{
    (void)state;
    hd_log_incident(
        events, (struct hd_record){.kind = HD_LOG_NO_LOOP, .value = 0x1000});
    hd_log_incident(events,
                    (struct hd_record){.kind = HD_LOG_CLOSED, .value = 0x1000});

    assert_int_equal(judge(0), 2);

    assert_int_not_equal(found.items[0].signature, found.items[1].signature);
}

static void
findings_end_at_their_maximum(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 2 * HD_FINDINGS_MAX; i++) {
        misuse_at(0x1000 + i);
    }

    assert_int_equal(judge(0), HD_FINDINGS_MAX);
}

static void
a_text_is_not_taken_for_a_record(void **state)
{
    struct hd_record fake = {.kind = HD_LOG_DEADLOCK, .subject = 0x41414141};
    char text[17];
    (void)state;
    /* A name whose bytes would be a record, up to its first zero. */
    memset(text, 'A', sizeof(text));
    text[4] = (char)fake.kind;
    text[16] = '\0';
    hd_log_text(events, (struct hd_record){.kind = HD_LOG_NAME, .subject = 1},
                text);

    assert_int_equal(judge(0), 0);
}

static void
an_empty_log_has_no_findings(void **state)
{
    (void)state;
    hd_log_clear(events);

    assert_int_equal(judge(0), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_kind_has_one_row_in_alphabetical_order),
        TEST(every_incident_is_wanted_by_some_detector),
        TEST(what_only_ignored_detectors_want_is_not_in_the_mask),
        TEST(the_same_finding_counts_once),
        TEST(the_same_place_in_two_kinds_is_two_findings),
        TEST(findings_end_at_their_maximum),
        TEST(a_text_is_not_taken_for_a_record),
        TEST(an_empty_log_has_no_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
