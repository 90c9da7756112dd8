/*
 * Tests whose findings need what their settings allow, or do not: what the
 * search says of them is checked by the script beside this file.
 */
#include <heddle/test.h>

static int order;

static int
note(void *arg)
{
    HD_TRY(hd_yield());
    order = order * 10 + *(const int *)arg;
    return 0;
}

/* Two tasks that stand in line: a FIFO loop never lets the second go first. */
static void
note_both(void)
{
    int one = 1;
    int two = 2;
    struct hd_task *a = hd_task_spawn(note, &one);
    struct hd_task *b = hd_task_spawn(note, &two);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(never_on_a_fifo_loop)
{
    order = 0;
    note_both();
    HD_CHECK(order == 12);
}

HD_TEST(fails_in_line)
{
    order = 0;
    note_both();
    HD_CHECK(order == 21);
}

HD_TEST(always)
{
    order = 0;
    note_both();
    HD_CHECK(order == 0);
}

/* Whoever reads before the other has written loses that update. */
static int
add_one(void *arg)
{
    int *sum = arg;
    const int before = *sum;
    HD_TRY(hd_yield());
    *sum = before + 1;
    return 0;
}

HD_TEST(loses_an_update)
{
    int sum = 0;
    struct hd_task *a = hd_task_spawn(add_one, &sum);
    struct hd_task *b = hd_task_spawn(add_one, &sum);
    HD_CHECK(hd_gather(a, b) == 0);
    HD_RESULT(sum);
}

/* ---- a large space ---- */

static int
naps(void *arg)
{
    for (int i = 0; i < 6; i++) {
        HD_TRY(hd_sleep(HD_MS(*(const int *)arg)));
        HD_TRY(hd_yield());
    }
    return 0;
}

/* Timers that may come early make far too many schedules of a FIFO loop. */
HD_TEST(out_of_reach_on_a_fifo_loop)
{
    const int lengths[] = {3, 5, 7, 11};
    struct hd_task *tasks[4];
    order = 0;
    note_both();
    HD_CHECK(order == 12);
    for (int i = 0; i < 4; i++) {
        tasks[i] = hd_task_spawn(naps, (void *)(uintptr_t)&lengths[i]);
    }
    for (int i = 0; i < 4; i++) {
        HD_CHECK(hd_await(tasks[i]) == 0);
    }
}

/* ---- time ---- */

static int
answer(void *arg)
{
    HD_TRY(hd_sleep(HD_MS(1)));
    HD_TRY(hd_yield());
    *(bool *)arg = true;
    return 0;
}

HD_TEST(hurries)
{
    bool answered = false;
    struct hd_task *task = hd_task_spawn(answer, &answered);
    HD_CHECK(hd_sleep(HD_MS(2)) == 0);
    HD_CHECK(answered);
    HD_CHECK(hd_await(task) == 0);
}

/* ---- points ---- */

static int
takes_both(void *arg)
{
    struct hd_lock **locks = arg;
    HD_TRY(hd_lock_acquire(locks[0]));
    HD_TRY(hd_lock_acquire(locks[1]));
    hd_lock_release(locks[1]);
    hd_lock_release(locks[0]);
    return 0;
}

HD_TEST(takes_crosswise)
{
    struct hd_lock left, right;
    hd_lock_init(&left);
    hd_lock_init(&right);
    struct hd_lock *there[] = {&left, &right};
    struct hd_lock *back[] = {&right, &left};
    struct hd_task *a = hd_task_spawn(takes_both, there);
    struct hd_task *b = hd_task_spawn(takes_both, back);
    HD_CHECK(hd_gather(a, b) == 0);
}

/* ---- what has no label ---- */

HD_TEST(spins)
{
    for (volatile int i = 0;; i++) {
    }
}

/* A crash ends each worker that comes upon it; only some orders crash. */
HD_TEST(crashes_out_of_line)
{
    order = 0;
    note_both();
    if (order == 21) {
        __builtin_trap();
    }
}
