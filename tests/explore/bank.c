/*
 * A small program without faults, for the commands of docs/guide/scaling.md.
 */
#include <heddle/test.h>

struct account {
    struct hd_lock lock;
    int balance;
};

static int
deposit(void *arg)
{
    struct account *account = arg;
    HD_TRY(hd_lock_acquire(&account->lock));
    const int balance = account->balance;
    HD_TRY(hd_yield());
    account->balance = balance + 1;
    hd_lock_release(&account->lock);
    return 0;
}

static void
deposit_often(int count)
{
    struct account account = {0};
    struct hd_task *tasks[4];
    hd_lock_init(&account.lock);
    for (int i = 0; i < count; i++) {
        tasks[i] = hd_task_spawn(deposit, &account);
    }
    for (int i = 0; i < count; i++) {
        HD_CHECK(hd_await(tasks[i]) == 0);
    }
    HD_CHECK(account.balance == count);
}

HD_TEST(two_deposits_count)
{
    deposit_often(2);
}

HD_TEST(three_deposits_count)
{
    deposit_often(3);
}
