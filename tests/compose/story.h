/*
 * What the tests of combinators share: workers that sleep and then succeed or
 * fail, and a story that everybody tells, word by word.
 */
#ifndef TESTS_COMPOSE_STORY_H
#define TESTS_COMPOSE_STORY_H

#include "sim.h"
#include <heddle/heddle.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BROKEN (HD_E_USER - 1)
#define WORSE (HD_E_USER - 2)

static char story[4096];

__attribute__((unused)) static int
story_begin(void **state)
{
    (void)state;
    story[0] = '\0';
    return 0;
}

__attribute__((format(printf, 1, 2), unused)) static void
tell(const char *format, ...)
{
    const size_t length = strlen(story);
    const char *space = length > 0 ? " " : "";
    char word[128];
    va_list list;
    va_start(list, format);
    vsnprintf(word, sizeof(word), format, list);
    va_end(list);
    snprintf(story + length, sizeof(story) - length, "%s%s", space, word);
}

/* "gather:ok", "gather:CANCELLED", "gather:USER-1" */
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

/* A word as the argument of a task. */
__attribute__((unused)) static void *
say(const char *word)
{
    return (void *)(uintptr_t)word;
}

__attribute__((unused)) static int
speak(void *word)
{
    tell("%s", (const char *)word);
    return HD_OK;
}

/* Sleeps, then comes to status. */
struct worker {
    const char *name;
    uint64_t ms;
    int status;
};

#define WORKER(who, after_ms) FAILER(who, after_ms, HD_OK)
#define FAILER(who, after_ms, with)                                            \
    (&(struct worker){.name = (who), .ms = (after_ms), .status = (with)})

static int
finish(struct worker *worker)
{
    tell("%s", worker->name);
    hd_return(worker);
    return worker->status < 0
               ? hd_fail(worker->status, "%s broke", worker->name)
               : HD_OK;
}

__attribute__((unused)) static int
work(void *arg)
{
    struct worker *worker = arg;
    const int status = hd_sleep(HD_MS(worker->ms));
    if (status < 0) {
        return tell_status(worker->name, status);
    }
    return finish(worker);
}

/* The same, but when it is asked to end it stays for another 5 ms. */
__attribute__((unused)) static int
work_stubbornly(void *arg)
{
    struct worker *worker = arg;
    if (hd_sleep(HD_MS(worker->ms)) < 0) {
        tell("%s:stays", worker->name);
        (void)hd_sleep(HD_MS(5));
    }
    return finish(worker);
}

__attribute__((unused)) static struct hd_future *
start(struct worker *worker)
{
    return HD_FUTURE(hd_task_spawn(work, worker));
}

/* A task that ends the given future's wait from outside, at a given time. */
struct canceller {
    struct hd_task *task;
    uint64_t ms;
};

#define CANCELLER(whom, after_ms)                                              \
    (&(struct canceller){.task = (whom), .ms = (after_ms)})

__attribute__((unused)) static int
cancel_later(void *arg)
{
    const struct canceller *canceller = arg;
    (void)hd_sleep(HD_MS(canceller->ms));
    tell("cancel");
    hd_task_cancel(canceller->task);
    return HD_OK;
}

/* A handle whose object is gone. */
__attribute__((unused)) static struct hd_future *
stale(void)
{
    struct hd_future *future = hd_future_create();
    hd_future_release(future);
    return future;
}

/* How often a misuse was noted in the last run. */
__attribute__((unused)) static size_t
misuses(void)
{
    return sim_count(HD_LOG_MISUSE) + sim_count(HD_LOG_FOREIGN) +
           sim_count(HD_LOG_STALE);
}

__attribute__((unused)) static size_t
unretrieved(void)
{
    return sim_count(HD_LOG_UNRETRIEVED);
}

#define TEST(name) cmocka_unit_test_setup(name, story_begin)

#endif
