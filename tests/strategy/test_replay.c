/*
 * Replay: follows a schedule, tolerates what does not fit, or prunes there.
 */
#include "base/random.h"

#include "search.h"

static struct crowd crowd = {3, 2};

/* Run the crowd at random; returns what was chosen. */
static struct hd_schedule
record(uint64_t seed)
{
    uint64_t random[8];
    assert_true(hd_strategy_random.bytes <= sizeof(random));
    const struct hd_run run = {.number = 1, .seed = seed};
    const struct hd_rules rules = HD_RULES_DEFAULT;
    struct hd_names names;
    struct hd_schedule schedule;
    hd_strategy_random.begin(random, &run);
    sim_explore(run_crowd, &crowd, &rules, &hd_strategy_random, random);
    assert_true(hd_names_init(&names, sim_world()->log));
    assert_true(hd_schedule_read(&schedule, sim_world()->log, &names));
    hd_names_finish(&names);
    return schedule;
}

struct replayed {
    enum hd_outcome outcome;
    size_t used, drift;
};

static struct replayed
replay(hd_fn *program, void *arg, const struct hd_schedule *schedule,
       bool strict)
{
    struct hd_replay self;
    const struct hd_rules rules = HD_RULES_DEFAULT;
    hd_replay_init(&self, schedule, strict);
    const struct replayed replayed = {
        .outcome = sim_explore(program, arg, &rules,
                               hd_replay_strategy(schedule), &self),
        .used = self.used,
        .drift = self.drift,
    };
    hd_replay_finish(&self);
    return replayed;
}

static void
add_switch(struct hd_schedule *schedule, const char *at, uint32_t step,
           const char *take)
{
    struct hd_deviation item = {.step = step};
    assert_true(hd_path_parse(at, strlen(at), &item.at));
    assert_true(hd_path_parse(take, strlen(take), &item.take));
    assert_true(hd_schedule_add(schedule, &item));
}

static void
add_order(struct hd_schedule *schedule, const char *earlier,
          uint32_t earlier_step, const char *later, uint32_t later_step)
{
    struct hd_deviation item = {
        .is_order = true, .take_step = earlier_step, .step = later_step};
    assert_true(hd_path_parse(earlier, strlen(earlier), &item.take));
    assert_true(hd_path_parse(later, strlen(later), &item.at));
    assert_true(hd_schedule_add(schedule, &item));
}

static void
add_value(struct hd_schedule *schedule, const char *at, uint32_t ordinal,
          uint64_t value)
{
    struct hd_deviation item = {
        .is_value = true, .step = ordinal, .value = value};
    assert_true(hd_path_parse(at, strlen(at), &item.at));
    assert_true(hd_schedule_add(schedule, &item));
}

/* ---- following ---- */

static void
what_was_recorded_is_replayed_step_by_step(void **state)
{
    (void)state;

    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct hd_schedule schedule = record(seed);
        const uint64_t trace = sim_world()->ready.view.trace_hash;

        const struct replayed replayed =
            replay(run_crowd, &crowd, &schedule, true);

        assert_int_equal(replayed.outcome, HD_OUTCOME_OK);
        assert_int_equal(replayed.used, schedule.count);
        assert_int_equal(replayed.drift, SIZE_MAX);
        assert_int_equal(sim_world()->ready.view.trace_hash, trace);
        hd_schedule_finish(&schedule);
    }
}

static void
an_empty_schedule_is_fifo(void **state)
{
    const struct hd_schedule empty = {0};
    (void)state;

    replay(run_crowd, &crowd, &empty, true);

    assert_string_equal(said, "abcabcabc");
}

static void
one_deviation_moves_one_step(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    add_switch(&schedule, "0.1", 2, "0.3");

    replay(run_crowd, &crowd, &schedule, true);

    assert_string_equal(said, "abccabcab");
    hd_schedule_finish(&schedule);
}

static void
deviations_of_one_key_come_one_after_another(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    add_switch(&schedule, "0.1", 1, "0.3");
    add_switch(&schedule, "0.1", 1, "0.2");

    const struct replayed replayed = replay(run_crowd, &crowd, &schedule, true);

    assert_int_equal(replayed.used, 2);
    assert_memory_equal(said, "cba", 3);
    hd_schedule_finish(&schedule);
}

/* ---- drifting ---- */

static void
a_deviation_that_does_not_fit_is_passed_over_and_reported(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    add_switch(&schedule, "0.1", 1, "0.2");
    add_switch(&schedule, "0.1", 2, "0.7"); /* there is none */
    add_switch(&schedule, "0.1", 3, "0.3");

    const struct replayed replayed =
        replay(run_crowd, &crowd, &schedule, false);

    assert_int_equal(replayed.outcome, HD_OUTCOME_OK);
    assert_int_equal(replayed.used, 2);
    assert_int_equal(replayed.drift, 1);
    hd_schedule_finish(&schedule);
}

static void
the_first_that_does_not_fit_is_the_drift(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    add_switch(&schedule, "0.1", 2, "0.8");
    add_switch(&schedule, "0.1", 1, "0.9");

    const struct replayed replayed =
        replay(run_crowd, &crowd, &schedule, false);

    assert_int_equal(replayed.drift, 0);
    hd_schedule_finish(&schedule);
}

static void
strictly_a_deviation_that_does_not_fit_prunes(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    add_switch(&schedule, "0.1", 1, "0.7");

    const struct replayed replayed = replay(run_crowd, &crowd, &schedule, true);

    assert_int_equal(replayed.outcome, HD_OUTCOME_PRUNED);
    assert_int_equal(replayed.drift, 0);
    hd_schedule_finish(&schedule);
}

static void
a_key_that_never_comes_is_not_used(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    add_switch(&schedule, "0.1", 99, "0.2");

    const struct replayed replayed =
        replay(run_crowd, &crowd, &schedule, false);

    assert_int_equal(replayed.used, 0);
    assert_string_equal(said, "abcabcabc");
    hd_schedule_finish(&schedule);
}

/* ---- orders ---- */

static void
an_order_holds_the_later_step_back(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    add_order(&schedule, "0.3", 2, "0.1", 2);

    const struct replayed replayed = replay(run_crowd, &crowd, &schedule, true);

    assert_int_equal(replayed.outcome, HD_OUTCOME_OK);
    assert_int_equal(replayed.used, 1);
    assert_int_equal(replayed.drift, SIZE_MAX);
    assert_string_equal(said, "abcbcabca");
    hd_schedule_finish(&schedule);
}

static void
an_order_that_holds_anyway_changes_nothing(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    add_order(&schedule, "0.1", 1, "0.2", 1);
    add_order(&schedule, "0.1", 3, "0.3", 3);

    const struct replayed replayed = replay(run_crowd, &crowd, &schedule, true);

    assert_int_equal(replayed.drift, SIZE_MAX);
    assert_string_equal(said, "abcabcabc");
    hd_schedule_finish(&schedule);
}

static void
orders_may_hold_back_several_one_after_another(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    add_order(&schedule, "0.3", 3, "0.2", 1);
    add_order(&schedule, "0.2", 3, "0.1", 1);

    const struct replayed replayed = replay(run_crowd, &crowd, &schedule, true);

    assert_int_equal(replayed.drift, SIZE_MAX);
    assert_string_equal(said, "cccbbbaaa");
    hd_schedule_finish(&schedule);
}

static void
an_order_goes_with_switches(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    add_switch(&schedule, "0.2", 1, "0.3"); /* the default, 0.1 being held */
    add_order(&schedule, "0.3", 3, "0.1", 1);

    const struct replayed replayed = replay(run_crowd, &crowd, &schedule, true);

    assert_int_equal(replayed.outcome, HD_OUTCOME_OK);
    assert_string_equal(said, "cbcbcabaa");
    hd_schedule_finish(&schedule);
}

/* Nobody could run: the later step goes on, and that is told. */
static void
orders_that_cannot_hold_are_drift(void **state)
{
    struct hd_schedule circle = {0}, missing = {0};
    (void)state;
    add_order(&circle, "0.1", 1, "0.2", 1);
    add_order(&circle, "0.2", 1, "0.3", 1);
    add_order(&circle, "0.3", 1, "0.1", 1);
    add_order(&missing, "0.7", 1, "0.1", 2);

    struct replayed replayed = replay(run_crowd, &crowd, &circle, false);
    assert_int_equal(replayed.outcome, HD_OUTCOME_OK);
    assert_int_equal(replayed.drift, 2);
    assert_string_equal(said, "abcabcabc");

    replayed = replay(run_crowd, &crowd, &missing, false);
    assert_int_equal(replayed.outcome, HD_OUTCOME_OK);
    assert_int_equal(replayed.drift, 0);
    assert_string_equal(said, "abcbcbcaa");

    replayed = replay(run_crowd, &crowd, &missing, true);
    assert_int_equal(replayed.outcome, HD_OUTCOME_PRUNED);
    hd_schedule_finish(&circle);
    hd_schedule_finish(&missing);
}

/* ---- a program is edited ---- */

static struct hd_event ready;
static bool is_edited;

static int
says_a(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    say('a');
    return HD_OK;
}

static int
waits_and_says_b(void *arg)
{
    (void)arg;
    HD_TRY(hd_event_wait(&ready));
    say('b');
    return HD_OK;
}

/* The edit: one more await before the event is set. */
static int
sets_event(void *arg)
{
    (void)arg;
    if (is_edited) {
        HD_TRY(hd_yield());
    }
    hd_event_set(&ready);
    return HD_OK;
}

static int
edited_program(void *arg)
{
    (void)arg;
    said[0] = '\0';
    hd_event_init(&ready);
    hd_task_spawn(says_a, NULL);
    hd_task_spawn(waits_and_says_b, NULL);
    hd_task_spawn(sets_event, NULL);
    return hd_sleep(HD_MS(1));
}

static void
an_order_survives_an_edit_where_a_switch_drifts(void **state)
{
    struct hd_schedule switches = {0}, orders = {0};
    (void)state;
    add_switch(&switches, "0.1", 2, "0.2");
    add_order(&orders, "0.2", 2, "0.1", 2);

    is_edited = false;
    replay(edited_program, NULL, &switches, true);
    assert_string_equal(said, "ba");
    replay(edited_program, NULL, &orders, true);
    assert_string_equal(said, "ba");

    is_edited = true;
    const struct replayed drifted =
        replay(edited_program, NULL, &switches, false);
    assert_int_equal(drifted.drift, 0);
    assert_string_equal(said, "ab");
    const struct replayed held = replay(edited_program, NULL, &orders, true);
    assert_int_equal(held.drift, SIZE_MAX);
    assert_string_equal(said, "ba");
    hd_schedule_finish(&switches);
    hd_schedule_finish(&orders);
}

/* ---- values ---- */

static uint64_t chosen[3];

static int
choose_three(void *arg)
{
    struct crowd two = {2, 1};
    (void)arg;
    for (size_t i = 0; i < 3; i++) {
        chosen[i] = hd_choose(4);
    }
    return run_crowd(&two);
}

static void
values_are_taken_by_their_ordinal(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    add_value(&schedule, "0", 1, 3);
    add_value(&schedule, "0", 3, 2);

    const struct replayed replayed =
        replay(choose_three, NULL, &schedule, true);

    assert_int_equal(replayed.used, 2);
    assert_int_equal(chosen[0], 3);
    assert_int_equal(chosen[1], 0);
    assert_int_equal(chosen[2], 2);
    hd_schedule_finish(&schedule);
}

static void
a_value_out_of_bounds_is_drift_and_counts_as_0(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    add_value(&schedule, "0", 2, 4);

    const struct replayed replayed =
        replay(choose_three, NULL, &schedule, false);

    assert_int_equal(replayed.outcome, HD_OUTCOME_OK);
    assert_int_equal(replayed.drift, 0);
    assert_int_equal(chosen[1], 0);
    hd_schedule_finish(&schedule);
}

static void
strictly_a_value_out_of_bounds_prunes_at_the_next_pick(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    add_value(&schedule, "0", 2, 4);

    const struct replayed replayed =
        replay(choose_three, NULL, &schedule, true);

    assert_int_equal(replayed.outcome, HD_OUTCOME_PRUNED);
    hd_schedule_finish(&schedule);
}

/* ---- many ---- */

static unsigned quiet_steps[2];

static int
step_quietly(void *arg)
{
    unsigned *steps = arg;
    for (unsigned i = 0; i < 5000; i++) {
        (*steps)++;
        HD_TRY(hd_yield());
    }
    return HD_OK;
}

static int
two_quiet_ones(void *arg)
{
    (void)arg;
    quiet_steps[0] = quiet_steps[1] = 0;
    struct hd_task *a = hd_task_spawn(step_quietly, &quiet_steps[0]);
    struct hd_task *b = hd_task_spawn(step_quietly, &quiet_steps[1]);
    HD_TRY(hd_await(a));
    return hd_await(b);
}

static void
every_one_of_2000_deviations_is_found_by_its_key(void **state)
{
    struct hd_schedule schedule = {0};
    (void)state;
    for (uint32_t step = 2; step < 2002; step++) {
        add_switch(&schedule, "0.1", step, "0.2");
    }

    const struct replayed replayed =
        replay(two_quiet_ones, NULL, &schedule, true);

    assert_int_equal(replayed.outcome, HD_OUTCOME_OK);
    assert_int_equal(replayed.used, 2000);
    hd_schedule_finish(&schedule);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_recorded_is_replayed_step_by_step),
        cmocka_unit_test(an_empty_schedule_is_fifo),
        cmocka_unit_test(one_deviation_moves_one_step),
        cmocka_unit_test(deviations_of_one_key_come_one_after_another),
        cmocka_unit_test(
            a_deviation_that_does_not_fit_is_passed_over_and_reported),
        cmocka_unit_test(the_first_that_does_not_fit_is_the_drift),
        cmocka_unit_test(strictly_a_deviation_that_does_not_fit_prunes),
        cmocka_unit_test(a_key_that_never_comes_is_not_used),
        cmocka_unit_test(an_order_holds_the_later_step_back),
        cmocka_unit_test(an_order_that_holds_anyway_changes_nothing),
        cmocka_unit_test(orders_may_hold_back_several_one_after_another),
        cmocka_unit_test(an_order_goes_with_switches),
        cmocka_unit_test(orders_that_cannot_hold_are_drift),
        cmocka_unit_test(an_order_survives_an_edit_where_a_switch_drifts),
        cmocka_unit_test(values_are_taken_by_their_ordinal),
        cmocka_unit_test(a_value_out_of_bounds_is_drift_and_counts_as_0),
        cmocka_unit_test(
            strictly_a_value_out_of_bounds_prunes_at_the_next_pick),
        cmocka_unit_test(every_one_of_2000_deviations_is_found_by_its_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
