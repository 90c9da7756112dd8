/*
 * An account with a lock. Paying takes it, and so does looking at the balance,
 * which paying does on the way: a lock for tasks cannot be taken twice.
 *
 * Shows: deadlock. Fixed: what is called under the lock does not take it. Near
 * miss: the lock is released in between, and all is asked again.
 */
#include <heddle/test.h>

struct account {
    struct hd_lock lock;
    int balance;
};

static int
get_balance(struct account *account, int *out_balance)
{
    HD_TRY(hd_lock_acquire(&account->lock));
    *out_balance = account->balance;
    return hd_lock_release(&account->lock);
}

static int
pay_and_look(void *arg)
{
    struct account *account = arg;
    int balance = 0;

    HD_TRY(hd_lock_acquire(&account->lock));
    const int status = get_balance(account, &balance);
    if (status == 0 && balance > 0) {
        account->balance--;
    }
    HD_TRY(hd_lock_release(&account->lock));
    return status;
}

static int
pay(void *arg)
{
    struct account *account = arg;

    HD_TRY(hd_lock_acquire(&account->lock));
    if (account->balance > 0) {
        account->balance--;
    }
    return hd_lock_release(&account->lock);
}

static int
look_and_pay(void *arg)
{
    struct account *account = arg;
    int balance = 0;

    HD_TRY(get_balance(account, &balance));
    return balance > 0 ? pay(arg) : 0;
}

static void
pay_twice(hd_fn *paying)
{
    struct account account = {.balance = 1};
    struct hd_task *a = hd_task_spawn(paying, &account);
    struct hd_task *b = hd_task_spawn(paying, &account);

    HD_CHECK(hd_gather(a, b) == 0);
    HD_CHECK(account.balance == 0);
}

HD_TEST(not_reentrant_bad)
{
    pay_twice(pay_and_look);
}

HD_TEST(not_reentrant_fixed)
{
    pay_twice(pay);
}

HD_TEST(not_reentrant_near)
{
    pay_twice(look_and_pay);
}
