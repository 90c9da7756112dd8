#include "base/log.h"

#include "base/assert.h"
#include <heddle/scheduler.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RECORDS 64u

static struct hd_record records[RECORDS];
static struct hd_log events;

static int
set_up(void **state)
{
    (void)state;
    memset(records, 0xee, sizeof(records));
    events = (struct hd_log){.mask = RECORDS - 1, .records = records};
    return 0;
}

/* ---- records ---- */

static void
a_record_is_kept_as_it_was_put(void **state)
{
    (void)state;

    hd_log_put(&events, HD_LOG_WAKE, 3, 7, UINT64_MAX);

    assert_int_equal(events.count, 1);
    assert_int_equal(records[0].kind, HD_LOG_WAKE);
    assert_int_equal(records[0].op, 3);
    assert_int_equal(records[0].aux, 0);
    assert_int_equal(records[0].subject, 7);
    assert_int_equal(records[0].value, UINT64_MAX);
}

static void
a_full_log_wraps_over_its_oldest_records(void **state)
{
    (void)state;

    for (uint32_t i = 0; i < RECORDS + 3; i++) {
        hd_log_put(&events, HD_LOG_WAKE, 0, i, 0);
    }

    assert_int_equal(events.count, RECORDS + 3);
    assert_int_equal(records[0].subject, RECORDS);
    assert_int_equal(records[2].subject, RECORDS + 2);
    assert_int_equal(records[3].subject, 3);
}

static void
an_incident_sets_the_bit_of_its_kind(void **state)
{
    (void)state;

    hd_log_incident(&events, (struct hd_record){.kind = HD_LOG_NO_LOOP});
    hd_log_incident(&events, (struct hd_record){.kind = HD_LOG_HANG});

    assert_int_equal(events.seen, UINT64_C(1) << HD_LOG_NO_LOOP |
                                      UINT64_C(1) << HD_LOG_HANG);
    assert_int_equal(events.count, 2);
}

static void
an_ordinary_record_sets_no_bit(void **state)
{
    (void)state;

    hd_log_put(&events, HD_LOG_DONE, 0, 1, 0);
    hd_log_text(&events, (struct hd_record){.kind = HD_LOG_NAME}, "ann");

    assert_int_equal(events.seen, 0);
}

static void
clearing_forgets_records_and_incidents(void **state)
{
    (void)state;
    hd_log_incident(&events, (struct hd_record){.kind = HD_LOG_LEFT});

    hd_log_clear(&events);

    assert_int_equal(events.count, 0);
    assert_int_equal(events.seen, 0);
}

/* ---- texts ---- */

/* Log a text of the given length; returns how many parts it has. */
static unsigned
put_text(size_t length)
{
    char text[512];
    memset(text, 'x', length);
    text[length] = '\0';
    hd_log_text(&events, (struct hd_record){.kind = HD_LOG_CHECK}, text);
    return records[0].aux;
}

static void
a_text_has_a_part_for_each_16_bytes(void **state)
{
    static const struct {
        size_t length;
        unsigned parts;
    } texts[] = {{0, 0}, {1, 1}, {16, 1}, {17, 2}, {239, 15}, {240, 15}};
    (void)state;

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        hd_log_clear(&events);
        assert_int_equal(put_text(texts[i].length), texts[i].parts);
        assert_int_equal(events.count, 1 + texts[i].parts);
        assert_int_equal(hd_record_parts(&records[0]), texts[i].parts);
    }
}

static void
a_text_is_cut_at_240_bytes(void **state)
{
    (void)state;

    const unsigned parts = put_text(500);

    assert_int_equal(parts, 15);
    assert_int_equal(events.count, 16);
}

static void
the_parts_hold_the_bytes_and_zeros_after_them(void **state)
{
    char text[32];
    (void)state;

    hd_log_text(&events, (struct hd_record){.kind = HD_LOG_NAME},
                "a name of 22 bytes, so");
    memcpy(text, &records[1], sizeof(text));

    assert_memory_equal(text, "a name of 22 bytes, so\0\0\0\0\0\0\0\0\0", 32);
}

static void
no_text_at_all_is_a_text_of_no_parts(void **state)
{
    (void)state;

    hd_log_text(&events, (struct hd_record){.kind = HD_LOG_ORIGIN, .aux = 9},
                NULL);

    assert_int_equal(events.count, 1);
    assert_int_equal(hd_record_parts(&records[0]), 0);
}

static void
a_text_of_an_incident_sets_its_bit(void **state)
{
    (void)state;

    put_text(3);

    assert_int_equal(events.seen, UINT64_C(1) << HD_LOG_CHECK);
}

static void
a_text_at_the_end_of_the_ring_goes_on_at_its_start(void **state)
{
    char text[17];
    (void)state;
    for (uint32_t i = 0; i < RECORDS - 1; i++) {
        hd_log_put(&events, HD_LOG_WAKE, 0, i, 0);
    }

    hd_log_text(&events, (struct hd_record){.kind = HD_LOG_NAME},
                "round the corner");
    memcpy(text, &records[0], 16);
    text[16] = '\0';

    assert_int_equal(records[RECORDS - 1].kind, HD_LOG_NAME);
    assert_string_equal(text, "round the corner");
}

static void
only_kinds_with_a_text_have_parts(void **state)
{
    (void)state;

    unsigned kinds = 0;
    for (unsigned kind = 0; kind < HD_LOG_KINDS; kind++) {
        const struct hd_record record = {.kind = (uint8_t)kind, .aux = 5};
        kinds += hd_record_parts(&record) == 5;
    }

    /*
     * name, result, subtest, origin, unretrieved, check, different,
     * uncontrolled, always, sometimes, race
     */
    assert_int_equal(kinds, 11);
    const struct hd_record step = {.kind = HD_LOG_STEP, .aux = 5};
    assert_int_equal(hd_record_parts(&step), 0);
}

/* ---- paths ---- */

static void
birth(uint32_t id, uint32_t parent, uint32_t ordinal, enum hd_actor_kind kind)
{
    hd_log_put(&events, HD_LOG_BORN, (uint8_t)kind, id,
               (uint64_t)parent << 32 | ordinal);
}

static const char *
path(uint32_t id)
{
    static char text[256];
    return hd_log_path(&events, id, text, sizeof(text)) ? text : NULL;
}

static void
a_path_names_each_birth_on_the_way_from_main(void **state)
{
    (void)state;
    birth(1, 0, 0, HD_ACTOR_TASK);
    birth(2, 1, 3, HD_ACTOR_TASK);
    birth(3, 2, 12, HD_ACTOR_TASK);

    assert_string_equal(path(1), "0");
    assert_string_equal(path(2), "0.3");
    assert_string_equal(path(3), "0.3.12");
}

static void
each_kind_of_event_has_its_word(void **state)
{
    (void)state;
    birth(1, 0, 0, HD_ACTOR_TASK);
    birth(2, 1, 1, HD_ACTOR_TIMER);
    birth(3, 1, 2, HD_ACTOR_CALLBACK);
    birth(4, 1, 3, HD_ACTOR_EXIT);
    birth(5, 3, 1, HD_ACTOR_IO);
    birth(6, 0, 0, HD_ACTOR_CLOCK);

    assert_string_equal(path(2), "0/timer1");
    assert_string_equal(path(3), "0/call2");
    assert_string_equal(path(4), "0/exit3");
    assert_string_equal(path(5), "0/call2/io1");
    assert_string_equal(path(6), "clock");
}

static void
the_code_outside_of_all_tasks_is_called_0(void **state)
{
    (void)state;

    assert_string_equal(path(0), "0");
}

static void
a_birth_that_the_ring_has_lost_gives_no_path(void **state)
{
    (void)state;
    birth(1, 0, 1, HD_ACTOR_TASK);
    for (uint32_t i = 0; i < RECORDS - 1; i++) {
        hd_log_put(&events, HD_LOG_WAKE, 0, 1, 0);
    }
    assert_string_equal(path(1), "0.1");

    birth(2, 1, 1, HD_ACTOR_TASK);

    assert_null(path(1));
    assert_null(path(2));
}

static void
a_path_is_cut_to_its_buffer(void **state)
{
    char text[6];
    (void)state;
    birth(1, 0, 0, HD_ACTOR_TASK);
    birth(2, 1, 100, HD_ACTOR_TASK);
    birth(3, 2, 200, HD_ACTOR_TASK);

    assert_true(hd_log_path(&events, 3, text, sizeof(text)));

    assert_string_equal(text, "0.100");
}

static void
a_path_is_cut_at_64_generations(void **state)
{
    static struct hd_record room[128];
    (void)state;
    events = (struct hd_log){.mask = 127, .records = room};
    birth(1, 0, 0, HD_ACTOR_TASK);
    for (uint32_t id = 2; id <= 100; id++) {
        birth(id, id - 1, 1, HD_ACTOR_TASK);
    }

    assert_int_equal(strlen(path(65)), 1 + 2 * 64);
    assert_int_equal(strlen(path(66)), 1 + 2 * 64);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_is_kept_as_it_was_put),
        TEST(a_full_log_wraps_over_its_oldest_records),
        TEST(an_incident_sets_the_bit_of_its_kind),
        TEST(an_ordinary_record_sets_no_bit),
        TEST(clearing_forgets_records_and_incidents),
        TEST(a_text_has_a_part_for_each_16_bytes),
        TEST(a_text_is_cut_at_240_bytes),
        TEST(the_parts_hold_the_bytes_and_zeros_after_them),
        TEST(no_text_at_all_is_a_text_of_no_parts),
        TEST(a_text_of_an_incident_sets_its_bit),
        TEST(a_text_at_the_end_of_the_ring_goes_on_at_its_start),
        TEST(only_kinds_with_a_text_have_parts),
        TEST(a_path_names_each_birth_on_the_way_from_main),
        TEST(each_kind_of_event_has_its_word),
        TEST(the_code_outside_of_all_tasks_is_called_0),
        TEST(a_birth_that_the_ring_has_lost_gives_no_path),
        TEST(a_path_is_cut_to_its_buffer),
        TEST(a_path_is_cut_at_64_generations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
