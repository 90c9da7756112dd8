#include "explore/divergence.h"

#include <heddle/scheduler.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define RECORDS 32u

struct recorded {
    struct hd_record records[RECORDS];
    struct hd_log log;
};

/* A task is born at an address, steps, yields elsewhere, steps, ends. */
static void
record(struct recorded *recorded, uint64_t address, const char *name)
{
    struct hd_log *log = &recorded->log;
    *log = (struct hd_log){.mask = RECORDS - 1, .records = recorded->records};
    hd_log_put(log, HD_LOG_BORN, HD_ACTOR_TASK, 1, 0);
    hd_log_put(log, HD_LOG_PLACE, 0, 1, address);
    hd_log_text(log, (struct hd_record){.kind = HD_LOG_NAME, .subject = 1},
                name);
    hd_log_put(log, HD_LOG_STEP, 0, 1, 5);
    hd_log_put(log, HD_LOG_YIELD, HD_OP_YIELD, 0, address + 1);
    hd_log_put(log, HD_LOG_STEP, 0, 1, 6);
}

static void
addresses_and_texts_do_not_count(void **state)
{
    static struct recorded a, b;
    struct hd_divergence divergence;
    (void)state;
    record(&a, 0x1000, "a name");
    record(&b, 0x7000, "another name, and a longer one");

    assert_int_equal(hd_log_digest(&a.log), hd_log_digest(&b.log));
    assert_false(hd_log_diverges(&a.log, &b.log, "b", &divergence));
}

static void
the_first_step_that_differs_is_named(void **state)
{
    static struct recorded a, b;
    struct hd_divergence divergence;
    (void)state;
    record(&a, 1, "a");
    record(&b, 1, "a");
    hd_log_put(&a.log, HD_LOG_DONE, 0, 1, 0);
    hd_log_put(&b.log, HD_LOG_YIELD, HD_OP_YIELD, 0, 0);

    assert_int_not_equal(hd_log_digest(&a.log), hd_log_digest(&b.log));
    assert_true(hd_log_diverges(&a.log, &b.log, "b", &divergence));

    assert_int_equal(divergence.step, 2);
    assert_int_equal(divergence.record, a.log.count - 1);
    assert_non_null(strstr(divergence.message, "in step 2 0 ends with 0"));
    assert_non_null(strstr(divergence.message, "in b 0 yields"));
}

static void
a_log_that_ends_earlier_differs(void **state)
{
    static struct recorded a, b;
    struct hd_divergence divergence;
    (void)state;
    record(&a, 1, "a");
    record(&b, 1, "a");
    hd_log_put(&b.log, HD_LOG_DONE, 0, 1, 0);

    assert_true(hd_log_diverges(&a.log, &b.log, "b", &divergence));

    assert_non_null(strstr(divergence.message, "the execution ends"));
}

static void
an_empty_log_can_be_compared(void **state)
{
    static struct recorded a, b;
    struct hd_divergence divergence;
    (void)state;
    record(&b, 1, "b");
    a.log = (struct hd_log){.mask = RECORDS - 1, .records = a.records};

    assert_true(hd_log_diverges(&a.log, &b.log, "b", &divergence));
    assert_true(hd_log_diverges(&b.log, &a.log, "a", &divergence));
    assert_false(hd_log_diverges(&a.log, &a.log, "a", &divergence));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_and_texts_do_not_count),
        cmocka_unit_test(the_first_step_that_differs_is_named),
        cmocka_unit_test(a_log_that_ends_earlier_differs),
        cmocka_unit_test(an_empty_log_can_be_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
