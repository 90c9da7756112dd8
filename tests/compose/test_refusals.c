/*
 * Several at once: each allocation fails in turn. What a call was given goes
 * on where the call has failed.
 */
#include "refusals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BROKEN (HD_E_USER - 1)
#define MANY 12u /* more than fit into a frame */

static int
turn(void *arg)
{
    (void)arg;
    return hd_yield();
}

static int
break_down(void *arg)
{
    (void)arg;
    return hd_yield() < 0 ? HD_E_CANCELLED : BROKEN;
}

static int
stay(void *arg)
{
    (void)arg;
    return hd_sleep(HD_FOREVER);
}

/* ---- futures to be waited for ---- */

struct several {
    struct hd_future *futures[MANY];
    size_t count;
};

/* As many as could be had. */
static void
start(struct several *several, size_t count, hd_fn *fn)
{
    several->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct hd_task *task = hd_task_spawn(fn, NULL);
        if (had(task)) {
            several->futures[several->count++] = HD_FUTURE(task);
        }
    }
}

/* They have not suffered. */
static void
finish(struct several *several, int wanted)
{
    for (size_t i = 0; i < several->count; i++) {
        HOLDS(hd_await(several->futures[i]) == wanted);
        hd_future_release(several->futures[i]);
    }
}

/* ---- gather ---- */

static int
gather_many(void *arg)
{
    struct several all;
    (void)arg;
    start(&all, MANY, turn);
    answer(hd_gather_array(all.futures, all.count, 0), HD_OK);
    finish(&all, HD_OK);
    return HD_OK;
}

static int
gather_two(void *arg)
{
    (void)arg;
    struct hd_task *a = hd_task_spawn(turn, NULL);
    struct hd_task *b = hd_task_spawn(turn, NULL);
    had(a);
    had(b);
    if (a != NULL && b != NULL) {
        answer(hd_gather(a, b), HD_OK);
    }
    finish_task(a, HD_OK);
    finish_task(b, HD_OK);
    return HD_OK;
}

static int
gather_what_fails(void *arg)
{
    struct several all;
    (void)arg;
    start(&all, 2, break_down);
    const int first = all.count > 0 ? BROKEN : HD_OK;
    answer(hd_gather_array(all.futures, all.count, 0), first);
    answer(hd_gather_array(all.futures, all.count, HD_GATHER_KEEP_ERRORS),
           HD_OK);
    finish(&all, BROKEN);
    return HD_OK;
}

static int
gather_into_a_future(void *arg)
{
    struct several all;
    (void)arg;
    start(&all, 2, turn);
    struct hd_future *both = hd_gather_future(all.futures, all.count, 0);
    struct hd_future *none = hd_gather_future(NULL, 0, 0);
    if (had(both)) {
        HOLDS(hd_await(both) == HD_OK);
    }
    had(none);
    hd_future_release(both);
    hd_future_release(none);
    finish(&all, HD_OK);
    return HD_OK;
}

static int
cancel_a_gather(void *arg)
{
    struct several all;
    (void)arg;
    start(&all, 2, stay);
    struct hd_future *both = hd_gather_future(all.futures, all.count, 0);
    if (had(both) && all.count > 0) {
        HOLDS(hd_future_cancel(both));
        HOLDS(hd_await(both) == HD_E_CANCELLED);
    } else if (both == NULL) {
        for (size_t i = 0; i < all.count; i++) {
            HOLDS(hd_future_cancel(all.futures[i]));
        }
    }
    hd_future_release(both);
    finish(&all, HD_E_CANCELLED);
    return HD_OK;
}

/* ---- wait and as_completed ---- */

static void
wait_for_several(size_t count, uint64_t ns)
{
    struct several all;
    start(&all, count, turn);
    size_t done = 0;
    if (answer(hd_wait(all.futures, all.count, HD_ALL_COMPLETED, ns, &done),
               HD_OK) == HD_OK) {
        HOLDS(done == all.count);
    }
    finish(&all, HD_OK);
}

static int
wait_for_few(void *arg)
{
    (void)arg;
    wait_for_several(2, HD_MS(1));
    return HD_OK;
}

static int
wait_for_many(void *arg)
{
    (void)arg;
    wait_for_several(MANY, HD_FOREVER);
    return HD_OK;
}

static int
wait_for_many_so_long(void *arg)
{
    (void)arg;
    wait_for_several(MANY, HD_MS(1));
    return HD_OK;
}

static int
take_as_completed(void *arg)
{
    struct hd_as_completed each;
    struct several all;
    struct hd_future *next;
    size_t count = 0;
    (void)arg;
    start(&all, 3, turn);
    if (answer(hd_as_completed_init(&each, all.futures, all.count, HD_S(1)),
               HD_OK) == HD_OK) {
        while (hd_as_completed_next(&each, &next) == HD_OK) {
            count++;
        }
        HOLDS(count == all.count);
    }
    hd_as_completed_finish(&each);
    finish(&all, HD_OK);
    return HD_OK;
}

/* ---- wait_for ---- */

static int
limit_a_task(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(turn, NULL);
    if (had(task)) {
        answer(hd_wait_for(task, HD_MS(1)), HD_OK);
    }
    finish_task(task, HD_OK);
    return HD_OK;
}

static int
limit_a_late_one(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(stay, NULL);
    if (had(task) && answer(hd_wait_for(task, HD_MS(1)), HD_E_TIMEDOUT) < 0) {
        HOLDS(hd_task_is_done(task) || hd_task_cancel(task));
    }
    finish_task(task, HD_E_CANCELLED);
    return HD_OK;
}

static int
limit_a_coroutine(void *arg)
{
    (void)arg;
    struct hd_coro *coro = hd_coro_create(turn, NULL);
    if (had(coro)) {
        answer(hd_wait_for(coro, HD_MS(1)), HD_OK);
    }
    return HD_OK;
}

static int
limit_a_call(void *arg)
{
    (void)arg;
    answer(hd_wait_for_call(turn, NULL, HD_MS(1)), HD_OK);
    return HD_OK;
}

static int
limit_a_late_call(void *arg)
{
    (void)arg;
    answer(hd_wait_for_call(stay, NULL, HD_MS(1)), HD_E_TIMEDOUT);
    return HD_OK;
}

/* ---- shield ---- */

static int
shield_a_task(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(turn, NULL);
    struct hd_future *outer = had(task) ? hd_shield(task) : NULL;
    if (task != NULL && had(outer)) {
        HOLDS(hd_await(outer) == HD_OK);
        hd_future_release(outer);
    }
    finish_task(task, HD_OK);
    return HD_OK;
}

static int
cancel_a_shield(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(turn, NULL);
    struct hd_future *outer = had(task) ? hd_shield(task) : NULL;
    if (task != NULL && had(outer)) {
        HOLDS(hd_future_cancel(outer));
        HOLDS(hd_await(outer) == HD_E_CANCELLED);
        hd_future_release(outer);
    }
    finish_task(task, HD_OK);
    return HD_OK;
}

/* ---- groups ---- */

static int
run_a_group(void *arg)
{
    struct hd_group group;
    (void)arg;
    if (answer(hd_group_begin(&group), HD_OK) < 0) {
        return HD_OK;
    }
    for (size_t i = 0; i < MANY; i++) {
        had(hd_group_spawn(&group, turn, NULL));
    }
    HOLDS(hd_group_end(&group, HD_OK) == HD_OK);
    return HD_OK;
}

static int
break_loudly(void *arg)
{
    (void)arg;
    (void)hd_sleep(HD_FOREVER); /* what the group cancels fails as well */
    return hd_fail(BROKEN, "it broke");
}

/* The message of each may be lost, and that of the group. */
static void
look_at_errors(const struct hd_group *group, size_t members)
{
    const struct hd_error *const *errors;
    const size_t count = hd_group_errors(group, &errors);
    HOLDS(count == members + 1); /* and the scope's */
    for (size_t i = 0; i < count; i++) {
        HOLDS(errors[i]->code == BROKEN);
        if (i < members) {
            kept(strcmp(errors[i]->message, "it broke") == 0);
        }
    }
    const struct hd_error *error = hd_error_current();
    kept(error != NULL);
    HOLDS(error == NULL || error->code == HD_E_GROUP);
}

static int
run_a_group_of_failures(void *arg)
{
    struct hd_group group;
    size_t members = 0;
    (void)arg;
    if (answer(hd_group_begin(&group), HD_OK) < 0) {
        return HD_OK;
    }
    for (size_t i = 0; i < MANY; i++) {
        members += had(hd_group_spawn(&group, break_loudly, NULL));
    }
    HOLDS(hd_yield() == HD_OK);
    HOLDS(hd_group_end(&group, BROKEN) == HD_E_GROUP);
    look_at_errors(&group, members);
    return HD_OK;
}

static void
each_call_answers_for_its_allocation(void **state)
{
    static const struct refusals_program programs[] = {
        PROGRAM(gather_many),       PROGRAM(gather_two),
        PROGRAM(gather_what_fails), PROGRAM(gather_into_a_future),
        PROGRAM(cancel_a_gather),   PROGRAM(wait_for_few),
        PROGRAM(wait_for_many),     PROGRAM(wait_for_many_so_long),
        PROGRAM(take_as_completed), PROGRAM(limit_a_task),
        PROGRAM(limit_a_late_one),  PROGRAM(limit_a_coroutine),
        PROGRAM(limit_a_call),      PROGRAM(limit_a_late_call),
        PROGRAM(shield_a_task),     PROGRAM(cancel_a_shield),
        PROGRAM(run_a_group),       PROGRAM(run_a_group_of_failures),
    };
    (void)state;

    refusals_try(programs, COUNT(programs));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_answers_for_its_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
