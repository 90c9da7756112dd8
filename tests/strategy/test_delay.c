/*
 * Iterative delay bounding: every schedule once, the cheaper ones first. What
 * the orders cost by number is counted with the model programs (tests/model).
 */
#include "search.h"

#include "explore/shared.h"

static void *self;

static int
set_up(void **state)
{
    (void)state;
    self = hd_shared_map(hd_strategy_delay.bytes);
    return self == NULL;
}

static int
tear_down(void **state)
{
    (void)state;
    hd_shared_unmap(self, hd_strategy_delay.bytes);
    return 0;
}

static struct search *
search_with(const char *order, hd_fn *program, void *arg)
{
    tear_down(NULL);
    assert_int_equal(set_up(NULL), 0);
    assert_true(hd_strategy_delay.init(self, order, 1));
    return search_for(&hd_strategy_delay, self, program, arg);
}

static const char *
words(void)
{
    static struct hd_progress progress;
    progress = (struct hd_progress){0};
    hd_strategy_delay.progress(self, &progress);
    assert_false(progress.cut);
    assert_false(hd_strategy_delay.diverged(self));
    return progress.text;
}

/* How many executions there were by the end of each bound. */
static unsigned
counts_by_bound(struct search *search, unsigned counts[], unsigned max)
{
    char now[120] = "";
    unsigned bounds = 0;
    while (search_once(search)) {
        if (strcmp(words(), now) != 0) {
            strcpy(now, words());
            counts[bounds++] = search->executions - 1;
            assert_true(bounds < max);
        }
    }
    counts[bounds++] = search->executions;
    return bounds;
}

static void
each_order_of_a_few_tasks_comes_once(void **state)
{
    static struct crowd crowds[] = {{1, 3}, {2, 2}, {3, 0}, {3, 1}, {4, 1}};
    static const unsigned counts[] = {1, 20, 6, 90, 2520};
    static const char *const orders[] = {"", "fifo", "rr", "oldest"};
    (void)state;

    for (size_t i = 0; i < 5; i++) {
        for (size_t j = 0; j < 4; j++) {
            struct search *search =
                search_with(orders[j], run_crowd, &crowds[i]);
            search_all(search);
            assert_int_equal(search->executions, counts[i]);
            assert_int_equal(search->different, counts[i]);
            assert_non_null(words());
        }
    }
}

static void
cheaper_schedules_come_first(void **state)
{
    static struct crowd crowd = {4, 0};
    unsigned counts[9];
    struct search *search = search_with("", run_crowd, &crowd);
    (void)state;

    const unsigned bounds = counts_by_bound(search, counts, 9);

    /* Permutations of four by the number of their inversions. */
    static const unsigned expected[] = {1, 4, 9, 15, 20, 23, 24};
    assert_int_equal(bounds, 7);
    for (unsigned i = 0; i < 7; i++) {
        assert_int_equal(counts[i], expected[i]);
    }
}

static void
the_default_of_fifo_is_the_plain_run(void **state)
{
    static struct crowd crowd = {3, 1};
    struct search *search = search_with("fifo", run_crowd, &crowd);
    (void)state;

    search_once(search);

    assert_string_equal(said, "abcabc");
    assert_int_equal(sim_count(HD_LOG_DEVIATE), 0);
}

static void
the_oldest_or_the_next_in_turn_come_first(void **state)
{
    static struct crowd crowd = {3, 1};
    (void)state;

    struct search *search = search_with("oldest", run_crowd, &crowd);
    search_once(search);
    assert_string_equal(said, "aabbcc");

    search = search_with("rr", run_crowd, &crowd);
    search_once(search);
    assert_string_equal(said, "aabbcc");
}

static unsigned values_seen[3][4];

static int
choose_two_values(void *arg)
{
    (void)arg;
    const uint64_t a = hd_choose(3);
    const uint64_t b = hd_choose(4);
    values_seen[a][b]++;
    return HD_OK;
}

static void
a_value_costs_one_whichever_it_is(void **state)
{
    unsigned counts[4];
    struct search *search = search_with("", choose_two_values, NULL);
    (void)state;
    memset(values_seen, 0, sizeof(values_seen));

    assert_int_equal(counts_by_bound(search, counts, 4), 3);

    assert_int_equal(counts[0], 1);
    assert_int_equal(counts[1], 1 + 2 + 3);
    assert_int_equal(counts[2], 12);
    for (size_t i = 0; i < 12; i++) {
        assert_int_equal(values_seen[i / 4][i % 4], 1);
    }
}

/* ---- programs that do not stay what they are ---- */

static unsigned runs;

static int
be_different_each_time(void *arg)
{
    struct crowd crowd = {2 + runs++ % 2, 1};
    (void)arg;
    return run_crowd(&crowd);
}

static void
a_program_that_does_not_repeat_itself_is_told(void **state)
{
    struct search *search = search_with("", be_different_each_time, NULL);
    bool told = false;
    (void)state;
    runs = 0;

    for (unsigned i = 0; i < 20 && search_once(search); i++) {
        told = told || hd_strategy_delay.diverged(self);
    }

    assert_true(told);
}

/* As if the process had died: nothing is told of the end. */
static void
an_execution_that_dies_leaves_the_others(void **state)
{
    static struct crowd crowd = {2, 2};
    struct search *search = search_with("", run_crowd, &crowd);
    struct hd_strategy mortal = hd_strategy_delay;
    (void)state;
    mortal.end = NULL;
    search->strategy = &mortal;

    search_once(search);
    const struct hd_run run = {.number = 1};
    assert_true(mortal.begin(self, &run)); /* and not a single choice */
    search_all(search);

    assert_in_range(search->different, 10, 19);
    assert_false(hd_strategy_delay.diverged(self));
}

static void
only_its_orders_are_taken(void **state)
{
    (void)state;

    assert_true(hd_strategy_delay.init(self, "rr", 1));
    assert_false(hd_strategy_delay.init(self, "random", 1));
    assert_false(hd_strategy_delay.init(self, "rr,", 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_order_of_a_few_tasks_comes_once),
        TEST(cheaper_schedules_come_first),
        TEST(the_default_of_fifo_is_the_plain_run),
        TEST(the_oldest_or_the_next_in_turn_come_first),
        TEST(a_value_costs_one_whichever_it_is),
        TEST(a_program_that_does_not_repeat_itself_is_told),
        TEST(an_execution_that_dies_leaves_the_others),
        TEST(only_its_orders_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
