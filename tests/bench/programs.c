#include "programs.h"

#include <stdlib.h>

#define MANY 1000
#define YIELDS 10

/* P0: a main task that returns. */

static int
p0(void *arg)
{
    (void)arg;
    return HD_OK;
}

static void
p0_bare(void *arg)
{
    (void)arg;
}

/* P1: two tasks, each one yield, then join both. */

static int
yield_once(void *arg)
{
    (void)arg;
    return hd_yield();
}

static int
p1(void *arg)
{
    struct hd_task *a = hd_task_spawn(yield_once, arg);
    struct hd_task *b = hd_task_spawn(yield_once, arg);
    HD_TRY(hd_await(a));
    return hd_await(b);
}

static void
yield_once_bare(void *arg)
{
    (void)arg;
    bare_yield();
}

static void
p1_bare(void *arg)
{
    const unsigned a = bare_spawn(yield_once_bare, arg);
    const unsigned b = bare_spawn(yield_once_bare, arg);
    bare_join(a);
    bare_join(b);
}

/* P2: the lost update. */

static int
increment(void *arg)
{
    int *shared = arg;
    const int seen = *shared;
    HD_TRY(hd_yield());
    *shared = seen + 1;
    return HD_OK;
}

static int
p2(void *arg)
{
    int shared = 0;
    (void)arg;
    struct hd_task *a = hd_task_spawn(increment, &shared);
    struct hd_task *b = hd_task_spawn(increment, &shared);
    HD_TRY(hd_await(a));
    return hd_await(b);
}

static void
increment_bare(void *arg)
{
    int *shared = arg;
    const int seen = *shared;
    bare_yield();
    *shared = seen + 1;
}

static void
p2_bare(void *arg)
{
    int shared = 0;
    (void)arg;
    const unsigned a = bare_spawn(increment_bare, &shared);
    const unsigned b = bare_spawn(increment_bare, &shared);
    bare_join(a);
    bare_join(b);
}

/* P3: a bounded queue, one producer of 10 items, two consumers. */

#define ITEMS 10
#define ROOM 3

static int
produce(void *arg)
{
    struct hd_queue *queue = arg;
    for (uintptr_t i = 1; i <= ITEMS; i++) {
        HD_TRY(hd_queue_put(queue, (void *)i));
    }
    return HD_OK;
}

static int
consume(void *arg)
{
    struct hd_queue *queue = arg;
    for (int i = 0; i < ITEMS / 2; i++) {
        void *item;
        HD_TRY(hd_queue_get(queue, &item));
    }
    return HD_OK;
}

static int
p3(void *arg)
{
    struct hd_queue queue;
    (void)arg;
    hd_queue_init(&queue, ROOM);
    struct hd_task *tasks[3] = {
        hd_task_spawn(produce, &queue),
        hd_task_spawn(consume, &queue),
        hd_task_spawn(consume, &queue),
    };
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    hd_queue_finish(&queue);
    return HD_OK;
}

struct bare_queue {
    uintptr_t items[ROOM];
    unsigned head, count, getters, putters;
};

static void
produce_bare(void *arg)
{
    struct bare_queue *queue = arg;
    for (uintptr_t i = 1; i <= ITEMS; i++) {
        bare_point();
        while (queue->count == ROOM) {
            bare_park(&queue->putters);
        }
        queue->items[(queue->head + queue->count++) % ROOM] = i;
        if (queue->getters != 0) {
            bare_unpark(&queue->getters);
        }
    }
}

static void
consume_bare(void *arg)
{
    struct bare_queue *queue = arg;
    for (int i = 0; i < ITEMS / 2; i++) {
        bare_point();
        while (queue->count == 0) {
            bare_park(&queue->getters);
        }
        queue->head = (queue->head + 1) % ROOM;
        queue->count--;
        if (queue->putters != 0) {
            bare_unpark(&queue->putters);
        }
    }
}

static void
p3_bare(void *arg)
{
    struct bare_queue queue = {.head = 0};
    (void)arg;
    const unsigned a = bare_spawn(produce_bare, &queue);
    const unsigned b = bare_spawn(consume_bare, &queue);
    const unsigned c = bare_spawn(consume_bare, &queue);
    bare_join(a);
    bare_join(b);
    bare_join(c);
}

/* P4: ten tasks, each ten times: acquire one lock, yield, release. */

static int
contend(void *arg)
{
    struct hd_lock *lock = arg;
    for (int i = 0; i < YIELDS; i++) {
        HD_TRY(hd_lock_acquire(lock));
        HD_TRY(hd_yield());
        HD_TRY(hd_lock_release(lock));
    }
    return HD_OK;
}

static int
p4(void *arg)
{
    struct hd_lock lock = {0};
    struct hd_task *tasks[10];
    (void)arg;
    for (int i = 0; i < 10; i++) {
        tasks[i] = hd_task_spawn(contend, &lock);
    }
    for (int i = 0; i < 10; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    return HD_OK;
}

static void
contend_bare(void *arg)
{
    struct bare_lock *lock = arg;
    for (int i = 0; i < YIELDS; i++) {
        bare_acquire(lock);
        bare_yield();
        bare_release(lock);
    }
}

static void
p4_bare(void *arg)
{
    struct bare_lock lock = {0};
    unsigned tasks[10];
    (void)arg;
    for (int i = 0; i < 10; i++) {
        tasks[i] = bare_spawn(contend_bare, &lock);
    }
    for (int i = 0; i < 10; i++) {
        bare_join(tasks[i]);
    }
}

/* P5: three philosophers; P5o: the same with ordered locks. */

struct seat {
    struct hd_lock *first, *second;
};

static int
dine(void *arg)
{
    const struct seat *seat = arg;
    HD_TRY(hd_lock_acquire(seat->first));
    HD_TRY(hd_lock_acquire(seat->second));
    HD_TRY(hd_lock_release(seat->second));
    return hd_lock_release(seat->first);
}

static int
dinner(bool ordered)
{
    struct hd_lock forks[3] = {{.locked = false}};
    struct seat seats[3];
    struct hd_task *tasks[3];
    for (int i = 0; i < 3; i++) {
        const int left = i;
        const int right = (i + 1) % 3;
        const bool swap = ordered && right < left;
        seats[i].first = &forks[swap ? right : left];
        seats[i].second = &forks[swap ? left : right];
        tasks[i] = hd_task_spawn(dine, &seats[i]);
    }
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    return HD_OK;
}

static int
p5(void *arg)
{
    (void)arg;
    return dinner(false);
}

static int
p5o(void *arg)
{
    (void)arg;
    return dinner(true);
}

struct bare_seat {
    struct bare_lock *first, *second;
};

static void
dine_bare(void *arg)
{
    const struct bare_seat *seat = arg;
    bare_acquire(seat->first);
    bare_acquire(seat->second);
    bare_release(seat->second);
    bare_release(seat->first);
}

static void
dinner_bare(bool ordered)
{
    struct bare_lock forks[3] = {{0}};
    struct bare_seat seats[3];
    unsigned tasks[3];
    for (int i = 0; i < 3; i++) {
        const int left = i;
        const int right = (i + 1) % 3;
        const bool swap = ordered && right < left;
        seats[i].first = &forks[swap ? right : left];
        seats[i].second = &forks[swap ? left : right];
        tasks[i] = bare_spawn(dine_bare, &seats[i]);
    }
    for (int i = 0; i < 3; i++) {
        bare_join(tasks[i]);
    }
}

static void
p5_bare(void *arg)
{
    (void)arg;
    dinner_bare(false);
}

static void
p5o_bare(void *arg)
{
    (void)arg;
    dinner_bare(true);
}

/* P6: a thousand tasks, each yields ten times. */

static int
yield_often(void *arg)
{
    (void)arg;
    for (int i = 0; i < YIELDS; i++) {
        HD_TRY(hd_yield());
    }
    return HD_OK;
}

static int
p6(void *arg)
{
    static struct hd_task *tasks[MANY];
    for (int i = 0; i < MANY; i++) {
        tasks[i] = hd_task_spawn(yield_often, arg);
    }
    for (int i = 0; i < MANY; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    return HD_OK;
}

static void
yield_often_bare(void *arg)
{
    (void)arg;
    for (int i = 0; i < YIELDS; i++) {
        bare_yield();
    }
}

static void
p6_bare(void *arg)
{
    static unsigned tasks[MANY];
    for (int i = 0; i < MANY; i++) {
        tasks[i] = bare_spawn(yield_often_bare, arg);
    }
    for (int i = 0; i < MANY; i++) {
        bare_join(tasks[i]);
    }
}

const struct program programs[] = {
    {"P0", p0, p0_bare, false},    {"P1", p1, p1_bare, false},
    {"P2", p2, p2_bare, false},    {"P3", p3, p3_bare, false},
    {"P4", p4, p4_bare, false},    {"P5", p5, p5_bare, true},
    {"P5o", p5o, p5o_bare, false}, {"P6", p6, p6_bare, false},
};
const unsigned program_count = sizeof(programs) / sizeof(programs[0]);
