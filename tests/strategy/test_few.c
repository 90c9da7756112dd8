/*
 * Few deviations: exactly those schedules that dfs finds to have so many.
 */
#include "search.h"

#include <stdio.h>

#define COUNTS_MAX 32u

static struct hd_dfs *dfs;
static struct hd_few *few;

static int
set_up(void **state)
{
    (void)state;
    dfs = calloc(1, sizeof(*dfs));
    few = calloc(1, sizeof(*few));
    return dfs == NULL || few == NULL;
}

static int
tear_down(void **state)
{
    (void)state;
    free(dfs);
    free(few);
    return 0;
}

static unsigned
deviations(void)
{
    return (unsigned)sim_count(HD_LOG_DEVIATE);
}

/* How many schedules have how many deviations. */
static void
count_all(hd_fn *program, void *arg, unsigned counts[COUNTS_MAX])
{
    struct search *search = search_for(&hd_strategy_dfs, dfs, program, arg);
    memset(counts, 0, COUNTS_MAX * sizeof(*counts));
    while (search_once(search)) {
        assert_true(deviations() < COUNTS_MAX);
        counts[deviations()]++;
    }
}

static struct search *
search_few(hd_fn *program, void *arg, const char *text)
{
    memset(few, 0, sizeof(*few));
    assert_true(hd_strategy_few.init(few, text, 0));
    return search_for(&hd_strategy_few, few, program, arg);
}

static void
every_schedule_of_so_few_deviations_comes_once(void **state)
{
    static struct crowd crowds[] = {{2, 2}, {3, 1}, {4, 0}, {2, 4}};
    (void)state;

    for (size_t i = 0; i < sizeof(crowds) / sizeof(*crowds); i++) {
        unsigned counts[COUNTS_MAX], expected = 0;
        memset(dfs, 0, sizeof(*dfs));
        count_all(run_crowd, &crowds[i], counts);
        for (unsigned most = 0; most < 5; most++) {
            const char text[2] = {(char)('0' + most), '\0'};
            expected += counts[most];
            struct search *search = search_few(run_crowd, &crowds[i], text);
            while (search_once(search)) {
                assert_true(deviations() <= most);
            }
            assert_int_equal(search->executions, expected);
            assert_int_equal(search->different, expected);
            assert_false(few->cut || few->diverged);
        }
    }
}

static int
choose_often(void *arg)
{
    (void)arg;
    return hd_choose(3) == 2 && hd_choose(2) == 1 ? HD_E_USER : HD_OK;
}

static void
a_value_that_is_not_the_default_is_a_deviation(void **state)
{
    (void)state;

    struct search *none = search_few(choose_often, NULL, "0");
    search_all(none);
    assert_int_equal(none->executions, 1);

    struct search *one = search_few(choose_often, NULL, "1");
    search_all(one);
    assert_int_equal(one->executions, 3); /* 0, 1, and 2 0 */

    struct search *two = search_few(choose_often, NULL, "2");
    search_all(two);
    assert_int_equal(two->executions, 4);
}

/* Whoever goes on after a death has the state, and an unfinished execution. */
static void
an_execution_that_died_is_not_begun_again(void **state)
{
    static struct crowd crowd = {3, 1};
    struct search *search = search_few(run_crowd, &crowd, "2");
    unsigned deaths = 0;
    (void)state;

    search_all(search);
    const unsigned all = search->executions;
    search = search_few(run_crowd, &crowd, "2");
    while (search_once(search)) {
        /* Its last choices were not reached. */
        if (few->depth > 1 && deaths < 1) {
            few->depth--;
            deaths++;
        }
    }

    assert_int_equal(deaths, 1);
    assert_true(search->executions <= all);
    assert_false(few->diverged);
}

/* Main's second child; the crowd's tasks are a, b and c. */
static void
only_those_that_are_named_are_taken(void **state)
{
    static struct crowd crowd = {3, 0};
    char text[32];
    uint64_t path;
    (void)state;
    assert_true(hd_path_parse("0.2", 3, &path));
    snprintf(text, sizeof(text), "2:%llx", (unsigned long long)path);

    struct search *search = search_few(run_crowd, &crowd, text);
    unsigned first = 0;
    while (search_once(search)) {
        assert_true(strcmp(said, "abc") == 0 || strcmp(said, "bac") == 0);
        first += said[0] == 'b';
    }

    assert_int_equal(search->executions, 2);
    assert_int_equal(first, 1);
}

static void
what_is_no_number_makes_no_sense(void **state)
{
    (void)state;

    assert_false(hd_strategy_few.init(few, "", 0));
    assert_false(hd_strategy_few.init(few, "2x", 0));
    assert_true(hd_strategy_few.init(few, "12", 0));
    assert_int_equal(few->deviations_max, 12);
    assert_int_equal(few->only_count, 0);
    assert_true(hd_strategy_few.init(few, "1:ff,10", 0));
    assert_int_equal(few->only_count, 2);
    assert_int_equal(few->only[1], 16);
    assert_false(hd_strategy_few.init(few, "1:", 0));
    assert_false(hd_strategy_few.init(few, "1,ff", 0));
    assert_false(hd_strategy_few.init(few, "1:1,2,3,4,5", 0));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            every_schedule_of_so_few_deviations_comes_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_value_that_is_not_the_default_is_a_deviation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            an_execution_that_died_is_not_begun_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_those_that_are_named_are_taken,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_number_makes_no_sense,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
