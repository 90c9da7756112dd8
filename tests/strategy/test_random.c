#include "base/random.h"

#include "search.h"

static uint64_t self[8]; /* more than it wants */

static uint64_t
run_with_seed(uint64_t seed)
{
    static struct crowd crowd = {4, 5};
    const struct hd_rules rules = HD_RULES_DEFAULT;
    const struct hd_run run = {.number = 1, .seed = seed};
    assert_true(hd_strategy_random.bytes <= sizeof(self));
    hd_strategy_random.begin(self, &run);
    sim_explore(run_crowd, &crowd, &rules, &hd_strategy_random, &self);
    return sim_world()->ready.view.trace_hash;
}

static void
the_same_seed_gives_the_same_schedule(void **state)
{
    (void)state;

    for (uint64_t seed = 0; seed < 50; seed++) {
        assert_int_equal(run_with_seed(seed), run_with_seed(seed));
    }
}

static void
other_seeds_give_other_schedules(void **state)
{
    (void)state;

    unsigned same = 0;
    const uint64_t first = run_with_seed(0);
    for (uint64_t seed = 1; seed < 50; seed++) {
        same += run_with_seed(seed) == first;
    }

    assert_int_equal(same, 0);
}

static void
all_orders_of_a_small_program_are_reached(void **state)
{
    static struct crowd crowd = {3, 1};
    struct search *search =
        search_for(&hd_strategy_random, self, run_crowd, &crowd);
    (void)state;

    while (search->executions < 2000) {
        assert_true(search_once(search));
    }

    assert_int_equal(search->different, 90); /* 6! / (2! 2! 2!) */
}

static void
each_of_three_comes_first_about_as_often(void **state)
{
    static struct crowd crowd = {3, 0};
    unsigned first[3] = {0};
    struct search *search =
        search_for(&hd_strategy_random, self, run_crowd, &crowd);
    (void)state;

    while (search->executions < 6000) {
        search_once(search);
        first[said[0] - 'a']++;
    }

    for (size_t i = 0; i < 3; i++) {
        assert_in_range(first[i], 1850, 2150);
    }
}

static uint64_t chosen;

static int
choose_among_five(void *arg)
{
    (void)arg;
    chosen = hd_choose(5);
    return HD_OK;
}

static void
every_value_is_chosen(void **state)
{
    unsigned counts[5] = {0};
    struct search *search =
        search_for(&hd_strategy_random, self, choose_among_five, NULL);
    (void)state;

    while (search->executions < 1000) {
        search_once(search);
        counts[chosen]++;
    }

    for (size_t i = 0; i < 5; i++) {
        assert_in_range(counts[i], 140, 260);
    }
}

static int
sleep_often(void *arg)
{
    const unsigned times = (unsigned)(uintptr_t)arg;
    for (unsigned i = 0; i < times; i++) {
        HD_TRY(hd_sleep(HD_MS(1)));
    }
    return HD_OK;
}

static int
await_who_sleeps_often(void *arg)
{
    (void)hd_await(hd_task_spawn(sleep_often, arg));
    return HD_OK;
}

/* How many of 1000 runs cut the last third of so many sleeps; no one, none. */
static unsigned
cuts_late(uintptr_t sleeps, unsigned *out_none)
{
    struct search *search = search_for(&hd_strategy_random, self,
                                       await_who_sleeps_often, (void *)sleeps);
    unsigned late = 0;
    search->rules.cancels_max = 1;
    *out_none = 0;
    while (search->executions < 1000) {
        search_once(search);
        const bool cut = sim_count(HD_LOG_FAULT) > 0;
        *out_none += !cut;
        late += cut && sim_world()->now_ns >= HD_MS(sleeps * 2 / 3);
    }
    return late;
}

static void
faults_come_early_and_late_in_short_and_long_programs(void **state)
{
    unsigned none;
    (void)state;

    assert_in_range(cuts_late(3, &none), 40, 300);
    assert_in_range(none, 300, 900);
    assert_in_range(cuts_late(30, &none), 40, 300);
    assert_in_range(none, 300, 900);
    assert_in_range(cuts_late(300, &none), 40, 300);
    assert_in_range(none, 50, 900);
}

static unsigned yields_before_the_time;

static int
yield_until_the_time(void *arg)
{
    (void)arg;
    yields_before_the_time = 0;
    while (hd_loop_now(hd_loop_running()) == 0) {
        yields_before_the_time++;
        HD_TRY(hd_yield());
    }
    return HD_OK;
}

static int
race_the_clock(void *arg)
{
    struct hd_task *task = hd_task_spawn(yield_until_the_time, arg);
    HD_TRY(hd_sleep(HD_MS(1)));
    return hd_await(task);
}

static void
the_clock_jumps_less_often_than_a_task_steps(void **state)
{
    struct search *search =
        search_for(&hd_strategy_random, self, race_the_clock, NULL);
    uint64_t yields = 0;
    (void)state;
    search->rules.clock = HD_CLOCK_JUMP;

    while (search->executions < 1000) {
        search_once(search);
        yields += yields_before_the_time;
    }

    assert_in_range(yields, 6000, 18000); /* a fair coin would give 2000 */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_schedule),
        cmocka_unit_test(other_seeds_give_other_schedules),
        cmocka_unit_test(all_orders_of_a_small_program_are_reached),
        cmocka_unit_test(each_of_three_comes_first_about_as_often),
        cmocka_unit_test(every_value_is_chosen),
        cmocka_unit_test(faults_come_early_and_late_in_short_and_long_programs),
        cmocka_unit_test(the_clock_jumps_less_often_than_a_task_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
