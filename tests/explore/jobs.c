/*
 * Tests with more schedules than one sitting has time for: what can be
 * interrupted, shared out and put together again. Run by scripts of ../cli.
 */
#include <heddle/test.h>
#include <stdint.h>
#include <stdlib.h>

static uint64_t order;

static int
note_twice(void *arg)
{
    const uint64_t number = (uint64_t)(uintptr_t)arg;
    HD_TRY(hd_yield());
    order = order * 10 + number;
    HD_TRY(hd_yield());
    order = order * 10 + number;
    return 0;
}

/* 1 and 1, 2 and 2 ... in some order. */
static void
note_all(uint64_t count)
{
    struct hd_task *tasks[8];
    order = 0;
    for (uint64_t i = 0; i < count; i++) {
        tasks[i] = hd_task_spawn(note_twice, (void *)(uintptr_t)(i + 1));
    }
    for (uint64_t i = 0; i < count; i++) {
        HD_CHECK(hd_await(tasks[i]) == 0);
    }
}

HD_TEST(large)
{
    note_all(4);
}

HD_TEST(medium)
{
    note_all(3);
}

static struct hd_lock locks[2];

/* First the one, then the other, and once more. */
static int
lock_in_turn(void *arg)
{
    const uint64_t first = (uint64_t)(uintptr_t)arg;
    for (uint64_t i = 0; i < 3; i++) {
        struct hd_lock *lock = &locks[(first + i) % 2];
        HD_TRY(hd_lock_acquire(lock));
        HD_TRY(hd_yield());
        hd_lock_release(lock);
    }
    return 0;
}

/* Many traces: what the tasks do depends on who came first. */
static void
take_turns(uint64_t count)
{
    struct hd_task *tasks[4];
    hd_lock_init(&locks[0]);
    hd_lock_init(&locks[1]);
    for (uint64_t i = 0; i < count; i++) {
        tasks[i] = hd_task_spawn(lock_in_turn, (void *)(uintptr_t)i);
    }
    for (uint64_t i = 0; i < count; i++) {
        HD_CHECK(hd_await(tasks[i]) == 0);
    }
}

HD_TEST(turns)
{
    take_turns(3);
}

HD_TEST(more_turns)
{
    take_turns(4);
}

HD_TEST(rare)
{
    note_all(4);
    HD_CHECK(order != 43214321);
}

HD_TEST(several, .expect = "assertion")
{
    note_all(4);
    HD_CHECK(order / 100 != 443322);
    HD_CHECK(order / 1000 != 12341);
    HD_CHECK(order / 1000 != 43214);
}

HD_TEST(crashes, .expect = "crash")
{
    note_all(3);
    if (order == 321321) {
        abort();
    }
}

HD_TEST(conditions)
{
    note_all(3);
    HD_SOMETIMES(order == 332211);
    HD_SOMETIMES(order == 123123);
}

HD_TEST(never, .expect = "sometimes")
{
    note_all(3);
    HD_SOMETIMES(order == 7);
}
