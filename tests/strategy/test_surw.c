/*
 * The selectively uniform random walk: all interleavings are equally likely, of
 * all steps or of those that touch one object. The orders are told apart by
 * what the tasks say, counted by dfs, and judged by chi-square.
 */
#include "sampler.h"

#include <heddle/access.h>
#include <math.h>

#define ORDERS_MAX 1024u

/* What was said, and how often. */
static struct {
    char said[ORDERS_MAX][64];
    unsigned times[ORDERS_MAX], count;
} orders;

static unsigned *
times_of(const char *what)
{
    unsigned at = 0;
    while (at < orders.count && strcmp(orders.said[at], what) != 0) {
        at++;
    }
    assert_true(at < ORDERS_MAX);
    if (at == orders.count) {
        strcpy(orders.said[at], what);
        orders.times[at] = 0;
        orders.count++;
    }
    return &orders.times[at];
}

static void
count_orders(hd_fn *program)
{
    struct hd_dfs *dfs = hd_shared_map(sizeof(*dfs));
    struct search *search = search_for(&hd_strategy_dfs, dfs, program, NULL);
    orders.count = 0;
    while (search_once(search)) {
        (void)times_of(said);
    }
    hd_shared_unmap(dfs, sizeof(*dfs));
}

/* Chi-square over its mean is within four standard deviations. */
static void
check_uniform(unsigned runs)
{
    const double expected = (double)runs / orders.count;
    const double freedom = orders.count - 1;
    double square = 0;
    for (unsigned i = 0; i < orders.count; i++) {
        const double off = orders.times[i] - expected;
        square += off * off / expected;
    }
    if (square > freedom + 4 * sqrt(2 * freedom)) {
        print_message("%u orders, chi-square %.1f\n", orders.count, square);
    }
    assert_true(square <= freedom + 4 * sqrt(2 * freedom));
    assert_true(square >= freedom - 4 * sqrt(2 * freedom));
}

static void
sample(hd_fn *program, const char *text, unsigned runs)
{
    const unsigned known = orders.count;
    sampler_make(&hd_strategy_surw, text);
    sampler_run(program, NULL, 0);
    for (uint64_t i = 1; i <= runs; i++) {
        sampler_run(program, NULL, i);
        ++*times_of(said);
    }
    assert_int_equal(orders.count, known);
    sampler_drop();
}

/* ---- every step ---- */

static int
talk(void *arg)
{
    static const unsigned yields[] = {1, 3, 1};
    const uintptr_t who = (uintptr_t)arg;
    const char letter = (char)('a' + who);
    say(letter);
    for (unsigned i = 0; i < yields[who]; i++) {
        HD_TRY(hd_yield());
        say(letter);
    }
    return HD_OK;
}

static int
run_uneven(void *arg)
{
    (void)arg;
    said[0] = '\0';
    for (uintptr_t i = 0; i < 3; i++) {
        hd_task_spawn(talk, (void *)i);
    }
    return hd_sleep(HD_MS(1));
}

static int
run_even(void *arg)
{
    static struct crowd crowd = {3, 1};
    (void)arg;
    return run_crowd(&crowd);
}

static int
talk_and_spawn(void *arg)
{
    (void)arg;
    say('p');
    HD_TRY(hd_yield());
    say('p');
    hd_task_spawn(talk, (void *)0);
    HD_TRY(hd_yield());
    say('p');
    return HD_OK;
}

static int
run_family(void *arg)
{
    said[0] = '\0';
    hd_task_spawn(talk_and_spawn, arg);
    hd_task_spawn(talk, (void *)1);
    return hd_sleep(HD_MS(1));
}

static void
check_all(hd_fn *program)
{
    count_orders(program);
    sample(program, "all", 50 * orders.count + 1000);
    check_uniform(50 * orders.count + 1000);
}

static void
all_orders_of_straight_tasks_are_equally_likely(void **state)
{
    (void)state;

    check_all(run_even);
    assert_int_equal(orders.count, 90);
    check_all(run_uneven);
    assert_int_equal(orders.count, 420); /* 8! / (2! 4! 2!) */
}

static void
what_a_child_will_do_is_its_parents_until_it_is_born(void **state)
{
    (void)state;

    check_all(run_family);

    assert_true(orders.count > 50);
}

/* ---- one object ---- */

static int64_t shared;

/* A long way, then the shared variable, and another of one's own. */
static int
come_and_write(void *arg)
{
    const uintptr_t far = (uintptr_t)arg;
    for (uintptr_t i = 0; i < 5 * far; i++) {
        HD_TRY(hd_yield());
    }
    HD_WRITE(&shared);
    say((char)('a' + far));
    HD_TRY(hd_yield());
    return HD_OK;
}

static int
run_far(void *arg)
{
    (void)arg;
    said[0] = '\0';
    for (uintptr_t i = 0; i < 4; i++) {
        hd_task_spawn(come_and_write, (void *)i);
    }
    return hd_sleep(HD_MS(1));
}

static void
list_permutations_of_four(void)
{
    char text[5] = "";
    orders.count = 0;
    for (unsigned i = 0; i < 256; i++) {
        unsigned seen = 0;
        for (unsigned j = 0; j < 4; j++) {
            text[j] = (char)('a' + (i >> 2 * j) % 4);
            seen |= 1u << (i >> 2 * j) % 4;
        }
        if (seen == 15) {
            (void)times_of(text);
        }
    }
    assert_int_equal(orders.count, 24);
}

static void
orders_at_one_object_are_equally_likely_however_far_it_is(void **state)
{
    (void)state;
    list_permutations_of_four();

    sample(run_far, "", 4800);

    check_uniform(4800);
}

/* ---- many that do the same ---- */

static int
write_once(void *arg)
{
    HD_TRY(hd_yield());
    HD_WRITE(&shared);
    say((char)(uintptr_t)arg);
    return HD_OK;
}

static int
read_once(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    HD_READ(&shared);
    say('r');
    return hd_yield();
}

static int
run_many_alike(void *arg)
{
    (void)arg;
    said[0] = '\0';
    for (uintptr_t i = 0; i < 9; i++) {
        hd_task_spawn(write_once, (void *)('a' + i));
    }
    hd_task_spawn(read_once, NULL);
    return hd_sleep(HD_MS(1));
}

static void
in_every_other_run_kinds_have_the_same_chance_instead_of_actors(void **state)
{
    unsigned first[2] = {0}, a_first = 0;
    (void)state;
    sampler_make(&hd_strategy_surw, "");

    sampler_run(run_many_alike, NULL, 0);
    for (uint64_t i = 1; i <= 4000; i++) {
        sampler_run(run_many_alike, NULL, i);
        first[i % 2] += said[0] == 'r';
        a_first += said[0] == 'a' && i % 2 == 1;
    }

    /* Of 2000 each: a tenth, and half; give or take four deviations. */
    assert_in_range(first[0], 200 - 54, 200 + 54);
    assert_in_range(first[1], 1000 - 90, 1000 + 90);
    assert_in_range(a_first, 111 - 41, 111 + 41); /* a ninth of the rest */
    sampler_drop();
}

/* ---- what the profile did not see ---- */

static unsigned runs_begun;

static int
run_another_each_time(void *arg)
{
    (void)arg;
    said[0] = '\0';
    for (uintptr_t i = 0; i < 2 + runs_begun % 3; i++) {
        hd_task_spawn(come_and_write, (void *)((i + runs_begun) % 4));
    }
    runs_begun++;
    return hd_sleep(HD_MS(1));
}

static void
tasks_that_the_profile_does_not_know_run_too(void **state)
{
    (void)state;
    sampler_make(&hd_strategy_surw, "");
    runs_begun = 0;

    for (uint64_t i = 0; i < 60; i++) {
        sampler_run(run_another_each_time, NULL, i);
        assert_int_equal(strlen(said), 2 + i % 3);
    }
    sampler_drop();
}

static void
only_all_may_be_asked_for(void **state)
{
    void *self = hd_shared_map(hd_strategy_surw.bytes);
    (void)state;

    assert_true(hd_strategy_surw.init(self, "", 1));
    assert_true(hd_strategy_surw.init(self, "all", 1));
    assert_false(hd_strategy_surw.init(self, "most", 1));
    hd_shared_unmap(self, hd_strategy_surw.bytes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        SAMPLER_TESTS,
        cmocka_unit_test(all_orders_of_straight_tasks_are_equally_likely),
        cmocka_unit_test(what_a_child_will_do_is_its_parents_until_it_is_born),
        cmocka_unit_test(
            orders_at_one_object_are_equally_likely_however_far_it_is),
        cmocka_unit_test(
            in_every_other_run_kinds_have_the_same_chance_instead_of_actors),
        cmocka_unit_test(tasks_that_the_profile_does_not_know_run_too),
        cmocka_unit_test(only_all_may_be_asked_for),
    };
    sampler_strategy = &hd_strategy_surw;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
