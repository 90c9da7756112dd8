/*
 * Depth-first search: as many executions as there are schedules, each once.
 */
#include "search.h"

static struct hd_dfs *dfs;

static int
set_up(void **state)
{
    (void)state;
    dfs = calloc(1, sizeof(*dfs));
    return dfs == NULL;
}

static int
tear_down(void **state)
{
    (void)state;
    free(dfs);
    return 0;
}

static struct search *
search_with_dfs(hd_fn *program, void *arg)
{
    return search_for(&hd_strategy_dfs, dfs, program, arg);
}

/* ---- counts ---- */

static uint64_t
factorial(unsigned n)
{
    return n == 0 ? 1 : n * factorial(n - 1);
}

/* k tasks of n steps each: (k n)! / (n!)^k */
static uint64_t
multinomial(unsigned tasks, unsigned steps)
{
    uint64_t count = factorial(tasks * steps);
    for (unsigned i = 0; i < tasks; i++) {
        count /= factorial(steps);
    }
    return count;
}

static void
tasks_that_yield_have_a_multinomial_of_schedules(void **state)
{
    static struct crowd crowds[] = {
        {1, 3}, {2, 0}, {2, 1}, {2, 2}, {2, 4}, {3, 0}, {3, 1}, {3, 2}, {4, 1},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(crowds) / sizeof(*crowds); i++) {
        memset(dfs, 0, sizeof(*dfs));
        struct search *search = search_with_dfs(run_crowd, &crowds[i]);
        search_all(search);
        assert_int_equal(search->executions,
                         multinomial(crowds[i].tasks, crowds[i].yields + 1));
        assert_int_equal(search->different, search->executions);
        assert_false(dfs->cut || dfs->diverged);
    }
}

static void
the_first_execution_is_fifos(void **state)
{
    static struct crowd crowd = {3, 1};
    struct search *search = search_with_dfs(run_crowd, &crowd);
    (void)state;

    search_once(search);

    assert_string_equal(said, "abcabc");
    assert_int_equal(sim_count(HD_LOG_DEVIATE), 0);
}

static int
empty(void *arg)
{
    (void)arg;
    return HD_OK;
}

static void
a_program_without_choices_has_one_schedule(void **state)
{
    struct search *search = search_with_dfs(empty, NULL);
    (void)state;

    search_all(search);

    assert_int_equal(search->executions, 1);
}

/* ---- values ---- */

static bool seen[3][4];

static int
choose_two_values(void *arg)
{
    (void)arg;
    const uint64_t a = hd_choose(3);
    const uint64_t b = hd_choose(4);
    assert_false(seen[a][b]);
    seen[a][b] = true;
    return HD_OK;
}

static void
every_combination_of_values_comes_once(void **state)
{
    struct search *search = search_with_dfs(choose_two_values, NULL);
    (void)state;
    memset(seen, 0, sizeof(seen));

    search_all(search);

    assert_int_equal(search->executions, 12);
    for (size_t i = 0; i < 12; i++) {
        assert_true(seen[i / 4][i % 4]);
    }
}

static int
choose_once(void *arg)
{
    (void)arg;
    (void)hd_choose(2);
    return HD_OK;
}

static int
two_who_choose(void *arg)
{
    hd_task_spawn(choose_once, arg);
    hd_task_spawn(choose_once, arg);
    return hd_sleep(HD_MS(1));
}

static void
values_and_orders_multiply(void **state)
{
    struct search *search = search_with_dfs(two_who_choose, NULL);
    (void)state;

    search_all(search);

    assert_int_equal(search->executions, 2 * 2 * 2);
}

static int
choose_how_many(void *arg)
{
    (void)arg;
    if (hd_choose(2) == 1) {
        (void)hd_choose(3);
    }
    return HD_OK;
}

static void
a_choice_may_depend_on_another(void **state)
{
    struct search *search = search_with_dfs(choose_how_many, NULL);
    (void)state;

    search_all(search);

    assert_int_equal(search->executions, 1 + 3);
}

/* ---- where ---- */

static int
await_the_done_twice(void *arg)
{
    struct hd_future *future = hd_future_create();
    (void)arg;
    HD_TRY(hd_future_set(future, NULL));
    HD_TRY(hd_await(future));
    return hd_await(future);
}

static int
two_who_await(void *arg)
{
    hd_task_spawn(await_the_done_twice, arg);
    hd_task_spawn(await_the_done_twice, arg);
    return hd_sleep(HD_MS(1));
}

static void
points_at_awaits_multiply_the_schedules(void **state)
{
    struct search *search = search_with_dfs(two_who_await, NULL);
    (void)state;
    search_all(search);
    assert_int_equal(search->executions, 2);
    memset(dfs, 0, sizeof(*dfs));
    search = search_with_dfs(two_who_await, NULL);
    search->rules.points = HD_POINTS_AWAIT;

    search_all(search);

    /*
     * Main's own sleep is a point, too: one step more of main, which may come
     * first (it spawns, stands at its point, then sleeps) or anywhere between
     * the three steps of each of the others: 7! / (3! 3! 1!).
     */
    assert_int_equal(search->executions, 140);
}

static void
on_a_fifo_loop_only_values_vary(void **state)
{
    static struct crowd crowd = {3, 2};
    struct search *search = search_with_dfs(run_crowd, &crowd);
    (void)state;
    search->rules.order = HD_ORDER_LOOP;

    search_all(search);

    assert_int_equal(search->executions, 1);
}

/* ---- going on ---- */

static void
a_search_goes_on_from_its_state_in_another_process(void **state)
{
    static struct crowd crowd = {3, 1};
    struct search *search = search_with_dfs(run_crowd, &crowd);
    (void)state;
    for (unsigned i = 0; i < 40; i++) {
        assert_true(search_once(search));
    }

    struct hd_dfs *copy = calloc(1, sizeof(*copy));
    assert_non_null(copy);
    memcpy(copy, dfs, hd_strategy_dfs.used(dfs));
    memset(dfs, 0xee, sizeof(*dfs)); /* the first process has died */
    search->self = copy;
    search_all(search);

    assert_int_equal(search->executions, 90);
    assert_int_equal(search->different, 90);
    free(copy);
}

static int
die_or_live(void *arg)
{
    struct crowd crowd = {2, 1};
    (void)arg;
    HD_TRY(run_crowd(&crowd));
    return HD_OK;
}

static void
an_execution_that_died_early_is_not_tried_again(void **state)
{
    struct search *search = search_with_dfs(die_or_live, NULL);
    (void)state;
    search->rules.steps_max = 3;

    search_all(search);

    /* Main, then two steps of two tasks: a b, a a, b a, b b. */
    assert_int_equal(search->executions, 4);
    assert_int_equal(search->outcome, HD_OUTCOME_LIMIT);
}

/* ---- shards and progress ---- */

static int
choose_and_race(void *arg)
{
    static struct crowd crowd = {3, 1};
    (void)arg;
    const uint64_t value = hd_choose(3);
    HD_TRY(run_crowd(&crowd));
    return value == 1 && hd_choose(2) ? HD_OK : hd_yield();
}

static void
shards_run_together_what_one_search_runs(void **state)
{
    static struct search whole;
    whole = *search_with_dfs(choose_and_race, NULL);
    (void)state;
    search_all(&whole);

    for (uint32_t shards = 2; shards <= 5; shards++) {
        unsigned complete = 0;
        for (uint32_t shard = 0; shard < shards; shard++) {
            memset(dfs, 0, sizeof(*dfs));
            struct search *part = search_with_dfs(choose_and_race, NULL);
            part->shard = shard;
            part->shards = shards;
            search_all(part);
            complete += part->executions - part->pruned;
            assert_true(part->executions < whole.executions / shards * 2);
            for (unsigned i = 0; i < part->different; i++) {
                note_trace(&whole, part->traces[i]);
            }
        }
        assert_int_equal(complete, whole.executions);
        assert_int_equal(whole.different, whole.executions);
    }
}

static void
what_is_explored_grows_to_one(void **state)
{
    static struct crowd crowd = {3, 1};
    struct search *search = search_with_dfs(run_crowd, &crowd);
    double before = 0;
    (void)state;

    while (search_once(search)) {
        struct hd_progress progress = {0};
        hd_strategy_dfs.progress(dfs, &progress);
        assert_true(progress.explored >= before && progress.explored < 1);
        before = progress.explored;
    }

    struct hd_progress progress = {0};
    hd_strategy_dfs.progress(dfs, &progress);
    assert_true(progress.explored == 1);
    assert_int_equal(progress.pruned, 0);
}

/* ---- programs that are not deterministic ---- */

static unsigned runs;

static int
spawn_more_each_time(void *arg)
{
    (void)arg;
    struct crowd crowd = {2 + runs++, 0};
    return run_crowd(&crowd);
}

static void
a_program_that_does_not_repeat_itself_is_noticed(void **state)
{
    struct search *search = search_with_dfs(spawn_more_each_time, NULL);
    (void)state;
    runs = 0;

    search_once(search);
    assert_false(dfs->diverged);
    search_once(search);

    assert_true(dfs->diverged);
    assert_int_equal(search->outcome, HD_OUTCOME_PRUNED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tasks_that_yield_have_a_multinomial_of_schedules),
        TEST(the_first_execution_is_fifos),
        TEST(a_program_without_choices_has_one_schedule),
        TEST(every_combination_of_values_comes_once),
        TEST(values_and_orders_multiply),
        TEST(a_choice_may_depend_on_another),
        TEST(points_at_awaits_multiply_the_schedules),
        TEST(on_a_fifo_loop_only_values_vary),
        TEST(a_search_goes_on_from_its_state_in_another_process),
        TEST(an_execution_that_died_early_is_not_tried_again),
        TEST(shards_run_together_what_one_search_runs),
        TEST(what_is_explored_grows_to_one),
        TEST(a_program_that_does_not_repeat_itself_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
