/*
 * Orders of the same steps: of all schedules of a small program, those whose
 * runs are the same partial order have one that deviates least, and it is the
 * one that is found from each of them, without running any.
 */
#include "explore/linearise.h"

#include "base/random.h"
#include "sim.h"
#include <heddle/access.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SCHEDULES_MAX 4096u

/* ---- programs ---- */

static int64_t x, y;

static int
write_both(void *arg)
{
    (void)arg;
    HD_WRITE(&x);
    HD_TRY(hd_yield());
    HD_WRITE(&y);
    return hd_yield();
}

static int
read_both(void *arg)
{
    (void)arg;
    HD_READ(&y);
    HD_TRY(hd_yield());
    HD_READ(&x);
    return HD_OK;
}

static int
touch_nothing(void *arg)
{
    (void)arg;
    return hd_yield();
}

static struct hd_lock lock;

static int
yield_locked(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    HD_TRY(hd_yield());
    return hd_lock_release(&lock);
}

static struct hd_event event;

static int
set_event(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    hd_event_set(&event);
    return HD_OK;
}

static int
wait_for_event(void *arg)
{
    (void)arg;
    return hd_event_wait(&event);
}

/* Main spawns them and sleeps, so that it is no candidate meanwhile. */
static int
spawn_all(void *arg)
{
    hd_fn *const *tasks = arg;
    hd_lock_init(&lock);
    hd_event_init(&event);
    for (; *tasks != NULL; tasks++) {
        hd_task_spawn(*tasks, NULL);
    }
    return hd_sleep(HD_MS(2));
}

/* ---- one run, recorded ---- */

struct run {
    struct hd_recording *recording;
    struct hd_poset poset;
    struct hd_schedule schedule; /* as its log has it */
};

static struct hd_schedule
read_schedule(void)
{
    struct hd_schedule schedule;
    struct hd_names names;
    assert_true(hd_names_init(&names, sim_world()->log));
    assert_true(hd_schedule_read(&schedule, sim_world()->log, &names));
    hd_names_finish(&names);
    return schedule;
}

static struct run
record(hd_fn *const *tasks, const struct hd_schedule *schedule)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    struct run run = {.recording = calloc(1, sizeof(*run.recording))};
    struct hd_replay replay;
    assert_non_null(run.recording);
    hd_replay_init(&replay, schedule, true);
    hd_recording_begin(run.recording, &replay, schedule);
    assert_int_equal(sim_explore(spawn_all, (void *)(uintptr_t)tasks, &rules,
                                 &hd_strategy_recorded, run.recording),
                     HD_OUTCOME_OK);
    hd_replay_finish(&replay);
    run.schedule = read_schedule();
    assert_true(hd_poset_init(&run.poset, run.recording));
    return run;
}

static void
finish(struct run *run)
{
    hd_poset_finish(&run->poset);
    hd_schedule_finish(&run->schedule);
    free(run->recording);
}

static uint64_t
name_of(const struct hd_poset *poset, uint32_t step)
{
    const struct hd_poset_step *one = &poset->steps[step];
    return hd_mix(poset->actors[one->actor].path + one->number);
}

/* The same for all orders of the same steps. */
static uint64_t
class_of(const struct hd_poset *poset)
{
    uint64_t class = 0;
    for (uint32_t step = 0; step < poset->step_count; step++) {
        const uint64_t *before = hd_poset_before(poset, step);
        uint64_t past = 0;
        for (uint32_t i = 0; i < poset->step_count; i++) {
            past += before[i / 64] >> (i % 64) & 1 ? name_of(poset, i) : 0;
        }
        class += hd_mix(name_of(poset, step) ^ past);
    }
    return class;
}

/* What was found, as the schedule that a token would hold. */
static struct hd_schedule
schedule_of(const struct hd_poset *poset, const struct hd_linear *line)
{
    struct hd_schedule schedule = {0};
    for (uint32_t i = 0; i < line->count; i++) {
        const struct hd_detour *detour = &line->detours[i];
        const struct hd_deviation deviation = {
            .at = poset->actors[detour->at].path,
            .step = detour->at_number,
            .take = poset->actors[detour->take].path,
        };
        assert_true(hd_schedule_add(&schedule, &deviation));
    }
    return schedule;
}

/* ---- all schedules of a program ---- */

struct every {
    struct {
        struct hd_schedule schedule;
        uint64_t class;
    } items[SCHEDULES_MAX];
    size_t count;
};

static struct every *
run_every(hd_fn *const *tasks)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    struct hd_dfs *dfs = calloc(1, sizeof(*dfs));
    struct every *every = calloc(1, sizeof(*every));
    const struct hd_run number = {.number = 0};
    assert_non_null(dfs);
    assert_non_null(every);
    while (hd_strategy_dfs.begin(dfs, &number)) {
        sim_explore(spawn_all, (void *)(uintptr_t)tasks, &rules,
                    &hd_strategy_dfs, dfs);
        assert_true(every->count < SCHEDULES_MAX);
        every->items[every->count++].schedule = read_schedule();
    }
    free(dfs);
    for (size_t i = 0; i < every->count; i++) {
        struct run run = record(tasks, &every->items[i].schedule);
        every->items[i].class = class_of(&run.poset);
        finish(&run);
    }
    return every;
}

static size_t
least_of_class(const struct every *every, uint64_t class)
{
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < every->count; i++) {
        const size_t count = every->items[i].schedule.count;
        if (every->items[i].class == class && count < least) {
            least = count;
        }
    }
    return least;
}

static void
finish_every(struct every *every)
{
    for (size_t i = 0; i < every->count; i++) {
        hd_schedule_finish(&every->items[i].schedule);
    }
    free(every);
}

/* ---- tests ---- */

static void
check_least(hd_fn *const *tasks, const struct every *every, size_t index)
{
    struct run run = record(tasks, &every->items[index].schedule);
    struct hd_linear line;
    assert_true(hd_linearise(&run.poset, HD_POSET_NONE, &line));
    assert_true(line.exact);
    assert_int_equal(line.count,
                     least_of_class(every, every->items[index].class));

    struct hd_schedule found = schedule_of(&run.poset, &line);
    struct run again = record(tasks, &found);
    assert_int_equal(again.schedule.count, line.count);
    assert_true(class_of(&again.poset) == every->items[index].class);
    finish(&again);
    hd_schedule_finish(&found);
    free(line.detours);
    finish(&run);
}

static void
the_least_of_its_class_is_found_from_each_schedule(void **state)
{
    static hd_fn *const programs[][4] = {
        {write_both, read_both, NULL},
        {touch_nothing, write_both, read_both, NULL},
        {write_both, write_both, touch_nothing, NULL},
        {yield_locked, yield_locked, yield_locked, NULL},
        {wait_for_event, set_event, wait_for_event, NULL},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
        struct every *every = run_every(programs[i]);
        assert_true(every->count > 1);
        for (size_t k = 0; k < every->count; k++) {
            check_least(programs[i], every, k);
        }
        finish_every(every);
    }
}

static void
what_touches_nothing_shared_is_one_class(void **state)
{
    static hd_fn *const tasks[] = {touch_nothing, touch_nothing, touch_nothing,
                                   NULL};
    struct every *every = run_every(tasks);
    (void)state;

    for (size_t i = 0; i < every->count; i++) {
        assert_true(every->items[i].class == every->items[0].class);
    }
    assert_int_equal(least_of_class(every, every->items[0].class), 0);
    finish_every(every);
}

/* The first step of the third task matters: nothing is before it but main. */
static void
what_is_not_before_the_focus_need_not_happen(void **state)
{
    static hd_fn *const tasks[] = {write_both, touch_nothing, read_both, NULL};
    const struct hd_schedule fifo = {0};
    struct run run = record(tasks, &fifo);
    struct hd_linear line;
    uint32_t focus = 0;
    (void)state;
    while (run.poset.steps[focus].actor != 3) {
        focus++;
    }

    assert_true(hd_linearise(&run.poset, focus, &line));

    assert_int_equal(focus, 3);
    assert_int_equal(line.count, 0);
    assert_true(line.exact);
    free(line.detours);
    finish(&run);
}

static void
a_recording_that_is_overfull_is_of_no_use(void **state)
{
    struct hd_recording *recording = calloc(1, sizeof(*recording));
    struct hd_poset poset;
    (void)state;
    assert_non_null(recording);
    recording->overfull = true;
    recording->step_count = 1;

    assert_false(hd_poset_init(&poset, recording));
    free(recording);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_of_its_class_is_found_from_each_schedule),
        cmocka_unit_test(what_touches_nothing_shared_is_one_class),
        cmocka_unit_test(what_is_not_before_the_focus_need_not_happen),
        cmocka_unit_test(a_recording_that_is_overfull_is_of_no_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
