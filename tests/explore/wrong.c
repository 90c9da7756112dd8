/*
 * Tests that go wrong, each in its own way: what the explorer must survive,
 * report and replay. run by the scripts beside this file.
 */
#include <heddle/test.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int
nothing(void *arg)
{
    (void)arg;
    return 0;
}

HD_TEST(clean)
{
    struct hd_task *a = hd_task_spawn(nothing, NULL);
    struct hd_task *b = hd_task_spawn(nothing, NULL);
    HD_CHECK(hd_gather(a, b) == 0);
}

/* ---- what ends a process ---- */

static int
dereference_null(void *arg)
{
    volatile int *nowhere = arg;
    HD_TRY(hd_yield());
    return *nowhere;
}

HD_TEST(segv, .expect = "crash")
{
    (void)hd_await(hd_task_spawn(dereference_null, NULL));
}

HD_TEST(aborts, .expect = "crash")
{
    (void)hd_yield();
    abort();
}

static volatile int zero;

HD_TEST(divides, .expect = "crash")
{
    (void)hd_yield();
    (void)raise(SIGFPE);
    zero = 1 / zero;
}

/* Only in some orders: the search has to go on after it. */
static int order;

static int
first(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    order = order * 10 + 1;
    return 0;
}

static int
second(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    order = order * 10 + 2;
    return 0;
}

HD_TEST(sometimes_segv, .expect = "crash")
{
    struct hd_task *a = hd_task_spawn(first, NULL);
    struct hd_task *b = hd_task_spawn(second, NULL);
    (void)hd_gather(a, b);
    if (order == 21) {
        (void)raise(SIGSEGV);
    }
}

static volatile int depth_max = 1000000000;

static int
recurse(void *arg)
{
    volatile char frame[1000];
    frame[0] = 1;
    if (--depth_max == 0) {
        return 0;
    }
    return recurse((void *)(uintptr_t)frame) + frame[0] + (arg == NULL);
}

HD_TEST(overflows, .expect = "stack-overflow")
{
    (void)hd_await(hd_task_spawn(recurse, NULL));
}

HD_TEST(exits, .expect = "crash")
{
    (void)hd_yield();
    exit(3);
}

HD_TEST(exits_at_once, .expect = "crash")
{
    (void)hd_yield();
    _exit(0);
}

HD_TEST(forks, .expect = "crash")
{
    (void)hd_yield();
    const pid_t child = fork();
    if (child == 0) {
        puts("the child goes on");
        for (;;) {
            (void)hd_yield();
        }
    }
}

HD_TEST(kills_itself, .expect = "crash")
{
    (void)hd_yield();
    (void)raise(SIGKILL);
}

/* ---- what does not end ---- */

HD_TEST(spins, .expect = "livelock")
{
    for (volatile int i = 0;; i++) {
    }
}

HD_TEST(blocks, .expect = "timeout")
{
    int ends[2];
    char byte;
    if (pipe(ends) == 0) {
        (void)!read(ends[0], &byte, 1);
    }
}

/* ---- several at once ---- */

static int
fails(void *arg)
{
    (void)arg;
    (void)hd_yield();
    return hd_fail(HD_E_USER, "the tracker is down");
}

HD_TEST(three_wrongs, .expect = "unretrieved-error,crash")
{
    (void)hd_task_spawn(fails, NULL);
    struct hd_task *a = hd_task_spawn(first, NULL);
    struct hd_task *b = hd_task_spawn(second, NULL);
    (void)hd_gather(a, b);
    (void)hd_sleep(HD_S(1));
    if (order == 21) {
        abort();
    }
}

/* ---- what lasts ---- */

static int
walks(void *arg)
{
    (void)arg;
    for (int i = 0; i < 20; i++) {
        HD_TRY(hd_yield());
    }
    return 0;
}

HD_TEST(long_search)
{
    struct hd_task *tasks[8];
    for (int i = 0; i < 8; i++) {
        tasks[i] = hd_task_spawn(walks, NULL);
    }
    for (int i = 0; i < 8; i++) {
        HD_CHECK(hd_await(tasks[i]) == 0);
    }
}

/* Found at once, and then the search goes on. */
HD_TEST(finds_and_goes_on)
{
    struct hd_task *tasks[8];
    (void)hd_task_spawn(fails, NULL);
    for (int i = 0; i < 8; i++) {
        tasks[i] = hd_task_spawn(walks, NULL);
    }
    for (int i = 0; i < 8; i++) {
        HD_CHECK(hd_await(tasks[i]) == 0);
    }
}

HD_TEST(prints)
{
    puts("printed by puts");
    (void)!write(STDOUT_FILENO, "printed by write\n", 17);
    fputs("printed to stderr\n", stderr);
    struct hd_task *a = hd_task_spawn(nothing, NULL);
    struct hd_task *b = hd_task_spawn(nothing, NULL);
    (void)hd_gather(a, b);
}

static int
write_greeting(void *arg)
{
    HD_TRY(hd_yield());
    ++*(int *)arg;
    return 0;
}

/* The result depends on the order. */
HD_TEST(differs, .expect = "nondeterministic-result")
{
    order = 0;
    int greetings = 0;
    struct hd_task *a = hd_task_spawn(first, NULL);
    struct hd_task *b = hd_task_spawn(second, NULL);
    struct hd_task *c = hd_task_spawn(write_greeting, &greetings);
    (void)hd_gather(a, b, c);
    HD_RESULT(order);
}
