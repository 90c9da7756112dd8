/*
 * The serial strategy: who keeps the turn, and who gets it next.
 */
#include "sim.h"
#include "strategy/strategy.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static char story[64];
static struct hd_event opened;

static void
tell(char letter)
{
    const size_t length = strlen(story);
    assert_true(length + 1 < sizeof(story));
    story[length] = letter;
    story[length + 1] = '\0';
}

static int
yields(void *arg)
{
    const char letter = *(const char *)arg;
    tell(letter);
    HD_TRY(hd_yield());
    tell(letter);
    return HD_OK;
}

static int
sleeps(void *arg)
{
    const char letter = *(const char *)arg;
    tell(letter);
    HD_TRY(hd_sleep(HD_MS(7)));
    tell(letter);
    return HD_OK;
}

static int
waits(void *arg)
{
    const char letter = *(const char *)arg;
    tell(letter);
    HD_TRY(hd_event_wait(&opened));
    tell(letter);
    return HD_OK;
}

static int
opens(void *arg)
{
    const char letter = *(const char *)arg;
    tell(letter);
    hd_event_set(&opened);
    HD_TRY(hd_yield());
    tell(letter);
    return HD_OK;
}

static int
has_children(void *arg)
{
    struct hd_task *a = hd_task_spawn(yields, arg);
    struct hd_task *b = hd_task_spawn(sleeps, arg);
    return hd_gather(a, b);
}

/* ---- three tasks, in some order ---- */

struct program {
    hd_fn *fns[3];
    bool main_sleeps;
};

static int
run_program(void *arg)
{
    const struct program *program = arg;
    static char letters[] = "abc";
    struct hd_task *tasks[3];
    hd_event_init(&opened);
    for (int i = 0; i < 3; i++) {
        tasks[i] = hd_task_spawn(program->fns[i], &letters[i]);
    }
    if (program->main_sleeps) {
        HD_TRY(hd_sleep(HD_MS(1)));
        tell('m');
    }
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    return HD_OK;
}

static void
assert_told(struct program program, const uint32_t *order, const char *expected)
{
    static struct hd_serial serial;
    struct hd_rules rules = HD_RULES_DEFAULT;
    rules.clock = HD_CLOCK_JUMP;
    serial = (struct hd_serial){.count = 3};
    memcpy(serial.order, order, 3 * sizeof(*order));
    story[0] = '\0';
    sim_explore(run_program, &program, &rules, &hd_strategy_serial, &serial);
    assert_string_equal(story, expected);
}

static const uint32_t birth[] = {1, 2, 3}, reverse[] = {3, 2, 1};

static void
a_task_that_yields_keeps_its_turn(void **state)
{
    const struct program program = {.fns = {yields, yields, yields}};
    (void)state;

    assert_told(program, birth, "aabbcc");
    assert_told(program, reverse, "ccbbaa");
}

static void
a_task_that_sleeps_keeps_its_turn(void **state)
{
    const struct program program = {.fns = {sleeps, yields, sleeps}};
    (void)state;

    assert_told(program, birth, "aabbcc");
    assert_told(program, reverse, "ccbbaa");
}

static void
a_task_that_waits_for_another_gives_way(void **state)
{
    const struct program program = {.fns = {waits, yields, opens}};
    (void)state;

    assert_told(program, birth, "abbcca");
    assert_told(program, reverse, "ccbbaa");
}

static void
what_a_task_starts_runs_in_its_turn(void **state)
{
    const struct program program = {.fns = {has_children, yields, yields}};
    (void)state;

    assert_told(program, birth, "aaaabbcc");
    assert_told(program, reverse, "ccbbaaaa");
}

static void
main_sleeps_until_the_others_are_done(void **state)
{
    const struct program program = {.fns = {sleeps, sleeps, sleeps},
                                    .main_sleeps = true};
    (void)state;

    assert_told(program, birth, "aabbccm");
}

#define TEST(name) cmocka_unit_test(name)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_task_that_yields_keeps_its_turn),
        TEST(a_task_that_sleeps_keeps_its_turn),
        TEST(a_task_that_waits_for_another_gives_way),
        TEST(what_a_task_starts_runs_in_its_turn),
        TEST(main_sleeps_until_the_others_are_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
