/*
 * What an observer is told of plain memory, by marks.
 */
#include "granules.h"
#include <heddle/access.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static int values[64] __attribute__((aligned(8)));

static int
take_and_give(void *arg)
{
    (void)arg;
    values[0] = 10;
    HD_READ(&values[0]);
    const int seen = values[0];
    HD_TRY(hd_yield());
    HD_WRITE(&values[0]);
    values[0] = seen + 1;
    return HD_OK;
}

static void
each_step_tells_what_it_did_and_the_values(void **state)
{
    (void)state;

    const struct granules *all = granules_of(take_and_give, NULL);

    const struct hd_granule *first = granule_at(&values[0], 0);
    const struct hd_granule *second = granule_at(&values[0], 1);
    assert_int_equal(first->reads, 0x0f);
    assert_int_equal(first->fresh_reads, 0x0f);
    assert_int_equal(first->writes, 0);
    assert_int_not_equal(first->read_place, 0);
    assert_int_equal(first->write_place, 0);
    assert_int_equal(second->reads, 0);
    assert_int_equal(second->writes, 0x0f);
    assert_int_not_equal(second->write_place, 0);
    assert_int_equal(first->flags, HD_GRANULE_VALUES | HD_GRANULE_STATIC);
    assert_int_equal((int)second->before, 10);
    assert_int_equal((int)second->after, 11);
    assert_int_equal(first->name, second->name);
    assert_int_equal(all->calls, all->steps);
}

static int
write_then_read(void *arg)
{
    (void)arg;
    HD_WRITE((char *)values + 1);
    HD_ACCESS((char *)values, 4, HD_READS);
    HD_ACCESS(&values[2], 4, HD_ADDS);
    HD_ACCESS((char *)values + 22, 4, HD_WRITES);
    return HD_OK;
}

static void
bytes_are_told_apart_and_what_was_read_before_it_was_written(void **state)
{
    (void)state;

    granules_of(write_then_read, NULL);

    const struct hd_granule *mixed = granule_at(values, 0);
    assert_int_equal(mixed->writes, 0x02);
    assert_int_equal(mixed->reads, 0x0f);
    assert_int_equal(mixed->fresh_reads, 0x0d);
    const struct hd_granule *added = granule_at(&values[2], 0);
    assert_true(added->flags & HD_GRANULE_ADDS);
    assert_int_equal(added->changed, 0);
    assert_int_equal(granule_at(&values[4], 0)->writes, 0xc0);
    assert_int_equal(granule_at(&values[6], 0)->writes, 0x03);
}

#define MANY 3000u
static char many[MANY * 8] __attribute__((aligned(8)));

static int
touch_many(void *arg)
{
    (void)arg;
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < MANY; i++) {
            HD_WRITE(&many[i * 8]);
        }
    }
    return HD_OK;
}

static struct {
    struct hd_observer observer;
    uint32_t most;
    bool in_order;
} counter;

static void
count_granules(struct hd_observer *observer, const struct hd_ready *ready,
               uint32_t actor, const struct hd_granule *granules,
               uint32_t count)
{
    (void)observer;
    (void)ready;
    (void)actor;
    counter.most = count > counter.most ? count : counter.most;
    for (uint32_t i = 1; i < count; i++) {
        counter.in_order &= granules[i].address > granules[i - 1].address;
    }
}

static void
a_step_may_touch_thousands_each_told_once_in_order(void **state)
{
    (void)state;
    counter.observer = (struct hd_observer){.touched = count_granules};
    counter.in_order = true;

    granules_execute(touch_many, NULL, &counter.observer);

    assert_int_equal(counter.most, MANY);
    assert_true(counter.in_order);
}

/* ---- more than can be noted ---- */

static char huge[1u << 18] __attribute__((aligned(8)));

static int
touch_too_many(void *arg)
{
    (void)arg;
    for (size_t i = 0; i < sizeof(huge); i += 8) {
        HD_READ(&huge[i]);
    }
    return HD_OK;
}

static struct {
    struct hd_observer observer;
    bool writes_all, adds_to_all;
} looker;

static void
look_for_all(struct hd_observer *observer, const struct hd_ready *ready,
             uint32_t actor, const struct hd_access *accesses, uint32_t count)
{
    const uint64_t all = hd_identity(HD_IS_WORLD, 0, HD_WORLD_MEMORY);
    (void)observer;
    (void)ready;
    (void)actor;
    for (uint32_t i = 0; i < count; i++) {
        if (accesses[i].object == all) {
            looker.writes_all |= accesses[i].mode == HD_WRITES;
            looker.adds_to_all |= accesses[i].mode == HD_ADDS;
        }
    }
}

static void
a_step_that_touches_too_much_writes_to_all_memory(void **state)
{
    (void)state;
    looker.observer = (struct hd_observer){.stepped = look_for_all};

    granules_execute(take_and_give, NULL, &looker.observer);

    assert_true(looker.adds_to_all);
    assert_false(looker.writes_all);

    granules_execute(touch_too_many, NULL, &looker.observer);

    assert_true(looker.writes_all);
}

/* ---- steps that are only repeated ---- */

static int
touch_by_steps(void *arg)
{
    (void)arg;
    HD_WRITE(&values[10]);
    HD_TRY(hd_yield());
    HD_WRITE(&values[20]);
    HD_TRY(hd_yield());
    HD_WRITE(&values[30]);
    return HD_OK;
}

static struct {
    unsigned pieces[64]; /* told of so often, by the step */
    unsigned steps;
} noted;

static struct hd_actor *
pick_first(void *self, const struct hd_view *view)
{
    (void)self;
    return view->first;
}

static uint64_t
repeat_two(const void *self)
{
    (void)self;
    return 2;
}

static void
count_pieces(void *self, const struct hd_actor *actor,
             const struct hd_access *accesses, uint32_t count)
{
    (void)self;
    (void)actor;
    for (uint32_t i = 0; i < count && noted.steps < 64; i++) {
        noted.pieces[noted.steps] += accesses[i].place != 0;
    }
    noted.steps++;
}

static void
memory_that_repeated_steps_touch_is_told_to_nobody(void **state)
{
    static const struct hd_strategy strategy = {
        .name = "repeating",
        .abi = HD_STRATEGY_ABI,
        .wants = HD_WANT_STEPS,
        .pick = pick_first,
        .stepped = count_pieces,
        .repeats = repeat_two,
    };
    const struct hd_rules rules = HD_RULES_DEFAULT;
    (void)state;

    assert_int_equal(sim_explore(touch_by_steps, NULL, &rules, &strategy, NULL),
                     HD_OUTCOME_OK);

    unsigned told = 0;
    for (unsigned i = 0; i < noted.steps && i < 64; i++) {
        assert_in_range(noted.pieces[i], 0, 1);
        told += noted.pieces[i];
    }
    assert_int_equal(told, 1); /* of the third step */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_step_tells_what_it_did_and_the_values),
        cmocka_unit_test(
            bytes_are_told_apart_and_what_was_read_before_it_was_written),
        cmocka_unit_test(a_step_may_touch_thousands_each_told_once_in_order),
        cmocka_unit_test(a_step_that_touches_too_much_writes_to_all_memory),
        cmocka_unit_test(memory_that_repeated_steps_touch_is_told_to_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
