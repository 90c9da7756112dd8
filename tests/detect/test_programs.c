/*
 * Each detector against a small program that has its bug, the same program
 * repaired, and the same bug with the detector switched off.
 */
#include "judged.h"
#include <stdio.h>

/* ---- deadlock ---- */

static struct hd_lock first, second;

static int
take_both(struct hd_lock *one, struct hd_lock *other)
{
    HD_TRY(hd_lock_acquire(one));
    HD_TRY(hd_yield());
    HD_TRY(hd_lock_acquire(other));
    HD_TRY(hd_lock_release(other));
    return hd_lock_release(one);
}

static int
take_in_order(void *arg)
{
    (void)arg;
    return take_both(&first, &second);
}

static int
take_in_disorder(void *arg)
{
    (void)arg;
    return take_both(&second, &first);
}

static int
two_tasks(hd_fn *one, hd_fn *other)
{
    hd_lock_init(&first);
    hd_lock_init(&second);
    struct hd_task *a = hd_task_spawn(one, NULL);
    struct hd_task *b = hd_task_spawn(other, NULL);
    HD_TRY(hd_await(a));
    return hd_await(b);
}

static int
lock_in_disorder(void *arg)
{
    (void)arg;
    return two_tasks(take_in_order, take_in_disorder);
}

static int
lock_in_order(void *arg)
{
    (void)arg;
    return two_tasks(take_in_order, take_in_order);
}

/* ---- livelock ---- */

static int
spin(void *arg)
{
    const volatile bool *done = arg;
    while (!*done) {
        HD_TRY(hd_yield());
    }
    return HD_OK;
}

static int
wait_for_nobody(void *arg)
{
    static bool done;
    (void)arg;
    done = false;
    return hd_await(hd_task_spawn(spin, &done));
}

static int
wait_for_somebody(void *arg)
{
    static bool done;
    (void)arg;
    done = false;
    struct hd_task *task = hd_task_spawn(spin, &done);
    HD_TRY(hd_sleep(HD_MS(5)));
    done = true;
    return hd_await(task);
}

/* ---- unretrieved-error ---- */

static int
break_down(void *arg)
{
    (void)arg;
    return hd_fail(HD_E_USER, "the tracker is down");
}

static int
never_look(void *arg)
{
    hd_task_spawn(break_down, arg);
    return hd_sleep(HD_MS(1));
}

static int
look(void *arg)
{
    (void)hd_await(hd_task_spawn(break_down, arg));
    return HD_OK;
}

/* ---- never-awaited ---- */

static int
nothing(void *arg)
{
    (void)arg;
    return HD_OK;
}

static int
call_without_await(void *arg)
{
    return hd_coro_create(nothing, arg) != NULL ? HD_OK : HD_E_NO_MEMORY;
}

static int
call_with_await(void *arg)
{
    return hd_await(hd_coro_create(nothing, arg));
}

/* ---- left-early ---- */

static int
work(void *arg)
{
    (void)arg;
    return hd_sleep(HD_MS(10));
}

static int
leave_it(void *arg)
{
    struct hd_task *task = hd_task_spawn(work, arg);
    hd_task_set_name(task, "worker");
    return hd_yield();
}

static int
wait_for_it(void *arg)
{
    return hd_await(hd_task_spawn(work, arg));
}

/* ---- invalid-call ---- */

static int
set_twice(void *arg)
{
    struct hd_future *future = hd_future_create();
    HD_TRY(hd_future_set(future, arg));
    (void)hd_future_set(future, arg);
    return HD_OK;
}

static int
set_once(void *arg)
{
    return hd_future_set(hd_future_create(), arg);
}

/* ---- assertion ---- */

static int
return_a_count(void *arg)
{
    (void)arg;
    return 3;
}

static int
return_a_status(void *arg)
{
    (void)arg;
    return HD_OK;
}

/* ---- outside of a main task ---- */

static void
close_too_early(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    hd_loop_spawn(loop, work, arg);
    hd_loop_destroy(loop);
}

static void
close_in_time(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    struct hd_task *task = hd_loop_spawn(loop, work, arg);
    (void)hd_loop_run_until(loop, task);
    hd_loop_destroy(loop);
}

static void
spawn_nowhere(void *arg)
{
    hd_task_spawn(work, arg);
}

static void
call_after_the_close(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    hd_loop_close(loop);
    hd_loop_spawn(loop, work, arg);
    hd_loop_destroy(loop);
}

static void
call_before_the_close(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    (void)hd_loop_run_fn(loop, work, arg);
    hd_loop_close(loop);
    hd_loop_destroy(loop);
}

/* ---- the rows ---- */

/* A program is a main task or a bare body. */
struct program {
    hd_fn *fn;
    void (*body)(void *arg);
};

struct bug {
    const char *kind, *message;
    struct program wrong, right;
};

static void
run(struct program program)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    if (program.fn != NULL) {
        sim_explore(program.fn, NULL, &rules, NULL, NULL);
        return;
    }
    const struct hd_execution execution = {.body = program.body,
                                           .rules = &rules};
    hd_world_execute(sim_world(), &execution);
}

static struct bug bugs[] = {
    {"deadlock",
     "2 tasks wait for each other in a ring",
     {.fn = lock_in_disorder},
     {.fn = lock_in_order}},
    {"livelock",
     "turns of the loop in which no waiting task was woken",
     {.fn = wait_for_nobody},
     {.fn = wait_for_somebody}},
    {"unretrieved-error",
     "task 0.1 failed with HD_E_USER: the tracker is down (from ",
     {.fn = never_look},
     {.fn = look}},
    {"never-awaited",
     "a coroutine made by 0 was never awaited",
     {.fn = call_without_await},
     {.fn = call_with_await}},
    {"left-early",
     "the test ended while task 0.1 'worker' was still running",
     {.fn = leave_it},
     {.fn = wait_for_it}},
    {"invalid-call",
     "HD_E_DONE: the future already has its result",
     {.fn = set_twice},
     {.fn = set_once}},
    {"assertion",
     "task 0 returned 3; a status is 0 or negative",
     {.fn = return_a_count},
     {.fn = return_a_status}},
    {"pending-at-close",
     "the loop was closed while task 0.1 was pending",
     {.body = close_too_early},
     {.body = close_in_time}},
    {"no-loop",
     "a task is spawned where no loop runs",
     {.body = spawn_nowhere},
     {.body = close_in_time}},
    {"loop-closed",
     "a loop is used after it was closed",
     {.body = call_after_the_close},
     {.body = call_before_the_close}},
};

#define BUGS (sizeof(bugs) / sizeof(*bugs))

static void
the_bug_is_found_and_nothing_else(void **state)
{
    const struct bug *bug = *state;

    run(bug->wrong);

    const struct hd_finding *finding = assert_found(bug->kind, bug->message);
    assert_true(finding->record < sim_world()->log->count);
}

static void
the_repaired_program_is_clean(void **state)
{
    const struct bug *bug = *state;

    run(bug->right);

    assert_int_equal(judge(0), 0);
    assert_int_equal(sim_world()->log->seen & hd_detect_mask(0), 0);
}

static void
an_ignored_detector_finds_nothing(void **state)
{
    const struct bug *bug = *state;

    run(bug->wrong);

    assert_int_equal(judge(bit_of(bug->kind)), 0);
}

static void
the_same_bug_has_the_same_signature_in_a_second_run(void **state)
{
    const struct bug *bug = *state;

    run(bug->wrong);
    const uint64_t signature = assert_found(bug->kind, "")->signature;
    run(bug->wrong);

    assert_int_equal(assert_found(bug->kind, "")->signature, signature);
}

int
main(void)
{
    static char names[4 * BUGS][128];
    static struct CMUnitTest tests[4 * BUGS];
    static const struct {
        const char *name;
        CMUnitTestFunction fn;
    } facts[] = {
        {"the_bug_is_found_and_nothing_else",
         the_bug_is_found_and_nothing_else},
        {"the_repaired_program_is_clean", the_repaired_program_is_clean},
        {"an_ignored_detector_finds_nothing",
         an_ignored_detector_finds_nothing},
        {"the_same_bug_has_the_same_signature_in_a_second_run",
         the_same_bug_has_the_same_signature_in_a_second_run},
    };
    for (size_t i = 0; i < 4 * BUGS; i++) {
        snprintf(names[i], sizeof(names[i]), "%s: %s", bugs[i / 4].kind,
                 facts[i % 4].name);
        tests[i] = (struct CMUnitTest){.name = names[i],
                                       .test_func = facts[i % 4].fn,
                                       .initial_state = &bugs[i / 4]};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
