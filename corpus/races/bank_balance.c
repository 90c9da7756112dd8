/*
 * A withdrawal asks the fraud service between reading the balance and writing
 * it back. Two at the same time both spend the same money.
 *
 * Shows: lost-update of an account on main's stack. Fixed: a lock for each
 * account. Near miss: what is booked after the await is booked in one step.
 */
#include <heddle/test.h>

struct account {
    struct hd_lock lock;
    int balance, withdrawn;
};

struct order {
    struct account *account;
    int amount;
};

static int
fraud_service(int amount)
{
    HD_TRY(hd_yield());
    return amount > 1000 ? HD_E_USER : 0;
}

static int
withdraw(void *arg)
{
    const struct order *order = arg;
    const int balance = order->account->balance;

    if (balance < order->amount) {
        return 0;
    }
    HD_TRY(fraud_service(order->amount));
    order->account->balance = balance - order->amount;
    return 0;
}

static int
withdraw_locked(void *arg)
{
    const struct order *order = arg;

    HD_TRY(hd_lock_acquire(&order->account->lock));
    const int status = withdraw(arg);
    hd_lock_release(&order->account->lock);
    return status;
}

static int
withdraw_later(void *arg)
{
    const struct order *order = arg;
    struct account *account = order->account;

    HD_TRY(fraud_service(order->amount));
    if (account->balance >= order->amount) {
        account->balance -= order->amount;
        account->withdrawn += order->amount;
    }
    return 0;
}

static void
two_withdrawals(hd_fn *how)
{
    struct account account = {.balance = 100};
    struct order first = {&account, 30};
    struct order second = {&account, 50};

    struct hd_task *a = hd_task_spawn(how, &first);
    struct hd_task *b = hd_task_spawn(how, &second);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(bank_balance_bad)
{
    two_withdrawals(withdraw);
}

HD_TEST(bank_balance_fixed)
{
    two_withdrawals(withdraw_locked);
}

HD_TEST(bank_balance_near)
{
    two_withdrawals(withdraw_later);
}
