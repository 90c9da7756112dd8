/*
 * What the tests of synchronisation share: tasks tell a story, word by word,
 * and the test compares it.
 */
#ifndef TESTS_SYNC_STORY_H
#define TESTS_SYNC_STORY_H

#include "sim.h"
#include <heddle/loop.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A task's name as its argument. */
#define NAME(text) ((void *)(uintptr_t)(text))

static char story[4096];

__attribute__((unused)) static void
story_begin(void)
{
    story[0] = '\0';
}

__attribute__((format(printf, 1, 2), unused)) static void
tell(const char *format, ...)
{
    const size_t length = strlen(story);
    char *end = story + length;
    size_t left = sizeof(story) - length;
    if (length > 0) {
        *end++ = ' ';
        left--;
    }
    va_list list;
    va_start(list, format);
    vsnprintf(end, left, format, list);
    va_end(list);
}

/* "a:ok", "a:CANCELLED" */
__attribute__((unused)) static int
tell_status(const char *who, int status)
{
    const char *name = hd_status_name(status);
    tell("%s:%s", who, status == HD_OK ? "ok" : name + strlen("HD_E_"));
    return status;
}

__attribute__((unused)) static void
tell_time(void)
{
    tell("%ums", (unsigned)(hd_loop_now(hd_loop_running()) / HD_MS(1)));
}

/* Let everybody else get on until nothing moves; then go on. */
__attribute__((unused)) static void
settle(void)
{
    (void)hd_sleep(HD_S(1));
}

/* Start a task by its name; it comes to its first wait before this returns. */
__attribute__((unused)) static struct hd_task *
start(hd_fn *fn, const char *name)
{
    struct hd_task *task = hd_task_spawn(fn, NAME(name));
    (void)hd_yield();
    return task;
}

/*
 * Another loop: waiter waits on one loop, comer comes on a second one; its
 * status is returned. Afterwards `end` runs on the first, to free the waiter.
 */
struct two_loops {
    hd_fn *waiter, *comer, *end;
    int status;
};

static int
story_yield(void *arg)
{
    (void)arg;
    return hd_yield();
}

__attribute__((unused)) static void
story_two_loops(void *arg)
{
    struct two_loops *two = arg;
    struct hd_loop *first = hd_loop_create();
    struct hd_loop *second = hd_loop_create();
    hd_task_detach(hd_loop_spawn(first, two->waiter, NAME("waiter")));
    hd_loop_run_fn(first, story_yield, NULL);
    two->status = hd_loop_run_fn(second, two->comer, NAME("comer"));
    hd_loop_run_fn(first, two->end, NULL);
    hd_loop_run_fn(first, story_yield, NULL);
    hd_loop_destroy(second);
    hd_loop_destroy(first);
}

__attribute__((unused)) static int
status_on_another_loop(hd_fn *waiter, hd_fn *comer, hd_fn *end)
{
    struct two_loops two = {.waiter = waiter, .comer = comer, .end = end};
    const struct hd_rules rules = HD_RULES_DEFAULT;
    const struct hd_execution execution = {
        .body = story_two_loops, .arg = &two, .rules = &rules};
    assert_int_equal(hd_world_execute(sim_world(), &execution), HD_OUTCOME_OK);
    return two.status;
}

/* How many scheduling points fn has where every await is one. */
__attribute__((unused)) static size_t
count_points(hd_fn *fn)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    rules.points = HD_POINTS_AWAIT;
    assert_int_equal(sim_explore(fn, NULL, &rules, NULL, NULL), HD_OUTCOME_OK);
    return sim_count(HD_LOG_POINT);
}

#endif
