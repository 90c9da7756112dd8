#include "programs.h"

#include <heddle/test.h>

/* ---- deadlocks ---- */

static struct hd_lock left, right;

static int
first(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&left));
    HD_TRY(hd_lock_acquire(&right));
    hd_lock_release(&right);
    return hd_lock_release(&left);
}

static int
second(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&right));
    HD_TRY(hd_yield());
    HD_TRY(hd_lock_acquire(&left));
    hd_lock_release(&left);
    return hd_lock_release(&right);
}

int
two_locks(void *arg)
{
    hd_lock_init(&left);
    hd_lock_init(&right);
    struct hd_task *a = hd_task_spawn(first, arg);
    struct hd_task *b = hd_task_spawn(second, arg);
    HD_TRY(hd_await(a));
    return hd_await(b);
}

static struct hd_lock forks[5];

static int
philosopher(void *arg)
{
    struct hd_lock *own = arg;
    struct hd_lock *next = own == &forks[4] ? &forks[0] : own + 1;
    HD_TRY(hd_lock_acquire(own));
    HD_TRY(hd_yield());
    HD_TRY(hd_lock_acquire(next));
    hd_lock_release(next);
    return hd_lock_release(own);
}

int
philosophers(void *arg)
{
    struct hd_task *seats[5];
    (void)arg;
    for (int i = 0; i < 5; i++) {
        hd_lock_init(&forks[i]);
        seats[i] = hd_task_spawn(philosopher, &forks[i]);
    }
    for (int i = 0; i < 5; i++) {
        HD_TRY(hd_await(seats[i]));
    }
    return HD_OK;
}

static int
taker(void *arg)
{
    (void)arg;
    return hd_lock_acquire(&left);
}

int
kept_lock(void *arg)
{
    hd_lock_init(&left);
    struct hd_task *keeper = hd_task_spawn(taker, arg);
    HD_TRY(hd_await(keeper));
    return hd_lock_acquire(&left);
}

int
itself(void *arg)
{
    (void)arg;
    hd_lock_init(&left);
    HD_TRY(hd_lock_acquire(&left));
    return hd_lock_acquire(&left);
}

static struct hd_event bell;

static int
consumer(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    return hd_event_wait(&bell);
}

static int
producer(void *arg)
{
    (void)arg;
    hd_event_set(&bell);
    hd_event_clear(&bell);
    return HD_OK;
}

int
lost_wakeup(void *arg)
{
    hd_event_init(&bell);
    struct hd_task *a = hd_task_spawn(consumer, arg);
    struct hd_task *b = hd_task_spawn(producer, arg);
    HD_TRY(hd_await(a));
    return hd_await(b);
}

/* ---- shared memory ---- */

static int balance;

static int
deposit(void *arg)
{
    const int before = balance;
    (void)arg;
    HD_TRY(hd_yield());
    balance = before + 1;
    return HD_OK;
}

int
lost_update(void *arg)
{
    balance = 0;
    struct hd_task *a = hd_task_spawn(deposit, arg);
    struct hd_task *b = hd_task_spawn(deposit, arg);
    HD_TRY(hd_await(a));
    HD_TRY(hd_await(b));
    HD_CHECK(balance == 2);
    return HD_OK;
}

/* ---- what is dropped ---- */

static int
greet(void *arg)
{
    (void)arg;
    return HD_OK;
}

int
forgotten(void *arg)
{
    struct hd_coro *lost = hd_coro_create(greet, arg);
    (void)lost;
    return hd_sleep(HD_MS(1500));
}

static int
fails(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    return hd_fail(HD_E_USER, "the tracker is down");
}

int
unheard(void *arg)
{
    struct hd_task *task = hd_task_spawn(fails, arg);
    (void)task;
    return hd_sleep(HD_S(1));
}

static int
nap(void *arg)
{
    (void)arg;
    return hd_sleep(HD_S(10));
}

int
napping(void *arg)
{
    struct hd_task *task = hd_task_spawn(nap, arg);
    hd_task_set_name(task, "napper");
    return hd_sleep(HD_S(3));
}

/* ---- much of the same ---- */

static int
spin(void *arg)
{
    (void)arg;
    for (;;) {
        HD_TRY(hd_yield());
    }
}

int
spinning(void *arg)
{
    struct hd_task *a = hd_task_spawn(spin, arg);
    struct hd_task *b = hd_task_spawn(spin, arg);
    HD_TRY(hd_await(a));
    return hd_await(b);
}

static int
sleeper(void *arg)
{
    const uint64_t *ms = arg;
    HD_TRY(hd_sleep(HD_MS(*ms)));
    HD_TRY(hd_sleep(HD_MS(*ms)));
    return *ms % 7 == 3 ? HD_E_TIMEDOUT : HD_OK;
}

int
sleepy_crowd(void *arg)
{
    static uint64_t delays[60];
    struct hd_task *tasks[60];
    (void)arg;
    for (uint64_t i = 0; i < 60; i++) {
        delays[i] = i * 37 % 60 + 1;
        tasks[i] = hd_task_spawn(sleeper, &delays[i]);
    }
    for (int i = 0; i < 60; i++) {
        HD_CHECK(hd_await(tasks[i]) == HD_OK || i < 20);
    }
    return HD_OK;
}
