/*
 * A ledger with its history: each booking reads the balance, waits for the
 * bank, writes it back and notes what it is now. A lock is held around each.
 *
 * Near miss: read, await, write by both tasks, and a history that no serial
 * order of the two gives. Each booking is whole.
 */
#include <heddle/test.h>

#include <stdlib.h>

#define BOOKINGS 2

struct ledger {
    struct hd_lock lock;
    int balance, noted;
    int history[2 * BOOKINGS];
};

struct branch {
    struct ledger *ledger;
    int amount;
};

static int
ask_bank(void)
{
    return hd_yield();
}

static int
book(struct ledger *ledger, int amount)
{
    const int balance = ledger->balance;

    HD_TRY(ask_bank());
    ledger->balance = balance + amount;
    ledger->history[ledger->noted++] = ledger->balance;
    return 0;
}

static int
book_all(void *arg)
{
    const struct branch *branch = arg;
    struct ledger *ledger = branch->ledger;

    for (int i = 0; i < BOOKINGS; i++) {
        HD_TRY(hd_lock_acquire(&ledger->lock));
        const int status = book(ledger, branch->amount);
        hd_lock_release(&ledger->lock);
        HD_TRY(status);
        HD_TRY(hd_yield());
    }
    return 0;
}

HD_TEST(ledger_history_near)
{
    struct ledger *ledger = calloc(1, sizeof(*ledger));

    HD_CHECK(ledger != NULL);
    struct branch north = {ledger, 1};
    struct branch south = {ledger, 10};
    struct hd_task *a = hd_task_spawn(book_all, &north);
    struct hd_task *b = hd_task_spawn(book_all, &south);
    HD_CHECK(hd_gather(a, b) == 0);
    free(ledger);
}
