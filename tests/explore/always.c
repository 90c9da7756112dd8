/*
 * Invariants: broken, kept, and such as hold only between the tests' steps.
 */
#include <heddle/test.h>

static int balance;
static struct hd_lock lock;
HD_ALWAYS(balance >= 0);
HD_ALWAYS(balance < 1000);

static int
withdraw(void *arg)
{
    const int amount = *(const int *)arg;
    if (balance >= amount) {
        HD_TRY(hd_yield());
        balance -= amount;
    }
    return 0;
}

static int
withdraw_locked(void *arg)
{
    HD_TRY(hd_lock_acquire(&lock));
    const int status = withdraw(arg);
    hd_lock_release(&lock);
    return status;
}

static int
dip(void *arg)
{
    balance -= 10; /* nobody sees it */
    balance += 10;
    HD_TRY(hd_sleep(HD_MS(1)));
    return withdraw_locked(arg);
}

static void
run_two(hd_fn *one, hd_fn *other)
{
    int amount = 10;
    hd_lock_init(&lock);
    balance = 10;
    struct hd_task *a = hd_task_spawn(one, &amount);
    struct hd_task *b = hd_task_spawn(other, &amount);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(a_step_that_breaks_an_invariant_is_found, .expect = "always")
{
    run_two(withdraw, withdraw);
}

HD_TEST(what_is_never_false_at_the_end_of_a_step_is_clean)
{
    run_two(withdraw_locked, withdraw_locked);
}

HD_TEST(what_is_false_within_a_step_only_is_clean)
{
    run_two(dip, dip);
}

/* ---- over locals ---- */

static bool
is_even(void *arg)
{
    return *(const int *)arg % 2 == 0;
}

static int
add_two(void *arg)
{
    int *count = arg;
    const int seen = *count;
    *count = seen + 2;
    return 0;
}

static int
add_one_and_one(void *arg)
{
    int *count = arg;
    ++*count;
    HD_TRY(hd_yield());
    ++*count;
    return 0;
}

static int
add_both_at_once(void *arg)
{
    int *count = arg;
    ++*count;
    ++*count;
    return hd_yield();
}

HD_TEST(an_invariant_over_locals_is_found_broken, .expect = "always")
{
    int count = 0;
    hd_always(is_even, &count);
    struct hd_task *a = hd_task_spawn(add_two, &count);
    struct hd_task *b = hd_task_spawn(add_one_and_one, &count);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(an_invariant_over_locals_that_holds_is_clean)
{
    int count = 0;
    hd_always(is_even, &count);
    struct hd_task *a = hd_task_spawn(add_two, &count);
    struct hd_task *b = hd_task_spawn(add_both_at_once, &count);
    HD_CHECK(hd_gather(a, b) == 0);
}

/* It would be false in the second, did it not end with the first. */
static void
end_odd(void)
{
    int count = 0;
    hd_always(is_even, &count);
    HD_CHECK(hd_yield() == 0);
    count = 1;
}

HD_TEST(an_invariant_over_locals_ends_with_the_body)
{
    end_odd();
}

HD_TEST(an_invariant_of_another_test_is_forgotten)
{
    HD_CHECK(hd_yield() == 0);
    HD_CHECK(hd_yield() == 0);
}

/* ---- without a main task ---- */

static int
overdraw(void *arg)
{
    balance = *(const int *)arg;
    return 0;
}

HD_TEST(a_bare_body_is_watched_too, .loop = HD_LOOP_NONE, .expect = "always")
{
    int debt = -1;
    balance = 0;
    HD_CHECK(hd_run(overdraw, &debt) == 0);
}

HD_TEST(before_the_first_step_nobody_looks, .loop = HD_LOOP_NONE)
{
    int money = 1;
    balance = -1;
    HD_CHECK(hd_run(overdraw, &money) == 0);
}
