/*
 * Folding, on logs made by hand: a report stays short whatever the log.
 */
#include "report/fold.h"

#include "report/rows.h"
#include <heddle/scheduler.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TASKS 8u
#define ROWS_MAX 250u

struct script {
    struct hd_log log;
    struct hd_names names;
    struct hd_finding finding;
    struct hd_story story;
};

static void
begin(struct script *script, uint64_t capacity)
{
    *script = (struct script){.log = {.mask = capacity - 1}};
    script->log.records = calloc(capacity, sizeof(struct hd_record));
    assert_non_null(script->log.records);
    hd_log_put(&script->log, HD_LOG_BORN, HD_ACTOR_TASK, 1, 0);
    for (uint32_t id = 2; id <= TASKS; id++) {
        hd_log_put(&script->log, HD_LOG_BORN, HD_ACTOR_TASK, id,
                   UINT64_C(1) << 32 | (id - 1));
    }
}

static void
step(struct script *script, uint32_t actor, uint64_t place)
{
    hd_log_put(&script->log, HD_LOG_STEP, 0, actor, 0);
    hd_log_put(&script->log, HD_LOG_YIELD, HD_OP_YIELD, 0, place);
}

/* Nothing is found in it; the story is the whole log. */
static void
end(struct script *script, struct hd_scene *scene)
{
    assert_true(hd_names_init(&script->names, &script->log));
    script->finding = (struct hd_finding){
        .kind = "timeout", .message = "no end", .record = UINT64_MAX};
    script->story = (struct hd_story){
        .finding = &script->finding,
        .log = &script->log,
        .names = &script->names,
    };
    assert_true(hd_scene_init(scene, &script->story));
}

static void
drop(struct script *script, struct hd_scene *scene)
{
    hd_scene_finish(scene);
    hd_names_finish(&script->names);
    free(script->log.records);
}

/* A walk without repetitions. */
static uint32_t
draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

static void
a_million_records_make_few_rows(void **state)
{
    struct script script;
    struct hd_scene scene;
    struct hd_rows rows;
    uint64_t random = 1;
    (void)state;
    begin(&script, (uint64_t)1 << 20);
    while (script.log.count + 2 < (uint64_t)1 << 20) {
        step(&script, 1 + draw(&random) % TASKS, draw(&random));
    }
    end(&script, &scene);

    assert_true(hd_rows_init(&rows, &scene));

    assert_in_range(rows.count, 40, ROWS_MAX);
    hd_rows_finish(&rows);
    drop(&script, &scene);
}

static void
chosen_switches_are_kept(void **state)
{
    struct script script;
    struct hd_scene scene;
    struct hd_rows rows;
    uint64_t random = 1;
    int switches = 0;
    (void)state;
    begin(&script, (uint64_t)1 << 16);
    for (uint32_t i = 0; i < 10000; i++) {
        if (i == 3000 || i == 6000) {
            hd_log_put(&script.log, HD_LOG_DEVIATE, 0, 2, 1);
        }
        step(&script, 1 + draw(&random) % TASKS, draw(&random));
    }
    end(&script, &scene);

    assert_true(hd_rows_init(&rows, &scene));

    for (size_t i = 0; i < rows.count; i++) {
        switches += rows.items[i].style == HD_ROW_SWITCH;
    }
    assert_int_equal(switches, 2);
    assert_in_range(rows.count, 20, ROWS_MAX);
    hd_rows_finish(&rows);
    drop(&script, &scene);
}

static void
what_repeats_is_told_once(void **state)
{
    struct script script;
    struct hd_scene scene;
    struct hd_fold *folds = NULL;
    (void)state;
    begin(&script, (uint64_t)1 << 16);
    for (uint32_t i = 0; i < 3 * 1000; i++) {
        step(&script, 1 + i % 3, 7);
    }
    step(&script, 5, 9);
    end(&script, &scene);

    const size_t count = hd_fold_scene(&scene, &folds);

    assert_int_equal(count, 3);
    assert_int_equal(folds[0].count, 3);
    assert_int_equal(folds[1].period, 3);
    assert_int_equal(folds[1].count, 3 * 999);
    assert_int_equal(folds[2].count, 1);
    free(folds);
    drop(&script, &scene);
}

static void
folds_cover_each_step_once(void **state)
{
    struct script script;
    struct hd_scene scene;
    struct hd_fold *folds = NULL;
    uint64_t random = 1;
    size_t next = 1;
    (void)state;
    begin(&script, (uint64_t)1 << 16);
    for (uint32_t i = 0; i < 5000; i++) {
        step(&script, 1 + draw(&random) % 2, draw(&random) % 40 / 39);
    }
    end(&script, &scene);

    const size_t count = hd_fold_scene(&scene, &folds);

    for (size_t i = 0; i < count; i++) {
        assert_int_equal(folds[i].first, next);
        next += folds[i].count;
    }
    assert_int_equal(next, scene.count);
    free(folds);
    drop(&script, &scene);
}

static void
a_step_of_a_million_acts_is_short(void **state)
{
    struct script script;
    struct hd_scene scene;
    struct hd_rows rows;
    (void)state;
    begin(&script, (uint64_t)1 << 20);
    hd_log_put(&script.log, HD_LOG_STEP, 0, 1, 0);
    while (script.log.count < (uint64_t)1 << 20) {
        hd_log_put(&script.log, HD_LOG_CANCEL, 0, 2, 7);
    }
    end(&script, &scene);

    assert_true(hd_rows_init(&rows, &scene));

    assert_in_range(rows.count, 10, 30);
    hd_rows_finish(&rows);
    drop(&script, &scene);
}

static void
a_ring_that_lost_its_beginning_is_told(void **state)
{
    struct script script;
    struct hd_scene scene;
    struct hd_rows rows;
    (void)state;
    begin(&script, 64);
    for (uint32_t i = 0; i < 1000; i++) {
        step(&script, 1 + i % TASKS, i);
    }
    end(&script, &scene);

    assert_true(hd_rows_init(&rows, &scene));

    assert_true(rows.count > 10);
    hd_rows_finish(&rows);
    drop(&script, &scene);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_records_make_few_rows),
        cmocka_unit_test(chosen_switches_are_kept),
        cmocka_unit_test(what_repeats_is_told_once),
        cmocka_unit_test(folds_cover_each_step_once),
        cmocka_unit_test(a_step_of_a_million_acts_is_short),
        cmocka_unit_test(a_ring_that_lost_its_beginning_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
