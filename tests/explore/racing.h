/*
 * What the tests of races share: small programs that run in plain fifo order,
 * observed. Who reads says so with a mark, who writes too.
 */
#ifndef TESTS_EXPLORE_RACING_H
#define TESTS_EXPLORE_RACING_H

#include "explore/races.h"

#include "sim/world.h"
#include "task/loop.h"
#include "trace/records.h"
#include <heddle/access.h>
#include <heddle/heddle.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RECORDS ((uint64_t)1 << 16)

static struct hd_world world;
static struct hd_log events;
static struct hd_races races;

static int main_status;

__attribute__((unused)) static void
run_main(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    main_status = hd_loop_run_main(loop, *(hd_fn **)arg, NULL, 0);
    hd_loop_destroy(loop);
}

/* Run it, observed; all that is known is known. */
__attribute__((unused)) static void
run_knowing(hd_fn *program, const struct hd_serials *known)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    if (events.records == NULL) {
        events.records = calloc(RECORDS, sizeof(*events.records));
        events.mask = RECORDS - 1;
        assert_non_null(events.records);
        assert_true(hd_world_init(&world, &events));
    }
    const struct hd_execution execution = {
        .body = run_main,
        .arg = &program,
        .rules = &rules,
        .main_is_root = true,
        .observer = hd_races_begin(&races, known),
    };
    assert_int_equal(hd_world_execute(&world, &execution), HD_OUTCOME_OK);
    assert_int_equal(main_status, 0);
    hd_races_end(&races, HD_OUTCOME_OK, &events);
}

__attribute__((unused)) static void
run(hd_fn *program)
{
    run_knowing(program, NULL);
}

/* How many races of a kind stand in the log; the last one is in seen. */
static struct hd_race seen;

__attribute__((unused)) static size_t
count(enum hd_race_kind kind)
{
    size_t found = 0;
    for (uint64_t i = hd_record_first(&events); i < events.count;
         i = hd_record_next(&events, i)) {
        const struct hd_record *record = hd_record_at(&events, i);
        if (record->kind == HD_LOG_RACE && record->op == kind) {
            seen = hd_race_read(&events, i);
            found++;
        }
    }
    return found;
}

/* ---- the programs' parts ---- */

static int balance;
static struct hd_lock lock;
static struct hd_event event;
static struct hd_queue queue;

__attribute__((unused)) static int
read_balance(void)
{
    HD_READ(&balance);
    return balance;
}

__attribute__((unused)) static void
write_balance(int value)
{
    HD_WRITE(&balance);
    balance = value;
}

__attribute__((unused)) static int
add_late(void *arg)
{
    const int before = read_balance();
    HD_TRY(hd_yield());
    write_balance(before + (int)(intptr_t)arg);
    return 0;
}

__attribute__((unused)) static int
set_at_once(void *arg)
{
    write_balance((int)(intptr_t)arg);
    return 0;
}

/* Both beside each other, the first one first. */
__attribute__((unused)) static int
run_both(hd_fn *first, hd_fn *second)
{
    balance = 10;
    hd_lock_init(&lock);
    hd_event_init(&event);
    hd_queue_init(&queue, 0);
    struct hd_task *a = hd_task_spawn(first, (void *)(intptr_t)5);
    struct hd_task *b = hd_task_spawn(second, (void *)(intptr_t)1);
    const int status = hd_gather(a, b);
    hd_queue_finish(&queue);
    return status;
}

__attribute__((unused)) static int
finish(void **state)
{
    (void)state;
    hd_races_finish(&races);
    hd_world_finish(&world);
    free(events.records);
    return 0;
}

#endif
