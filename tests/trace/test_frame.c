/*
 * Logs with frames in them, as a replay writes them.
 */
#include "trace/frame.h"

#include "trace/records.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define RECORDS 64u

static struct hd_record records[RECORDS];

static struct hd_log
empty_log(void)
{
    return (struct hd_log){.mask = RECORDS - 1, .records = records};
}

/* A call of a task, with a frame from sp up to its end. */
static void
put_caller(struct hd_log *log, uint8_t op, const struct hd_frame *frame)
{
    hd_log_put(log, HD_LOG_CALLER, op, frame->actor, frame->place);
    hd_frame_log(log, frame);
}

static void
a_frame_is_read_as_it_was_logged(void **state)
{
    struct hd_log log = empty_log();
    const struct hd_frame frame = {.place = 0x401000,
                                   .sp = 0x7000,
                                   .end = 0x7080,
                                   .bp = 0x7070,
                                   .bx = 0x7010,
                                   .actor = 3};
    (void)state;

    put_caller(&log, 0, &frame);
    const struct hd_frame read = hd_frame_read(&log, 0);

    assert_int_equal(read.place, frame.place);
    assert_int_equal(read.sp, frame.sp);
    assert_int_equal(read.end, frame.end);
    assert_int_equal(read.bp, frame.bp);
    assert_int_equal(read.bx, frame.bx);
    assert_int_equal(read.actor, frame.actor);
}

static void
the_frame_that_holds_an_address_is_found(void **state)
{
    struct hd_log log = empty_log();
    struct hd_frame found = {.place = 0};
    (void)state;
    put_caller(&log, 0,
               &(struct hd_frame){.place = 1, .sp = 0x7000, .end = 0x7080});
    put_caller(&log, 1,
               &(struct hd_frame){.place = 2, .sp = 0x7080, .end = 0x7100});
    put_caller(&log, 2, &(struct hd_frame){.place = 3, .sp = 0x7100});

    assert_true(hd_frame_find(&log, 0x707f, log.count, &found));
    assert_int_equal(found.place, 1);
    assert_true(hd_frame_find(&log, 0x7080, log.count, &found));
    assert_int_equal(found.place, 2);
    assert_false(hd_frame_find(&log, 0x7100, log.count, &found));
    assert_false(hd_frame_find(&log, 0x6fff, log.count, &found));
    assert_int_equal(found.place, 2);
}

/* Tasks use a stack one after the other. */
static void
the_last_frame_before_a_record_is_meant(void **state)
{
    struct hd_log log = empty_log();
    struct hd_frame found;
    (void)state;
    hd_log_put(&log, HD_LOG_STEP, 0, 1, 0);
    put_caller(&log, 0,
               &(struct hd_frame){
                   .place = 1, .sp = 0x7000, .end = 0x7080, .actor = 1});
    put_caller(&log, 0,
               &(struct hd_frame){
                   .place = 2, .sp = 0x7000, .end = 0x7080, .actor = 2});
    const uint64_t between = log.count;
    put_caller(&log, 0,
               &(struct hd_frame){
                   .place = 3, .sp = 0x7000, .end = 0x7080, .actor = 3});

    assert_true(hd_frame_find(&log, 0x7010, between - 1, &found));
    assert_int_equal(found.actor, 2);
    assert_true(hd_frame_find(&log, 0x7010, 0, &found));
    assert_int_equal(found.actor, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_read_as_it_was_logged),
        cmocka_unit_test(the_frame_that_holds_an_address_is_found),
        cmocka_unit_test(the_last_frame_before_a_record_is_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
