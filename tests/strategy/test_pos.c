/*
 * Partial order sampling of coroutines, which do not tell what they are about
 * to touch: it is predicted from the profiling run. On the model programs,
 * which do tell, test_chances.c has the numbers.
 */
#include "sampler.h"

#include <heddle/access.h>
#include <math.h>

#define RUNS 20000u

/* ---- the published programs, as coroutines ---- */

static int64_t x;
static bool was_bad;

static int
increment(void *arg)
{
    (void)arg;
    HD_READ(&x);
    const int64_t before = x;
    HD_TRY(hd_yield());
    HD_WRITE(&x);
    x = before + 1;
    return HD_OK;
}

static int
run_increments(void *arg)
{
    const uintptr_t tasks = (uintptr_t)arg;
    x = 0;
    for (uintptr_t i = 0; i < tasks; i++) {
        hd_task_spawn(increment, NULL);
    }
    HD_TRY(hd_sleep(HD_MS(1)));
    was_bad = x != (int64_t)tasks;
    return HD_OK;
}

static int64_t a, b;

static int
set_both(void *arg)
{
    (void)arg;
    HD_WRITE(&a);
    a = 1;
    HD_TRY(hd_yield());
    HD_WRITE(&b);
    b = -1;
    return HD_OK;
}

static int
check_both(void *arg)
{
    (void)arg;
    HD_READ(&a);
    const int64_t first = a;
    HD_TRY(hd_yield());
    HD_READ(&b);
    was_bad = !((first == 0 && b == 0) || (first == 1 && b == -1));
    return HD_OK;
}

static int
run_reorder(void *arg)
{
    a = b = 0;
    hd_task_spawn(set_both, arg);
    hd_task_spawn(set_both, arg);
    hd_task_spawn(check_both, arg);
    return hd_sleep(HD_MS(1));
}

/* ---- */

static void
check_part(hd_fn *program, uintptr_t arg, double expected)
{
    unsigned bad = 0;
    sampler_make(&hd_strategy_pos, "");
    for (uint64_t i = 0; i <= RUNS; i++) {
        sampler_run(program, (void *)arg, i);
        bad += i > 0 && was_bad;
    }
    const double part = (double)bad / RUNS;
    const double deviation = sqrt(expected * (1 - expected) / RUNS);
    if (fabs(part - expected) > 4 * deviation) {
        print_message("%.4f, should be %.4f\n", part, expected);
    }
    assert_true(fabs(part - expected) <= 4 * deviation);
    sampler_drop();
}

static void
predicted_races_are_as_likely_as_known_ones(void **state)
{
    (void)state;

    /* As published for inc(2), inc(3) and reorder_simple(2). */
    check_part(run_increments, 2, 1.0 / 3);
    check_part(run_increments, 3, 2.0 / 3);
    check_part(run_reorder, 0, 29.0 / 90);
}

/* ---- who is alone with its memory ---- */

static int
write_often(void *arg)
{
    int64_t *own = arg;
    for (int i = 0; i < 6; i++) {
        HD_WRITE(own);
        *own += 1;
        HD_TRY(hd_yield());
    }
    return HD_OK;
}

static int
run_loners(void *arg)
{
    static int64_t own[3];
    (void)arg;
    for (int i = 0; i < 3; i++) {
        hd_task_spawn(write_often, &own[i]);
    }
    return hd_sleep(HD_MS(1));
}

static const char *
words(void)
{
    static struct hd_progress progress;
    progress = (struct hd_progress){0};
    sampler.strategy->progress(sampler.self, &progress);
    return progress.text;
}

static void
what_one_task_touches_alone_is_not_shared(void **state)
{
    (void)state;
    sampler_make(&hd_strategy_pos, "");
    sampler_run(run_loners, NULL, 0);
    sampler_run(run_loners, NULL, 1);
    assert_string_equal(words(), "0 objects are shared");
    sampler_drop();

    sampler_make(&hd_strategy_pos, "");
    sampler_run(run_reorder, NULL, 0);
    sampler_run(run_reorder, NULL, 1);
    assert_string_equal(words(), "2 objects are shared");
    sampler_drop();
}

/* ---- a crowd at one object ---- */

static int
run_crowded(void *arg)
{
    static int64_t one;
    (void)arg;
    for (int i = 0; i < 2000; i++) {
        hd_task_spawn(write_often, &one);
    }
    return hd_sleep(HD_MS(1));
}

static void
a_crowd_at_one_object_ends(void **state)
{
    (void)state;
    sampler_make(&hd_strategy_pos, "");

    for (uint64_t i = 0; i < 3; i++) {
        sampler_run(run_crowded, NULL, i);
    }

    assert_int_equal(sim_world()->ready.view.step, 3 + 2000 * 7);
    sampler_drop();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        SAMPLER_TESTS,
        cmocka_unit_test(predicted_races_are_as_likely_as_known_ones),
        cmocka_unit_test(what_one_task_touches_alone_is_not_shared),
        cmocka_unit_test(a_crowd_at_one_object_ends),
    };
    sampler_strategy = &hd_strategy_pos;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
