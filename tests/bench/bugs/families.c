/*
 * Programs that come in sizes. N counts all tasks but main, as in SCTBench and
 * in what was measured with it: of 20 and 50 one half checks, else one task.
 */
#include "shared.h"

/* ---- reorder: two writes in one order, read as if they were one ---- */

struct pair {
    int64_t a, b;
};

static int
set_pair(void *arg)
{
    struct pair *pair = arg;
    STORE(pair->a, 1);
    STORE(pair->b, -1);
    return 0;
}

static int
check_pair(void *arg)
{
    struct pair *pair = arg;
    const int64_t a = LOAD(pair->a);
    const int64_t b = LOAD(pair->b);
    HD_CHECK((a == 0 && b == 0) || (a == 1 && b == -1));
    return 0;
}

static void
reorder(int setters, int checkers)
{
    struct pair pair = {0};
    struct party party = {0};
    begin();
    start_many(&party, setters, set_pair, &pair);
    start_many(&party, checkers, check_pair, &pair);
    join(&party);
}

HD_TEST(reorder_3, .expect = "assertion")
{
    reorder(2, 1);
}
HD_TEST(reorder_4, .expect = "assertion")
{
    reorder(3, 1);
}
HD_TEST(reorder_5, .expect = "assertion")
{
    reorder(4, 1);
}
HD_TEST(reorder_10, .expect = "assertion")
{
    reorder(9, 1);
}
HD_TEST(reorder_20, .expect = "assertion")
{
    reorder(10, 10);
}
HD_TEST(reorder_50, .expect = "assertion")
{
    reorder(25, 25);
}
HD_TEST(reorder_100, .expect = "assertion")
{
    reorder(99, 1);
}

/* ---- twostage: two locks, each held for half of a change ---- */

struct stages {
    struct hd_lock first, second;
    int64_t data, copy;
};

static int
change_in_stages(void *arg)
{
    struct stages *stages = arg;
    LOCK(&stages->first);
    STORE(stages->data, 1);
    UNLOCK(&stages->first);
    LOCK(&stages->second);
    STORE(stages->copy, LOAD(stages->data) + 1);
    UNLOCK(&stages->second);
    return 0;
}

static int
check_stages(void *arg)
{
    struct stages *stages = arg;
    LOCK(&stages->first);
    const int64_t data = LOAD(stages->data);
    UNLOCK(&stages->first);
    if (data == 0) {
        return 0;
    }
    LOCK(&stages->second);
    const int64_t copy = LOAD(stages->copy);
    UNLOCK(&stages->second);
    HD_CHECK(copy == data + 1);
    return 0;
}

static void
twostage(int changers, int checkers)
{
    struct stages stages = {0};
    struct party party = {0};
    begin();
    hd_lock_init(&stages.first);
    hd_lock_init(&stages.second);
    start_many(&party, changers, change_in_stages, &stages);
    start_many(&party, checkers, check_stages, &stages);
    join(&party);
}

HD_TEST(twostage_2, .expect = "assertion")
{
    twostage(1, 1);
}
HD_TEST(twostage_20, .expect = "assertion")
{
    twostage(10, 10);
}
HD_TEST(twostage_50, .expect = "assertion")
{
    twostage(25, 25);
}
HD_TEST(twostage_100, .expect = "assertion")
{
    twostage(99, 1);
}

/* ---- wronglock: all lock, but not the same lock ---- */

struct sum {
    struct hd_lock one, other;
    int64_t sum;
};

static int
add_and_look(void *arg)
{
    struct sum *sum = arg;
    LOCK(&sum->one);
    const int64_t before = LOAD(sum->sum);
    STORE(sum->sum, LOAD(sum->sum) + 1);
    HD_CHECK(LOAD(sum->sum) == before + 1);
    UNLOCK(&sum->one);
    return 0;
}

static int
add_elsewhere(void *arg)
{
    struct sum *sum = arg;
    LOCK(&sum->other);
    STORE(sum->sum, LOAD(sum->sum) + 1);
    UNLOCK(&sum->other);
    return 0;
}

static void
wronglock(int others)
{
    struct sum sum = {0};
    struct party party = {0};
    begin();
    hd_lock_init(&sum.one);
    hd_lock_init(&sum.other);
    start(&party, add_and_look, &sum);
    start_many(&party, others, add_elsewhere, &sum);
    join(&party);
}

HD_TEST(wronglock_1, .expect = "assertion")
{
    wronglock(1);
}
HD_TEST(wronglock_3, .expect = "assertion")
{
    wronglock(3);
}
HD_TEST(wronglock_7, .expect = "assertion")
{
    wronglock(7);
}

/* ---- dining: who sits in a circle must not all begin on their left ---- */

#define SEATS_MAX 7

struct table {
    struct hd_lock forks[SEATS_MAX];
    int seats;
};

struct seat {
    struct table *table;
    int number;
};

static int
dine(void *arg)
{
    const struct seat *seat = arg;
    struct table *table = seat->table;
    struct hd_lock *left = &table->forks[seat->number];
    struct hd_lock *right = &table->forks[(seat->number + 1) % table->seats];
    LOCK(left);
    LOCK(right);
    UNLOCK(right);
    UNLOCK(left);
    return 0;
}

static void
dining(int seats)
{
    struct table table = {.seats = seats};
    struct seat all[SEATS_MAX];
    struct party party = {0};
    for (int i = 0; i < seats; i++) {
        hd_lock_init(&table.forks[i]);
        all[i] = (struct seat){&table, i};
        start(&party, dine, &all[i]);
    }
    join(&party);
}

HD_TEST(dining_2, .expect = "deadlock")
{
    dining(2);
}
HD_TEST(dining_3, .expect = "deadlock")
{
    dining(3);
}
HD_TEST(dining_4, .expect = "deadlock")
{
    dining(4);
}
HD_TEST(dining_5, .expect = "deadlock")
{
    dining(5);
}
HD_TEST(dining_6, .expect = "deadlock")
{
    dining(6);
}
HD_TEST(dining_7, .expect = "deadlock")
{
    dining(7);
}
