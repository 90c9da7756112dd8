/*
 * Races that count only where memory ends as it does in no serial order.
 */
#include "racing.h"

/* What serial orders end with, once they were asked. */
static struct hd_serials serials;

static int checks, retries, taken, shown;

static int
read_int(const int *variable)
{
    HD_READ(variable);
    return *variable;
}

static void
write_int(int *variable, int value)
{
    HD_WRITE(variable);
    *variable = value;
}

static hd_fn *first_task, *second_task;

/* The two beside each other, or the one after the other. */
static int
beside(void *arg)
{
    (void)arg;
    checks = retries = taken = shown = 0;
    return run_both(first_task, second_task);
}

static int
in_turn(hd_fn *one, hd_fn *other)
{
    checks = retries = taken = shown = 0;
    balance = 10;
    hd_lock_init(&lock);
    HD_TRY(hd_await(hd_task_spawn(one, (void *)(intptr_t)5)));
    return hd_await(hd_task_spawn(other, (void *)(intptr_t)1));
}

static int
first_then_second(void *arg)
{
    (void)arg;
    return in_turn(first_task, second_task);
}

static int
second_then_first(void *arg)
{
    (void)arg;
    return in_turn(second_task, first_task);
}

/* Ask both orders, then run both beside each other. */
static void
run_with_orders(hd_fn *first, hd_fn *second)
{
    static struct hd_finals finals;
    first_task = first;
    second_task = second;
    memset(&serials, 0, sizeof(serials));
    serials.all = true;
    run(first_then_second);
    hd_harm_finals(&races.spots, &finals);
    hd_serials_add(&serials, &finals);
    run(second_then_first);
    hd_harm_finals(&races.spots, &finals);
    hd_serials_add(&serials, &finals);
    run_knowing(beside, &serials);
}

static size_t
count_all(void)
{
    return count(HD_RACE_LOST_UPDATE) + count(HD_RACE_DIRTY_READ) +
           count(HD_RACE_DIRTY_WRITE) + count(HD_RACE_STALE_READ);
}

static int
take_late(void *arg)
{
    (void)arg;
    if (read_int(&taken) > 0) {
        return 0;
    }
    HD_TRY(hd_yield());
    write_int(&taken, read_int(&taken) + 1);
    return 0;
}

static void
what_was_checked_too_early_is_a_stale_read(void **state)
{
    (void)state;

    run_with_orders(take_late, take_late);

    assert_int_equal(count(HD_RACE_STALE_READ), 1);
    assert_int_equal(count_all(), 1);
    assert_true(seen.has_harm);
    assert_int_equal(seen.harmed.address, (uintptr_t)&taken);
    assert_int_equal(seen.ends_as, 2);
    assert_int_equal(seen.serial_count, 1);
    assert_int_equal(seen.serial[0], 1);
}

/* Whether it has been raised meanwhile decides how long it takes. */
static int
lower_and_look(void *arg)
{
    (void)arg;
    write_int(&taken, 0);
    HD_TRY(hd_yield());
    write_int(&shown, read_int(&taken) != 0 ? 60 : 30);
    return 0;
}

static int
raise_flag(void *arg)
{
    (void)arg;
    write_int(&taken, 1);
    return 0;
}

static void
who_lowers_a_flag_may_look_whether_it_was_raised(void **state)
{
    (void)state;

    run_with_orders(lower_and_look, raise_flag);

    assert_int_equal(shown, 60);
    assert_int_equal(count_all(), 0);
}

/* Ten and ten, of which five are moved in one step. */
static int
move_some(void *arg)
{
    (void)arg;
    write_int(&checks, 5);
    write_int(&retries, 15);
    return 0;
}

static int
add_up(void *arg)
{
    (void)arg;
    const int first = read_int(&checks);
    HD_TRY(hd_yield());
    write_int(&shown, first + read_int(&retries));
    return 0;
}

static void
halves_of_two_times_are_a_stale_read(void **state)
{
    (void)state;

    run_with_orders(add_up, move_some);

    assert_int_equal(count(HD_RACE_STALE_READ), 1);
    assert_int_equal(count_all(), 1);
    assert_true(seen.has_other);
    assert_int_equal(seen.access_count, 4);
    assert_int_equal(seen.access[3].mode, HD_RACE_READS);
}

/* Counted when it begins, added when it ends. */
static int
take_part(void *arg)
{
    (void)arg;
    write_int(&checks, read_int(&checks) + 1);
    HD_TRY(hd_yield());
    write_int(&retries, read_int(&retries) + 100);
    return 0;
}

static int
show_mean(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    write_int(&shown, read_int(&retries) - 100 * read_int(&checks));
    return 0;
}

static void
a_count_that_runs_ahead_is_a_dirty_read(void **state)
{
    (void)state;

    run_with_orders(show_mean, take_part);

    assert_int_equal(shown, -100);
    assert_int_equal(count(HD_RACE_DIRTY_READ), 1);
    assert_int_equal(count_all(), 1);
}

/* Again and again until nobody came in between; and counts how often not. */
static int
retry(void *arg)
{
    for (;;) {
        const int before = read_int(&checks);
        HD_TRY(hd_yield());
        if (read_int(&checks) == before) {
            write_int(&checks, before + 1);
            return 0;
        }
        (void)arg;
        write_int(&retries, read_int(&retries) + 1);
    }
}

static void
how_often_something_was_tried_is_no_harm(void **state)
{
    (void)state;

    run_with_orders(retry, retry);

    assert_int_equal(retries, 1);
    assert_int_equal(count_all(), 0);
}

static int
set_in_two(void *arg)
{
    (void)arg;
    write_int(&checks, 7);
    HD_TRY(hd_yield());
    write_int(&taken, 7);
    return 0;
}

static int
show_both(void *arg)
{
    (void)arg;
    write_int(&shown, read_int(&checks) * 10 + read_int(&taken));
    return 0;
}

static int
set_in_two_locked(void *arg)
{
    HD_TRY(hd_lock_acquire(&lock));
    const int status = set_in_two(arg);
    hd_lock_release(&lock);
    return status;
}

static int
show_both_locked(void *arg)
{
    HD_TRY(hd_lock_acquire(&lock));
    const int status = show_both(arg);
    hd_lock_release(&lock);
    return status;
}

static void
half_of_a_change_is_a_dirty_read(void **state)
{
    (void)state;

    run_with_orders(set_in_two, show_both);
    assert_int_equal(count(HD_RACE_DIRTY_READ), 1);
    assert_true(seen.has_other);
    assert_int_equal(seen.memory.address, (uintptr_t)&checks);
    assert_int_equal(seen.other.address, (uintptr_t)&taken);
    assert_int_equal(seen.ends_as, 70);

    run_with_orders(set_in_two_locked, show_both_locked);
    assert_int_equal(count_all(), 0);
}

static int
use_common(void *arg)
{
    write_int(&checks, (int)(intptr_t)arg);
    HD_TRY(hd_yield());
    write_int((intptr_t)arg == 5 ? &taken : &shown, read_int(&checks));
    return 0;
}

static void
what_another_wrote_over_ones_own_is_a_dirty_write(void **state)
{
    (void)state;

    run_with_orders(use_common, use_common);

    assert_int_equal(count(HD_RACE_DIRTY_WRITE), 1);
    assert_int_equal(count_all(), 1);
    assert_int_equal(seen.harmed.address, (uintptr_t)&taken);
}

static int
add_one_late(void *arg)
{
    const int before = read_balance();
    (void)arg;
    HD_TRY(hd_yield());
    write_balance(before + 1);
    return 0;
}

static int
set_late(void *arg)
{
    (void)arg;
    if (read_balance() == 42) {
        return 0;
    }
    HD_TRY(hd_yield());
    write_balance(42);
    return 0;
}

static void
the_same_value_twice_is_lost_if_something_comes_of_it(void **state)
{
    (void)state;

    run_with_orders(add_one_late, add_one_late);
    assert_int_equal(count(HD_RACE_LOST_UPDATE), 1);
    assert_int_equal(seen.ends_as, 11);

    run_with_orders(set_late, set_late);
    assert_int_equal(count_all(), 0);
}

static int
raise_by_much(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++) {
        write_int(&checks, read_int(&checks) + 512);
        HD_TRY(hd_yield());
    }
    return 0;
}

static int
sample(void *arg)
{
    (void)arg;
    write_int(&shown, read_int(&checks));
    HD_TRY(hd_yield());
    write_int(&taken, read_int(&checks));
    return 0;
}

static void
a_sample_of_what_grows_is_no_harm(void **state)
{
    (void)state;

    run_with_orders(raise_by_much, sample);

    assert_int_equal(taken, 1024); /* 0 or 1536 in turn */
    assert_int_equal(count_all(), 0);
}

static void
an_address_is_one_like_any_other(void **state)
{
    const uint64_t one = UINT64_C(0x7f0012345678), other = one + 4096;
    (void)state;

    for (uint8_t half = 0; half < 2; half++) {
        assert_int_equal(hd_final_of(1, one, half, 0xff).value,
                         hd_final_of(1, other, half, 0xff).value);
        assert_int_not_equal(hd_final_of(1, one, half, 0xff).value,
                             hd_final_of(1, 0, half, 0xff).value);
    }
    /* Not with bytes of which nothing is known. */
    assert_int_equal(hd_final_of(1, one, 0, 0x0f).value, 0x12345678);
    assert_int_equal(hd_final_of(1, one, 0, 0x02).value, 0x5600);
}

static void
of_a_sample_of_orders_only_what_they_agree_on_counts(void **state)
{
    (void)state;
    run_with_orders(take_late, take_late);
    serials.all = false;

    run_knowing(beside, &serials);
    assert_int_equal(count(HD_RACE_STALE_READ), 1);

    run_with_orders(set_in_two, show_both); /* shown: 77 or 0, and here 70 */
    assert_int_equal(count_all(), 1);
    serials.all = false;
    run_knowing(beside, &serials);
    assert_int_equal(count_all(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_checked_too_early_is_a_stale_read),
        cmocka_unit_test(who_lowers_a_flag_may_look_whether_it_was_raised),
        cmocka_unit_test(halves_of_two_times_are_a_stale_read),
        cmocka_unit_test(a_count_that_runs_ahead_is_a_dirty_read),
        cmocka_unit_test(how_often_something_was_tried_is_no_harm),
        cmocka_unit_test(half_of_a_change_is_a_dirty_read),
        cmocka_unit_test(what_another_wrote_over_ones_own_is_a_dirty_write),
        cmocka_unit_test(the_same_value_twice_is_lost_if_something_comes_of_it),
        cmocka_unit_test(a_sample_of_what_grows_is_no_harm),
        cmocka_unit_test(an_address_is_one_like_any_other),
        cmocka_unit_test(of_a_sample_of_orders_only_what_they_agree_on_counts),
    };
    return cmocka_run_group_tests(tests, NULL, finish);
}
