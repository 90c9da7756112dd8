#include "context/stack.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static _Thread_local struct hd_context tester;
static void (*job)(struct hd_stack *stack);

/* What every stack does: one job, back to the test, and again. */
static void
life(void *arg)
{
    struct hd_stack *stack = arg;
    for (;;) {
        job(stack);
        hd_context_switch(&stack->context, &tester);
    }
}

static void
run(struct hd_stack *stack)
{
    hd_context_switch(&tester, &stack->context);
}

static unsigned jobs_begun, jobs_ended;

static int
set_up(void **state)
{
    (void)state;
    jobs_begun = jobs_ended = 0;
    return 0;
}

static void
count(struct hd_stack *stack)
{
    (void)stack;
    jobs_begun++;
    jobs_ended++;
}

/* Stop in the middle of a job. */
static void
stop_midway(struct hd_stack *stack)
{
    jobs_begun++;
    hd_context_switch(&stack->context, &tester);
    jobs_ended++;
}

/* ---- the pool ---- */

static void
a_stack_runs_its_life_when_switched_to(void **state)
{
    struct hd_stack *stack = hd_stack_take(life);
    (void)state;
    assert_non_null(stack);
    job = count;

    run(stack);
    run(stack);

    assert_int_equal(jobs_ended, 2);
    hd_stack_give(stack);
}

static void
the_stack_given_back_last_is_taken_first(void **state)
{
    struct hd_stack *a = hd_stack_take(life);
    struct hd_stack *b = hd_stack_take(life);
    (void)state;

    hd_stack_give(a);
    hd_stack_give(b);

    assert_ptr_equal(hd_stack_take(life), b);
    assert_ptr_equal(hd_stack_take(life), a);
    hd_stack_give(b);
    hd_stack_give(a);
}

static void
a_pooled_stack_goes_on_where_it_went_to_sleep(void **state)
{
    struct hd_stack *stack = hd_stack_take(life);
    (void)state;
    job = stop_midway;
    run(stack);
    hd_stack_give(stack);

    assert_ptr_equal(hd_stack_take(life), stack);
    run(stack);

    assert_int_equal(jobs_begun, 1);
    assert_int_equal(jobs_ended, 1);
    hd_stack_give(stack);
}

static void
a_dropped_stack_forgets_what_was_going_on(void **state)
{
    struct hd_stack *stack = hd_stack_take(life);
    (void)state;
    job = stop_midway;
    run(stack);

    hd_stack_drop(stack);
    assert_ptr_equal(hd_stack_take(life), stack);
    run(stack);

    assert_int_equal(jobs_begun, 2);
    assert_int_equal(jobs_ended, 0);
    hd_stack_drop(stack);
}

/* Stop under a pile of frames. */
static unsigned
stop_deep(struct hd_stack *stack, unsigned depth)
{
    volatile char frame[512];
    frame[0] = (char)depth;
    if (depth > 0) {
        return stop_deep(stack, depth - 1) + (unsigned)frame[0];
    }
    stop_midway(stack);
    return 0;
}

static void
stop_under_100_frames(struct hd_stack *stack)
{
    stop_deep(stack, 100);
}

static void
a_stack_can_be_revived_after_each_abandoning(void **state)
{
    struct hd_stack *stack = hd_stack_create(life);
    (void)state;
    assert_non_null(stack);
    job = stop_under_100_frames;

    for (unsigned i = 1; i <= 2000; i++) {
        run(stack);
        assert_int_equal(jobs_begun, i);
        hd_stack_revive(stack);
    }

    assert_int_equal(jobs_ended, 0);
}

static void
a_stack_of_its_own_is_not_of_the_pool(void **state)
{
    struct hd_stack *own = hd_stack_create(life);
    (void)state;
    struct hd_stack *taken[64];

    for (size_t i = 0; i < 64; i++) {
        taken[i] = hd_stack_take(life);
        assert_ptr_not_equal(taken[i], own);
    }

    for (size_t i = 0; i < 64; i++) {
        hd_stack_give(taken[i]);
    }
}

/* ---- many ---- */

#define MANY 5000u

static void
thousands_of_stacks_live_at_once(void **state)
{
    static struct hd_stack *stacks[MANY];
    (void)state;
    job = stop_midway;

    for (size_t i = 0; i < MANY; i++) {
        stacks[i] = hd_stack_take(life);
        assert_non_null(stacks[i]);
        run(stacks[i]);
    }
    assert_int_equal(jobs_begun, MANY);
    for (size_t i = 0; i < MANY; i++) {
        run(stacks[i]);
        hd_stack_give(stacks[i]);
    }

    assert_int_equal(jobs_ended, MANY);
}

static void
tops_are_spread_over_the_sets_of_the_cache(void **state)
{
    struct hd_stack *stacks[128];
    bool seen[64] = {false};
    (void)state;

    size_t different = 0;
    for (size_t i = 0; i < 128; i++) {
        stacks[i] = hd_stack_take(life);
        const size_t offset = (uintptr_t)stacks[i] % 4096 / 64;
        different += !seen[offset];
        seen[offset] = true;
    }

    assert_in_range(different, 60, 64);
    for (size_t i = 0; i < 128; i++) {
        hd_stack_give(stacks[i]);
    }
}

static void
every_stack_has_its_bytes_and_an_aligned_top(void **state)
{
    struct hd_stack *stacks[128];
    (void)state;

    for (size_t i = 0; i < 128; i++) {
        stacks[i] = hd_stack_take(life);
        const size_t bytes = (size_t)((char *)stacks[i] - stacks[i]->low);
        assert_true(bytes + 256 >= HD_STACK_BYTES);
        assert_int_equal((uintptr_t)stacks[i] % 16, 0);
    }

    for (size_t i = 0; i < 128; i++) {
        hd_stack_give(stacks[i]);
    }
}

/* ---- guards ---- */

static void
addresses_below_a_stack_are_its_guard(void **state)
{
    struct hd_stack *stack = hd_stack_take(life);
    (void)state;

    assert_true(hd_stack_guards(stack->low - 1));
    assert_true(hd_stack_guards(stack->low - HD_STACK_GUARD_BYTES));
    hd_stack_give(stack);
}

static void
addresses_elsewhere_are_no_guard(void **state)
{
    struct hd_stack *stack = hd_stack_take(life);
    const char local = 0;
    (void)state;

    assert_false(hd_stack_guards(stack->low));
    assert_false(hd_stack_guards(stack));
    assert_false(hd_stack_guards((char *)stack - 1));
    assert_false(hd_stack_guards(&local));
    assert_false(hd_stack_guards(&tester));
    assert_false(hd_stack_guards(NULL));
    assert_false(hd_stack_guards((void *)UINTPTR_MAX));
    hd_stack_give(stack);
}

#define OVERFLOW_SEEN 42

static void
on_fault(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    _exit(hd_stack_guards(info->si_addr) ? OVERFLOW_SEEN : 1);
}

static unsigned
recurse(unsigned depth, const volatile char *outer)
{
    volatile char frame[16 * 1024];
    frame[depth] = outer[0];
    return depth > 0 ? recurse(depth - 1, frame) + (unsigned)frame[1] : 0;
}

static void
use_up_the_stack(struct hd_stack *stack)
{
    (void)stack;
    const char first = 1;
    recurse(1000, &first);
}

/* In a process of its own, for it dies. */
static void
overflow(struct hd_stack *stack)
{
    static char other[64 * 1024];
    const stack_t aside = {.ss_sp = other, .ss_size = sizeof(other)};
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaltstack(&aside, NULL);
    sigaction(SIGSEGV, &action, NULL);
    job = use_up_the_stack;
    run(stack);
    _exit(0);
}

static void
an_overflow_faults_in_the_guard(void **state)
{
    struct hd_stack *stack = hd_stack_create(life);
    (void)state;

    const pid_t child = fork();
    if (child == 0) {
        overflow(stack);
    }
    int status = 0;
    waitpid(child, &status, 0);

    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), OVERFLOW_SEEN);
}

/* ---- threads ---- */

#define THREADS 8u
#define STACKS_EACH 512u

struct thread_stacks {
    pthread_t thread;
    struct hd_stack *stacks[STACKS_EACH];
};

static void *
take_stacks(void *arg)
{
    struct thread_stacks *mine = arg;
    for (size_t i = 0; i < STACKS_EACH; i++) {
        mine->stacks[i] = hd_stack_take(life);
    }
    return NULL;
}

static void
every_threads_stacks_are_guarded(void **state)
{
    static struct thread_stacks threads[THREADS];
    (void)state;

    for (size_t t = 0; t < THREADS; t++) {
        pthread_create(&threads[t].thread, NULL, take_stacks, &threads[t]);
    }
    for (size_t t = 0; t < THREADS; t++) {
        pthread_join(threads[t].thread, NULL);
    }

    for (size_t t = 0; t < THREADS; t++) {
        for (size_t i = 0; i < STACKS_EACH; i++) {
            assert_non_null(threads[t].stacks[i]);
            assert_true(hd_stack_guards(threads[t].stacks[i]->low - 1));
        }
    }
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_stack_runs_its_life_when_switched_to),
        TEST(the_stack_given_back_last_is_taken_first),
        TEST(a_pooled_stack_goes_on_where_it_went_to_sleep),
        TEST(a_dropped_stack_forgets_what_was_going_on),
        TEST(a_stack_can_be_revived_after_each_abandoning),
        TEST(a_stack_of_its_own_is_not_of_the_pool),
        TEST(thousands_of_stacks_live_at_once),
        TEST(tops_are_spread_over_the_sets_of_the_cache),
        TEST(every_stack_has_its_bytes_and_an_aligned_top),
        TEST(addresses_below_a_stack_are_its_guard),
        TEST(addresses_elsewhere_are_no_guard),
        TEST(an_overflow_faults_in_the_guard),
        TEST(every_threads_stacks_are_guarded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
