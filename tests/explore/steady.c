/*
 * Programs for looking at the explorer from outside: how many system calls,
 * how much memory? Large enough a tree that a search never ends early.
 */
#include <heddle/test.h>
#include <stdlib.h>

static int
walks(void *arg)
{
    (void)arg;
    for (int i = 0; i < 4; i++) {
        HD_TRY(hd_yield());
    }
    return 0;
}

static void
walk_all(void)
{
    struct hd_task *tasks[8];
    for (int i = 0; i < 8; i++) {
        tasks[i] = hd_task_spawn(walks, NULL);
    }
    for (int i = 0; i < 8; i++) {
        HD_CHECK(hd_await(tasks[i]) == 0);
    }
}

HD_TEST(walks_well)
{
    walk_all();
}

static int global;

HD_TEST(changes_globals)
{
    global++;
    walk_all();
}

/* Never ends well: abandoned each time, with tasks that wait. */
HD_TEST(deadlocks)
{
    struct hd_future *never = hd_future_create();
    walk_all();
    (void)hd_await(never);
}

HD_TEST(fails)
{
    walk_all();
    HD_CHECK(global != 0);
}

static int
fail(void *arg)
{
    (void)arg;
    return hd_fail(HD_E_USER, "nobody looks");
}

HD_TEST(leaves_errors)
{
    (void)hd_task_spawn(fail, NULL);
    walk_all();
}

/* Its own leak, 1 KiB each time: a worker does not live for ever. */
HD_TEST(leaks)
{
    char *volatile memory = malloc(1024);
    memory[0] = 1;
    walk_all();
}

static int
turns(void *arg)
{
    ++*(int *)arg;
    return hd_yield();
}

static void
turn_twice(void)
{
    int count = 0;
    struct hd_task *a = hd_task_spawn(turns, &count);
    struct hd_task *b = hd_task_spawn(turns, &count);
    HD_CHECK(hd_gather(a, b) == 0);
    HD_CHECK(count == 2);
}

/* The same, but small: a million are soon done. */
HD_TEST(turns_well)
{
    turn_twice();
}

HD_TEST(turns_and_deadlocks)
{
    struct hd_future *never = hd_future_create();
    turn_twice();
    (void)hd_await(never);
}

HD_TEST(turns_and_fails)
{
    turn_twice();
    HD_CHECK(global != 0);
}
