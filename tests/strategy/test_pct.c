/*
 * Probabilistic concurrency testing: who has the highest priority steps, and a
 * change point, a spinner or an execution without end changes that.
 */
#include "sampler.h"

/* ---- what may be asked for ---- */

static bool
is_accepted(const char *text)
{
    void *self = hd_shared_map(hd_strategy_pct.bytes);
    const bool accepted = hd_strategy_pct.init(self, text, 1);
    hd_shared_unmap(self, hd_strategy_pct.bytes);
    return accepted;
}

static void
only_depths_and_horizons_are_taken(void **state)
{
    (void)state;

    assert_true(is_accepted(""));
    assert_true(is_accepted("3"));
    assert_true(is_accepted("100"));
    assert_true(is_accepted("all"));
    assert_true(is_accepted("3,all"));
    assert_true(is_accepted("3,all,steps=12"));
    assert_true(is_accepted("steps=12"));
    assert_false(is_accepted("0"));
    assert_false(is_accepted("101"));
    assert_false(is_accepted("3,"));
    assert_false(is_accepted("3all"));
    assert_false(is_accepted("deep"));
    assert_false(is_accepted("3,steps=0"));
    assert_false(is_accepted("3,steps=12,all"));
}

/* ---- priorities ---- */

/* How often the letter changes. */
static unsigned
switches(void)
{
    unsigned count = 0;
    for (size_t i = 1; said[i] != '\0'; i++) {
        count += said[i] != said[i - 1];
    }
    return count;
}

static void
without_change_points_each_task_runs_to_its_end(void **state)
{
    static struct crowd crowd = {4, 5};
    unsigned first[4] = {0};
    (void)state;
    sampler_make(&hd_strategy_pct, "1");

    for (uint64_t i = 0; i < 401; i++) {
        sampler_run(run_crowd, &crowd, i);
        if (i > 0) {
            assert_int_equal(switches(), 3);
            first[said[0] - 'a']++;
        }
    }

    for (size_t i = 0; i < 4; i++) {
        assert_in_range(first[i], 65, 135); /* 100, give or take 4 sigma */
    }
    sampler_drop();
}

static void
each_change_point_costs_a_task_its_turn_once(void **state)
{
    static struct crowd crowd = {4, 5};
    unsigned changed = 0;
    (void)state;
    sampler_make(&hd_strategy_pct, "3");

    for (uint64_t i = 0; i < 401; i++) {
        sampler_run(run_crowd, &crowd, i);
        if (i > 0) {
            assert_in_range(switches(), 3, 5);
            changed += switches() == 5;
        }
    }

    assert_in_range(changed, 100, 390);
    sampler_drop();
}

static void
the_depth_rotates(void **state)
{
    static struct crowd crowd = {4, 9};
    unsigned most[4] = {0};
    (void)state;
    sampler_make(&hd_strategy_pct, "");

    for (uint64_t i = 0; i < 401; i++) {
        sampler_run(run_crowd, &crowd, i);
        unsigned *mine = &most[(i + 3) % 4];
        if (i > 0 && switches() > *mine) {
            *mine = switches();
        }
    }

    assert_int_equal(most[0], 3 + 1);
    assert_int_equal(most[1], 3 + 2);
    assert_int_equal(most[2], 3 + 4);
    assert_in_range(most[3], 3 + 5, 3 + 9);
    sampler_drop();
}

static int
take_nothing(void *arg)
{
    (void)arg;
    say('n');
    return HD_OK;
}

static int
run_long_and_short(void *arg)
{
    (void)arg;
    said[0] = '\0';
    yields_each = 7;
    hd_task_spawn(take_steps, (void *)(uintptr_t)'a');
    hd_task_spawn(take_nothing, NULL);
    return hd_sleep(HD_MS(1));
}

/* Whatever the profiling run was: in most of them the short task ends early,
   and hardly anything was to be decided. */
static void
every_decision_may_be_a_change_point(void **state)
{
    (void)state;
    for (uint64_t profile = 0; profile < 20; profile++) {
        unsigned ended_at = 0;
        sampler_make(&hd_strategy_pct, "2");
        sampler_run_seeded(run_long_and_short, NULL, 0, profile);
        for (uint64_t i = 1; i < 300; i++) {
            sampler_run(run_long_and_short, NULL, i);
            ended_at |= 1u << (strchr(said, 'n') - said);
        }
        assert_int_equal(ended_at, 0x1ff); /* after 0 to 8 of eight steps */
        sampler_drop();
    }
}

/* ---- chains ---- */

static void
say_callback(void *arg)
{
    (void)arg;
    say('c');
}

static int
call_then_yield(void *arg)
{
    (void)arg;
    hd_loop_call_soon(hd_loop_running(), say_callback, NULL);
    say('t');
    for (int i = 0; i < 5; i++) {
        HD_TRY(hd_yield());
        say('t');
    }
    return HD_OK;
}

static int
run_caller(void *arg)
{
    said[0] = '\0';
    hd_task_spawn(call_then_yield, arg);
    return hd_sleep(HD_MS(1));
}

static void
what_a_task_causes_comes_at_once_or_after_it(void **state)
{
    unsigned at_once = 0;
    (void)state;
    sampler_make(&hd_strategy_pct, "1");

    for (uint64_t i = 1; i < 401; i++) {
        sampler_run(run_caller, NULL, i);
        const bool early = strcmp(said, "tcttttt") == 0;
        at_once += early;
        assert_true(early || strcmp(said, "ttttttc") == 0);
    }

    assert_in_range(at_once, 160, 240);
    sampler_drop();
}

/* ---- who would never come ---- */

static bool is_set;
static unsigned spins;

static int
spin_until_set(void *arg)
{
    (void)arg;
    while (!is_set) {
        spins++;
        HD_TRY(hd_yield());
    }
    return HD_OK;
}

static int
set(void *arg)
{
    (void)arg;
    is_set = true;
    return HD_OK;
}

static int
run_spinners(void *arg)
{
    is_set = false;
    spins = 0;
    hd_task_spawn(spin_until_set, arg);
    hd_task_spawn(spin_until_set, arg);
    hd_task_spawn(set, arg);
    return hd_sleep(HD_MS(1));
}

static void
who_spins_waits_for_the_others(void **state)
{
    unsigned most = 0;
    (void)state;
    sampler_make(&hd_strategy_pct, "1");

    for (uint64_t i = 0; i < 200; i++) {
        sampler_run(run_spinners, NULL, i);
        most = spins > most ? spins : most;
    }

    assert_in_range(most, 60, 70); /* 32 of each, and a step or two */
    sampler_drop();
}

static void
post_until_set(void *arg)
{
    spins++;
    if (!is_set) {
        hd_loop_call_soon(hd_loop_running(), post_until_set, arg);
    }
}

static int
run_poster(void *arg)
{
    is_set = false;
    spins = 0;
    hd_loop_call_soon(hd_loop_running(), post_until_set, arg);
    hd_task_spawn(set, arg);
    return hd_sleep(HD_MS(1));
}

static void
an_execution_without_end_becomes_a_fair_walk(void **state)
{
    unsigned most = 0;
    (void)state;
    sampler_make(&hd_strategy_pct, "1");

    for (uint64_t i = 0; i < 50; i++) {
        sampler_run(run_poster, NULL, i);
        most = spins > most ? spins : most;
    }

    assert_in_range(most, 1000, 1200);
    sampler_drop();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        SAMPLER_TESTS,
        cmocka_unit_test(only_depths_and_horizons_are_taken),
        cmocka_unit_test(without_change_points_each_task_runs_to_its_end),
        cmocka_unit_test(each_change_point_costs_a_task_its_turn_once),
        cmocka_unit_test(the_depth_rotates),
        cmocka_unit_test(every_decision_may_be_a_change_point),
        cmocka_unit_test(what_a_task_causes_comes_at_once_or_after_it),
        cmocka_unit_test(who_spins_waits_for_the_others),
        cmocka_unit_test(an_execution_without_end_becomes_a_fair_walk),
    };
    sampler_strategy = &hd_strategy_pct;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
