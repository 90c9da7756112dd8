/*
 * The tree of priorities against a plain array, through thousands of changes.
 */
#include "strategy/top.h"

#include "base/random.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define MANY 3000u

static struct hd_top *top;
static uint64_t plain[MANY];
static uint32_t count;

static int
set_up(void **state)
{
    (void)state;
    top = calloc(1, sizeof(*top));
    count = 0;
    return top == NULL;
}

static int
tear_down(void **state)
{
    (void)state;
    free(top);
    return 0;
}

static void
check(void)
{
    uint32_t highest = 0;
    assert_int_equal(top->count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(hd_top_priority(top, i), plain[i]);
        /* Of equal ones that in the later slot. */
        highest = plain[i] >= plain[highest] ? i : highest;
    }
    if (count > 0 && plain[highest] > 0) {
        assert_int_equal(hd_top_highest(top), highest);
    }
}

static void
add(uint64_t priority)
{
    hd_top_add(top, priority);
    plain[count++] = priority;
}

static void
remove_slot(uint32_t slot)
{
    assert_int_equal(hd_top_remove(top, slot), count - 1);
    plain[slot] = plain[--count];
}

static void
change(struct hd_random *random, uint32_t limit)
{
    const uint64_t priority = hd_random_below(random, 50);
    const uint64_t what = hd_random_below(random, 3);
    if (count == 0 || (what == 0 && count < limit)) {
        add(priority);
        return;
    }
    const uint32_t slot = (uint32_t)hd_random_below(random, count);
    if (what == 1) {
        hd_top_set(top, slot, priority);
        plain[slot] = priority;
    } else {
        remove_slot(slot);
    }
}

static void
the_highest_is_known_through_all_changes(void **state)
{
    struct hd_random random = {.state = 7};
    (void)state;
    hd_top_begin(top);

    for (unsigned i = 0; i < 20000; i++) {
        /* First no more than are kept without a tree. */
        change(&random, i < 10000 ? HD_TOP_WIDTH_MIN : 40);
        check();
    }
}

static void
thousands_come_and_go(void **state)
{
    (void)state;
    hd_top_begin(top);

    for (uint32_t i = 0; i < MANY; i++) {
        add(1 + hd_mix(i) % 1000);
    }
    check();
    while (count > 0) {
        remove_slot(hd_top_highest(top));
        if (count % 256 == 0) {
            check();
        }
    }
}

static void
nothing_is_left_when_it_begins_again(void **state)
{
    (void)state;
    hd_top_begin(top);
    for (uint32_t i = 0; i < 100; i++) {
        add(1000 + i);
    }

    hd_top_begin(top);
    count = 0;
    add(3);
    add(5);
    add(4);

    check();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_highest_is_known_through_all_changes),
        TEST(thousands_come_and_go),
        TEST(nothing_is_left_when_it_begins_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
