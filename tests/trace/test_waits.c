/*
 * Who waits for what, read from the log of a run up to where it ended.
 */
#include "trace/rings.h"

#include "sim.h"
#include <heddle/scheduler.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct hd_names names;
static struct hd_waits waits;

static int
read_run(hd_fn *program)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    sim_explore(program, NULL, &rules, NULL, NULL);
    const struct hd_log *log = sim_world()->log;
    assert_true(hd_names_init(&names, log));
    assert_true(hd_waits_init(&waits, &names));
    hd_waits_read_to(&waits, log, log->count);
    return 0;
}

static int
forget_run(void **state)
{
    (void)state;
    hd_waits_finish(&waits);
    hd_names_finish(&names);
    return 0;
}

/* Who bears this name. */
static uint32_t
actor_called(const char *name)
{
    char text[HD_NAME_BYTES];
    for (uint32_t i = 1; i < names.actor_count; i++) {
        hd_names_actor(&names, i, text, sizeof(text));
        if (strcmp(text, name) == 0) {
            return i;
        }
    }
    return 0;
}

/* ---- deadlines ---- */

static struct hd_lock lock;

static int
nothing(void *arg)
{
    (void)arg;
    return HD_OK;
}

/* Deadlines that were not needed, then a wait without one. */
static int
wait_in_time(void *arg)
{
    hd_lock_init(&lock);
    HD_TRY(hd_wait_for_call(nothing, arg, HD_MS(50)));
    HD_TRY(hd_lock_acquire_for(&lock, HD_MS(50)));
    HD_TRY(hd_sleep(HD_MS(1)));
    return hd_sleep(HD_FOREVER);
}

static void
a_deadline_that_is_over_is_none(void **state)
{
    (void)state;
    read_run(wait_in_time);

    const uint32_t task = actor_called("0");
    assert_non_null(hd_waits_of(&waits, task));
    assert_int_equal(waits.actors[task].events, 0);
    assert_true(hd_waits_at_rest(&waits));
}

static int
sleep_long(void *arg)
{
    (void)arg;
    return hd_sleep(HD_MS(100));
}

static int
leave_a_sleeper(void *arg)
{
    (void)hd_task_spawn(sleep_long, arg);
    return hd_sleep(HD_MS(1));
}

static uint64_t
index_of(enum hd_record_kind kind)
{
    const struct hd_log *log = sim_world()->log;
    uint64_t i = 0;
    while (i < log->count && log->records[i & log->mask].kind != kind) {
        i += 1 + hd_record_parts(&log->records[i & log->mask]);
    }
    return i;
}

static void
who_sleeps_is_about_to_be_woken(void **state)
{
    (void)state;
    read_run(leave_a_sleeper);
    hd_waits_finish(&waits);
    assert_true(hd_waits_init(&waits, &names));
    hd_waits_read_to(&waits, sim_world()->log, index_of(HD_LOG_LEFT));

    const uint32_t task = actor_called("0.1");
    assert_non_null(hd_waits_of(&waits, task));
    assert_int_equal(waits.actors[task].events, 1);
    assert_false(hd_waits_at_rest(&waits));
    assert_true(hd_waits_has_ended(&waits, actor_called("0")));
}

/* ---- families ---- */

static int
wait_for_ever(void *arg)
{
    struct hd_event never = {0};
    (void)arg;
    return hd_event_wait(&never);
}

static int
gather_three(void *arg)
{
    struct hd_task *a = hd_task_spawn(wait_for_ever, arg);
    struct hd_task *b = hd_task_spawn(nothing, arg);
    struct hd_task *c = hd_task_spawn(wait_for_ever, arg);
    return hd_gather(a, b, c);
}

static void
a_gather_has_its_children(void **state)
{
    (void)state;
    read_run(gather_three);

    const struct hd_wait *wait = hd_waits_of(&waits, actor_called("0"));
    assert_non_null(wait);
    assert_int_equal(wait->op, HD_OP_GATHER);
    static const char *const expected[] = {"0.3", "0.2", "0.1"};
    size_t count = 0;
    for (uint32_t at = waits.families[wait->object]; at != 0;
         at = waits.children[at].next) {
        assert_true(count < 3);
        assert_false(waits.children[at].any);
        assert_int_equal(waits.children[at].child,
                         actor_called(expected[count++]) | HD_OBJECT_IS_TASK);
    }
    assert_int_equal(count, 3);
}

static int
wait_for_any(void *arg)
{
    struct hd_future *one = HD_FUTURE(hd_task_spawn(wait_for_ever, arg));
    return hd_wait(&one, 1, HD_FIRST_COMPLETED, HD_FOREVER, NULL);
}

static void
who_needs_any_of_his_children_says_so(void **state)
{
    (void)state;
    read_run(wait_for_any);

    const struct hd_wait *wait = hd_waits_of(&waits, actor_called("0"));
    assert_non_null(wait);
    const uint32_t at = waits.families[wait->object];
    assert_int_not_equal(at, 0);
    assert_true(waits.children[at].any);
    assert_int_equal(waits.children[at].next, 0);
}

/* ---- followers ---- */

static int
await_one(void *arg)
{
    return hd_await(hd_task_spawn(wait_for_ever, arg));
}

static void
who_awaits_one_that_waits_follows_it(void **state)
{
    struct hd_rings rings;
    (void)state;
    read_run(await_one);
    assert_true(hd_rings_init(&rings, &waits, sim_world()->log, true));

    assert_true(rings.follows[actor_called("0")]);
    assert_false(rings.follows[actor_called("0.1")]);
    assert_int_equal(rings.count, 0);
    assert_int_equal(hd_rings_about(&rings, actor_called("0")), 0);
    hd_rings_finish(&rings);
}

#define TEST(name) cmocka_unit_test_teardown(name, forget_run)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_deadline_that_is_over_is_none),
        TEST(who_sleeps_is_about_to_be_woken),
        TEST(a_gather_has_its_children),
        TEST(who_needs_any_of_his_children_says_so),
        TEST(who_awaits_one_that_waits_follows_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
