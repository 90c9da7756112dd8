/*
 * Lost wake-ups: each in a program that has it, under all its schedules, and a
 * program that looks alike and has it not.
 */
#include "every.h"

static struct hd_condition condition;
static struct hd_event event;
static int items;

/* All objects are as new; then the tasks run side by side, and main awaits. */
static int
side_by_side(hd_fn *const *fns, size_t count)
{
    struct hd_task *tasks[4];
    hd_condition_init(&condition, NULL);
    hd_event_init(&event);
    items = 0;
    for (size_t i = 0; i < count; i++) {
        tasks[i] = hd_task_spawn(fns[i], NULL);
    }
    for (size_t i = 0; i < count; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    return HD_OK;
}

#define SIDE_BY_SIDE(...)                                                      \
    side_by_side((hd_fn *const[]){__VA_ARGS__},                                \
                 sizeof((hd_fn *const[]){__VA_ARGS__}) / sizeof(hd_fn *))

/* ---- conditions ---- */

static int
wait_unasked(void *arg)
{
    (void)arg;
    HD_TRY(hd_condition_acquire(&condition));
    HD_TRY(hd_condition_wait(&condition));
    return hd_condition_release(&condition);
}

static int
wait_for_an_item(void *arg)
{
    (void)arg;
    HD_TRY(hd_condition_acquire(&condition));
    while (items == 0) {
        HD_TRY(hd_condition_wait(&condition));
    }
    items--;
    return hd_condition_release(&condition);
}

static int
make_an_item(void *arg)
{
    (void)arg;
    HD_TRY(hd_condition_acquire(&condition));
    items++;
    HD_TRY(hd_condition_notify(&condition, 1));
    return hd_condition_release(&condition);
}

static int
no_predicate(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(wait_unasked, make_an_item);
}

static int
with_a_predicate(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(wait_for_an_item, make_an_item);
}

static void
a_notify_before_the_wait_is_told(void **state)
{
    (void)state;
    const struct tally tally = assert_every(
        no_predicate, NULL, "deadlock",
        "0.1 waits for a condition for ever: the notify came before the wait, "
        "and woke nobody");
    assert_true(tally.clean > 0);
    assert_clean(with_a_predicate, NULL);
}

static int
wait_for_two_items(void *arg)
{
    HD_TRY(wait_for_an_item(arg));
    return wait_for_an_item(arg);
}

static int
one_item_short(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(wait_for_two_items, make_an_item);
}

static void
a_notify_that_was_used_is_not_blamed(void **state)
{
    (void)state;
    assert_always(one_item_short,
                  "0.1 waits for a condition for ever: 0.2, which notified it "
                  "last, has ended");
}

static int
never_notified(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(wait_for_an_item);
}

static void
a_condition_that_nobody_notifies_is_told(void **state)
{
    (void)state;
    assert_every(never_notified, NULL, "deadlock",
                 "0.1 waits for a condition for ever: nobody has ever "
                 "notified it");
}

/* Two sorts of tasks wait on one condition: for an item, and for there to be
   none. */
static int
wait_for_room(void *arg)
{
    (void)arg;
    HD_TRY(hd_condition_acquire(&condition));
    while (items >= 0) {
        HD_TRY(hd_condition_wait(&condition));
    }
    return hd_condition_release(&condition);
}

static int
make_late(void *arg)
{
    HD_TRY(hd_sleep(HD_MS(1)));
    return make_an_item(arg);
}

static int
two_sorts(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(wait_for_room, wait_for_an_item, make_late);
}

static void
look_for_two_sorts(void *context)
{
    unsigned *unused = context;
    assert_int_equal(found.count, 1);
    *unused += strstr(found.items[0].message,
                      "the last notify woke 0.1, which waits again") != NULL;
}

static void
a_notify_that_woke_the_wrong_one_is_told(void **state)
{
    unsigned unused = 0;
    (void)state;
    const unsigned all =
        every_schedule(two_sorts, NULL, look_for_two_sorts, &unused);
    assert_true(unused > 0);
    assert_true(unused < all);
}

/* Woken, it is cancelled before it has used its item, and tells nobody. */
static int
wait_and_dawdle(void *arg)
{
    (void)arg;
    HD_TRY(hd_condition_acquire(&condition));
    int status = HD_OK;
    while (status == HD_OK && items == 0) {
        status = hd_condition_wait(&condition);
    }
    if (status == HD_OK) {
        status = hd_sleep(HD_MS(10));
    }
    if (status == HD_OK) {
        items--;
    } else if (arg != NULL) {
        HD_TRY(hd_condition_notify(&condition, 1));
    }
    (void)hd_condition_release(&condition);
    return status;
}

static int
cancelled_in_time(void *arg)
{
    hd_condition_init(&condition, NULL);
    items = 0;
    struct hd_task *first = hd_task_spawn(wait_and_dawdle, arg);
    HD_TRY(hd_sleep(HD_MS(1)));
    struct hd_task *second = hd_task_spawn(wait_for_an_item, arg);
    HD_TRY(hd_sleep(HD_MS(1)));
    struct hd_task *maker = hd_task_spawn(make_an_item, arg);
    HD_TRY(hd_sleep(HD_MS(1)));
    (void)hd_task_cancel(first);
    (void)hd_await(first);
    HD_TRY(hd_await(maker));
    return hd_await(second);
}

static void
a_notify_that_died_with_a_cancelled_task_is_told(void **state)
{
    (void)state;
    assert_every(cancelled_in_time, NULL, "deadlock",
                 "0.2 waits for a condition for ever: its notify woke 0.1, "
                 "which was cancelled");
    assert_clean(cancelled_in_time, &items);
}

/* ---- events ---- */

static int
wait_for_event(void *arg)
{
    (void)arg;
    return hd_event_wait(&event);
}

static int
wait_twice(void *arg)
{
    (void)arg;
    HD_TRY(hd_event_wait(&event));
    hd_event_clear(&event);
    return hd_event_wait(&event);
}

static int
pulse(void *arg)
{
    (void)arg;
    hd_event_set(&event);
    hd_event_clear(&event);
    return HD_OK;
}

static int
set_event(void *arg)
{
    (void)arg;
    hd_event_set(&event);
    return HD_OK;
}

static int
pulsed(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(wait_for_event, pulse);
}

static int
set_once(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(wait_for_event, set_event);
}

static int
needs_two(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(wait_twice, set_event);
}

static void
an_event_cleared_before_the_wait_is_told(void **state)
{
    (void)state;
    const struct tally tally =
        assert_every(pulsed, NULL, "deadlock",
                     "0.1 waits for an event for ever: it was set, and cleared "
                     "again, before the wait");
    assert_true(tally.clean > 0);
    assert_clean(set_once, NULL);
}

static void
an_event_that_was_seen_and_cleared_is_not_blamed(void **state)
{
    (void)state;
    assert_always(needs_two,
                  "0.1 waits for an event for ever: 0.2, which set it last, "
                  "has ended");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_notify_before_the_wait_is_told),
        cmocka_unit_test(a_notify_that_was_used_is_not_blamed),
        cmocka_unit_test(a_condition_that_nobody_notifies_is_told),
        cmocka_unit_test(a_notify_that_woke_the_wrong_one_is_told),
        cmocka_unit_test(a_notify_that_died_with_a_cancelled_task_is_told),
        cmocka_unit_test(an_event_cleared_before_the_wait_is_told),
        cmocka_unit_test(an_event_that_was_seen_and_cleared_is_not_blamed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
