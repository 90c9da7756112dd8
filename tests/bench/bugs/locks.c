/*
 * Locks and conditions that some order of their users does not survive.
 */
#include "shared.h"

/* ---- carter01: the first of a class locks, the last one unlocks ---- */

struct classes {
    struct hd_lock count_lock, class_lock;
    int64_t inside[2];
};

static void
enter_and_leave(struct classes *classes, int class)
{
    LOCK(&classes->count_lock);
    if (ADD(classes->inside[class], 1) == 1) {
        LOCK(&classes->class_lock);
    }
    UNLOCK(&classes->count_lock);
    LOCK(&classes->count_lock);
    if (ADD(classes->inside[class], -1) == 0) {
        UNLOCK(&classes->class_lock);
    }
    UNLOCK(&classes->count_lock);
}

static int
be_of_first_class(void *arg)
{
    enter_and_leave(arg, 0);
    return 0;
}

static int
be_of_second_class(void *arg)
{
    enter_and_leave(arg, 1);
    return 0;
}

HD_TEST(carter01, .expect = "deadlock")
{
    struct classes classes = {0};
    struct party party = {0};
    begin();
    hd_lock_init(&classes.count_lock);
    hd_lock_init(&classes.class_lock);
    start(&party, be_of_first_class, &classes);
    start(&party, be_of_first_class, &classes);
    start(&party, be_of_second_class, &classes);
    start(&party, be_of_second_class, &classes);
    join(&party);
}

/* ---- deadlock01: two locks, two orders ---- */

struct two {
    struct hd_lock a, b;
    int64_t counter;
};

static int
lock_a_then_b(void *arg)
{
    struct two *two = arg;
    LOCK(&two->a);
    LOCK(&two->b);
    STORE(two->counter, LOAD(two->counter) + 1);
    UNLOCK(&two->b);
    UNLOCK(&two->a);
    return 0;
}

static int
lock_b_then_a(void *arg)
{
    struct two *two = arg;
    LOCK(&two->b);
    LOCK(&two->a);
    STORE(two->counter, LOAD(two->counter) - 1);
    UNLOCK(&two->a);
    UNLOCK(&two->b);
    return 0;
}

HD_TEST(deadlock01, .expect = "deadlock")
{
    struct two two = {0};
    struct party party = {0};
    begin();
    hd_lock_init(&two.a);
    hd_lock_init(&two.b);
    start(&party, lock_a_then_b, &two);
    start(&party, lock_b_then_a, &two);
    join(&party);
}

/* ---- phase01: a lock is left taken, in each order ---- */

static int
leave_locked(void *arg)
{
    struct two *two = arg;
    LOCK(&two->a);
    UNLOCK(&two->a);
    LOCK(&two->a);
    LOCK(&two->b);
    UNLOCK(&two->b);
    LOCK(&two->b);
    UNLOCK(&two->b);
    return 0;
}

HD_TEST(phase01, .expect = "deadlock")
{
    struct two two = {0};
    struct party party = {0};
    hd_lock_init(&two.a);
    hd_lock_init(&two.b);
    start(&party, leave_locked, &two);
    start(&party, leave_locked, &two);
    join(&party);
}

/* ---- sync01: a turn that nobody announces, so none comes ---- */

struct hand_over {
    struct hd_condition changed;
    int items;
};

static int
take_when_empty(void *arg)
{
    struct hand_over *over = arg;
    HD_CHECK(hd_condition_acquire(&over->changed) == HD_OK);
    while (over->items > 0) {
        HD_CHECK(hd_condition_wait(&over->changed) == HD_OK);
    }
    over->items++;
    hd_condition_notify(&over->changed, 1);
    hd_condition_release(&over->changed);
    return 0;
}

static int
give_when_full(void *arg)
{
    struct hand_over *over = arg;
    HD_CHECK(hd_condition_acquire(&over->changed) == HD_OK);
    while (over->items < 2) {
        HD_CHECK(hd_condition_wait(&over->changed) == HD_OK);
    }
    over->items--;
    hd_condition_notify(&over->changed, 1);
    hd_condition_release(&over->changed);
    return 0;
}

HD_TEST(sync01, .expect = "deadlock")
{
    struct hand_over over = {.items = 1};
    struct party party = {0};
    hd_condition_init(&over.changed, NULL);
    start(&party, take_when_empty, &over);
    start(&party, give_when_full, &over);
    join(&party);
}

/* ---- sync02: a condition for two sides, and one of them is woken ---- */

static int
put_into_one(void *arg)
{
    struct hand_over *over = arg;
    for (int i = 0; i < 2; i++) {
        HD_CHECK(hd_condition_acquire(&over->changed) == HD_OK);
        while (over->items == 1) {
            HD_CHECK(hd_condition_wait(&over->changed) == HD_OK);
        }
        over->items++;
        hd_condition_notify(&over->changed, 1);
        hd_condition_release(&over->changed);
    }
    return 0;
}

static int
take_from_one(void *arg)
{
    struct hand_over *over = arg;
    HD_CHECK(hd_condition_acquire(&over->changed) == HD_OK);
    while (over->items == 0) {
        HD_CHECK(hd_condition_wait(&over->changed) == HD_OK);
    }
    over->items--;
    hd_condition_notify(&over->changed, 1);
    hd_condition_release(&over->changed);
    return 0;
}

HD_TEST(sync02, .expect = "deadlock")
{
    struct hand_over over = {0};
    struct party party = {0};
    hd_condition_init(&over.changed, NULL);
    start(&party, put_into_one, &over);
    start(&party, take_from_one, &over);
    start(&party, take_from_one, &over);
    join(&party);
}

/* ---- abba_transfer: each transfer locks where it takes, then gives ---- */

#define ACCOUNTS 4

struct bank {
    struct hd_lock locks[ACCOUNTS];
    int64_t money[ACCOUNTS];
};

struct transfer {
    struct bank *bank;
    int from, to;
};

static int
carry_out(void *arg)
{
    const struct transfer *transfer = arg;
    struct bank *bank = transfer->bank;
    LOCK(&bank->locks[transfer->from]);
    const int64_t left = LOAD(bank->money[transfer->from]) - 1;
    LOCK(&bank->locks[transfer->to]);
    STORE(bank->money[transfer->from], left);
    STORE(bank->money[transfer->to], LOAD(bank->money[transfer->to]) + 1);
    UNLOCK(&bank->locks[transfer->to]);
    UNLOCK(&bank->locks[transfer->from]);
    return 0;
}

HD_TEST(abba_transfer, .expect = "deadlock")
{
    struct bank bank = {0};
    struct transfer transfers[] = {
        {&bank, 0, 1}, {&bank, 2, 3}, {&bank, 1, 2},
        {&bank, 0, 3}, {&bank, 3, 1},
    };
    struct party party = {0};
    begin();
    for (int i = 0; i < ACCOUNTS; i++) {
        hd_lock_init(&bank.locks[i]);
    }
    for (size_t i = 0; i < sizeof(transfers) / sizeof(transfers[0]); i++) {
        start(&party, carry_out, &transfers[i]);
    }
    join(&party);
}

/* ---- lost_wakeup: a flag is looked at, then cleared, then waited for ---- */

struct signal {
    struct hd_event event;
    int64_t ready;
};

static int
wait_for_signal(void *arg)
{
    struct signal *signal = arg;
    if (LOAD(signal->ready) == 0) {
        hd_event_clear(&signal->event);
        HD_CHECK(hd_event_wait(&signal->event) == HD_OK);
    }
    return 0;
}

static int
give_signal(void *arg)
{
    struct signal *signal = arg;
    hd_event_set(&signal->event);
    STORE(signal->ready, 1);
    return 0;
}

HD_TEST(lost_wakeup, .expect = "deadlock")
{
    struct signal signal = {0};
    struct party party = {0};
    begin();
    hd_event_init(&signal.event);
    start(&party, wait_for_signal, &signal);
    start(&party, give_signal, &signal);
    join(&party);
}
