/*
 * Steps that compute for long: for more than a moment, for less, and for long
 * in small steps.
 */
#include <heddle/test.h>

#include <time.h>

/* Two and a half times what is allowed, and with ASan more. */
#if defined(__SANITIZE_ADDRESS__)
#define LONG_MS 800
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LONG_MS 800
#endif
#endif
#ifndef LONG_MS
#define LONG_MS 250
#endif

static uint64_t
cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void
compute(uint64_t ms)
{
    const uint64_t until_ms = cpu_ms() + ms;
    while (cpu_ms() < until_ms) {
    }
}

static int
compute_long(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    compute(LONG_MS);
    return hd_yield();
}

static int
compute_shortly(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    compute(40);
    return hd_yield();
}

static int
compute_in_pieces(void *arg)
{
    (void)arg;
    for (int i = 0; i < 20; i++) {
        compute(20);
        HD_TRY(hd_yield());
    }
    return 0;
}

static int
tick(void *arg)
{
    (void)arg;
    return hd_sleep(HD_MS(1));
}

static void
run_with_ticks(hd_fn *fn)
{
    struct hd_task *a = hd_task_spawn(fn, NULL);
    struct hd_task *b = hd_task_spawn(tick, NULL);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(a_step_that_computes_for_long_is_found, .expect = "blocking-call")
{
    run_with_ticks(compute_long);
}

HD_TEST(a_step_that_computes_shortly_is_clean)
{
    run_with_ticks(compute_shortly);
}

HD_TEST(a_computation_in_small_steps_is_clean)
{
    run_with_ticks(compute_in_pieces);
}

/* No loop runs: nobody is held. */
HD_TEST(code_outside_of_all_loops_may_compute, .loop = HD_LOOP_NONE)
{
    compute(LONG_MS);
}
