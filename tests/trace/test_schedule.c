/*
 * Schedules: lists of deviations, and how they are read from a log.
 */
#include "trace/schedule.h"

#include "base/random.h"
#include "sim.h"
#include "trace/token.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- memory that may fail ---- */

static size_t fail_in; /* the allocation that fails, from 1; 0: none */

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *
__wrap_realloc(void *memory, size_t size)
{
    return fail_in > 0 && --fail_in == 0 ? NULL : __real_realloc(memory, size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return fail_in > 0 && --fail_in == 0 ? NULL : __real_calloc(count, size);
}

/* ---- lists ---- */

static struct hd_schedule
schedule_of(uint32_t count)
{
    struct hd_schedule schedule = {0};
    for (uint32_t i = 0; i < count; i++) {
        const struct hd_deviation item = {.step = i + 1};
        assert_true(hd_schedule_add(&schedule, &item));
    }
    return schedule;
}

static void
items_stay_in_the_order_of_adding(void **state)
{
    struct hd_schedule schedule = schedule_of(100);
    (void)state;

    assert_int_equal(schedule.count, 100);
    for (uint32_t i = 0; i < 100; i++) {
        assert_int_equal(schedule.items[i].step, i + 1);
    }
    hd_schedule_finish(&schedule);
    assert_int_equal(schedule.count, 0);
}

static void
a_copy_is_its_own(void **state)
{
    struct hd_schedule schedule = schedule_of(20);
    struct hd_schedule copy;
    (void)state;

    assert_true(hd_schedule_copy(&copy, &schedule));
    schedule.items[0].step = 99;
    hd_schedule_finish(&schedule);

    assert_int_equal(copy.count, 20);
    assert_int_equal(copy.items[0].step, 1);
    hd_schedule_finish(&copy);
}

static void
a_selection_has_what_was_flagged(void **state)
{
    static const bool keep[] = {true, false, false, true, true};
    struct hd_schedule schedule = schedule_of(5);
    struct hd_schedule some;
    (void)state;

    assert_true(hd_schedule_select(&some, &schedule, keep));

    assert_int_equal(some.count, 3);
    assert_int_equal(some.items[0].step, 1);
    assert_int_equal(some.items[1].step, 4);
    assert_int_equal(some.items[2].step, 5);
    hd_schedule_finish(&schedule);
    hd_schedule_finish(&some);
}

static void
without_memory_nothing_is_added_and_the_rest_is_kept(void **state)
{
    struct hd_schedule schedule = schedule_of(16);
    const struct hd_deviation item = {.step = 17};
    (void)state;

    fail_in = 1;
    assert_false(hd_schedule_add(&schedule, &item));
    assert_int_equal(schedule.count, 16);
    assert_true(hd_schedule_add(&schedule, &item));

    assert_int_equal(schedule.items[16].step, 17);
    hd_schedule_finish(&schedule);
}

static void
without_memory_a_copy_is_false(void **state)
{
    struct hd_schedule schedule = schedule_of(40);
    (void)state;

    for (size_t nth = 1; nth <= 3; nth++) { /* 16, 32, 64 */
        struct hd_schedule copy;
        fail_in = nth;
        assert_false(hd_schedule_copy(&copy, &schedule));
        hd_schedule_finish(&copy);
    }
    hd_schedule_finish(&schedule);
}

/* ---- reading a log ---- */

static int
yield_twice(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    return hd_yield();
}

static int
choose_and_yield(void *arg)
{
    (void)arg;
    (void)hd_choose(3);
    HD_TRY(hd_yield());
    (void)hd_choose(3);
    return HD_OK;
}

static int
two_children(void *arg)
{
    struct hd_task *a = hd_task_spawn(yield_twice, arg);
    struct hd_task *b = hd_task_spawn(choose_and_yield, arg);
    HD_TRY(hd_await(a));
    return hd_await(b);
}

/* Whom to pick and what to choose, one letter a time; then the default. */
struct script {
    const char *picks, *values;
};

static struct hd_actor *
pick_scripted(void *self, const struct hd_view *view)
{
    struct script *script = self;
    if (*script->picks == '\0') {
        return view->first;
    }
    const uint32_t wanted = (uint32_t)(*script->picks++ - '0');
    for (uint32_t i = 0; i < view->ready_count; i++) {
        if (view->ready[i]->id == wanted) {
            return view->ready[i];
        }
    }
    return view->first;
}

static uint64_t
choose_scripted(void *self, const struct hd_view *view,
                const struct hd_value *value)
{
    struct script *script = self;
    (void)view;
    (void)value;
    return *script->values != '\0' ? (uint64_t)(*script->values++ - '0') : 0;
}

static const struct hd_strategy scripted = {
    .name = "scripted",
    .abi = HD_STRATEGY_ABI,
    .pick = pick_scripted,
    .choose = choose_scripted,
};

/* The schedule of a run, as a token's last part. */
static void
assert_schedule(struct script script, const char *expected)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    assert_int_equal(
        sim_explore(two_children, NULL, &rules, &scripted, &script),
        HD_OUTCOME_OK);
    struct hd_names names;
    struct hd_token token = {.print = 0};
    assert_true(hd_names_init(&names, sim_world()->log));
    assert_true(hd_schedule_read(&token.schedule, sim_world()->log, &names));
    char *text = hd_token_write(&token);
    assert_string_equal(strrchr(text, ':') + 1, expected);
    free(text);
    hd_token_finish(&token);
    hd_names_finish(&names);
}

static void
the_default_has_no_deviations(void **state)
{
    (void)state;

    assert_schedule((struct script){"", ""}, "fifo");
}

static void
a_deviation_is_keyed_by_the_step_that_was_not_taken(void **state)
{
    (void)state;

    assert_schedule((struct script){"3", ""}, "0.1@1=0.2");
    assert_schedule((struct script){"23", ""}, "fifo");
    assert_schedule((struct script){"232", ""}, "fifo");
    assert_schedule((struct script){"22", ""}, "0.2@1=0.1");
}

static void
two_deviations_from_one_step_share_their_key(void **state)
{
    (void)state;

    assert_schedule((struct script){"33", ""}, "0.1@1=0.2,0.2");
}

static void
values_but_0_are_in_it_with_their_ordinal(void **state)
{
    (void)state;

    assert_schedule((struct script){"", "20"}, "0.2~1=2");
    assert_schedule((struct script){"", "01"}, "0.2~2=1");
    assert_schedule((struct script){"3", "12"}, "0.1@1=0.2+0.2~1=1+0.2~2=2");
}

static void
reading_without_memory_is_false(void **state)
{
    struct script script = {"33", "12"};
    struct hd_names names;
    const struct hd_rules rules = HD_RULES_DEFAULT;
    (void)state;
    sim_explore(two_children, NULL, &rules, &scripted, &script);
    assert_true(hd_names_init(&names, sim_world()->log));

    for (size_t nth = 1; nth <= 2; nth++) {
        struct hd_schedule schedule;
        fail_in = nth;
        assert_false(hd_schedule_read(&schedule, sim_world()->log, &names));
        hd_schedule_finish(&schedule);
    }
    hd_names_finish(&names);
}

/* The last `capacity` records of the last run, as a ring would hold them. */
static struct hd_log
wrapped(struct hd_record *ring, uint64_t capacity)
{
    const struct hd_log *log = sim_world()->log;
    struct hd_log end = {
        .count = log->count, .mask = capacity - 1, .records = ring};
    for (uint64_t i = log->count - capacity; i < log->count; i++) {
        ring[i & end.mask] = log->records[i];
    }
    return end;
}

static void
of_a_ring_that_has_wrapped_the_rest_is_read_in_order(void **state)
{
    struct script script = {"33", "12"};
    struct hd_record ring[16];
    const struct hd_rules rules = HD_RULES_DEFAULT;
    struct hd_schedule whole, rest;
    struct hd_names names;
    (void)state;
    sim_explore(two_children, NULL, &rules, &scripted, &script);
    assert_true(hd_names_init(&names, sim_world()->log));
    assert_true(hd_schedule_read(&whole, sim_world()->log, &names));
    const struct hd_log end = wrapped(ring, 16);

    assert_true(hd_schedule_read(&rest, &end, &names));

    assert_true(rest.count < whole.count);
    for (size_t i = 0; i < rest.count; i++) {
        const struct hd_deviation *item =
            &whole.items[whole.count - rest.count + i];
        assert_int_equal(rest.items[i].at, item->at);
        assert_int_equal(rest.items[i].take, item->take);
    }
    hd_schedule_finish(&whole);
    hd_schedule_finish(&rest);
    hd_names_finish(&names);
}

static void
a_log_of_noise_is_read_without_harm(void **state)
{
    struct hd_record noise[256];
    struct hd_random random = {.state = 1};
    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        for (size_t i = 0; i < sizeof(noise); i++) {
            ((unsigned char *)noise)[i] =
                (unsigned char)hd_random_below(&random, 256);
        }
        for (size_t i = 0; i < 256; i++) {
            noise[i].kind %= HD_LOG_INCIDENTS;
            noise[i].subject %= 1000;
        }
        const struct hd_log log = {
            .count = 256 + round % 7, .mask = 255, .records = noise};
        struct hd_names names;
        struct hd_schedule schedule;
        assert_true(hd_names_init(&names, &log));
        assert_true(hd_schedule_read(&schedule, &log, &names));
        hd_schedule_finish(&schedule);
        hd_names_finish(&names);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_stay_in_the_order_of_adding),
        cmocka_unit_test(a_copy_is_its_own),
        cmocka_unit_test(a_selection_has_what_was_flagged),
        cmocka_unit_test(without_memory_nothing_is_added_and_the_rest_is_kept),
        cmocka_unit_test(without_memory_a_copy_is_false),
        cmocka_unit_test(the_default_has_no_deviations),
        cmocka_unit_test(a_deviation_is_keyed_by_the_step_that_was_not_taken),
        cmocka_unit_test(two_deviations_from_one_step_share_their_key),
        cmocka_unit_test(values_but_0_are_in_it_with_their_ordinal),
        cmocka_unit_test(reading_without_memory_is_false),
        cmocka_unit_test(of_a_ring_that_has_wrapped_the_rest_is_read_in_order),
        cmocka_unit_test(a_log_of_noise_is_read_without_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
