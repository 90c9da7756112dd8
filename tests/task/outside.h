/*
 * Bodies that run in a simulated world but outside of any loop, where tests
 * make loops of their own.
 */
#ifndef TESTS_TASK_OUTSIDE_H
#define TESTS_TASK_OUTSIDE_H

#include "story.h"

/* Run body(arg) once under fifo; anything but an orderly end fails the test. */
__attribute__((unused)) static void
run_outside(void (*body)(void *arg), void *arg)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    const struct hd_execution execution = {
        .body = body, .arg = arg, .rules = &rules};
    assert_int_equal(hd_world_execute(sim_world(), &execution), HD_OUTCOME_OK);
}

/* How often a misuse of this status stands in the log. */
__attribute__((unused)) static size_t
misuses(int status)
{
    const struct hd_log *log = sim_world()->log;
    size_t count = 0;
    for (uint64_t i = 0; i < log->count; i++) {
        const struct hd_record *record = &log->records[i];
        const bool is_foreign = record->kind == HD_LOG_FOREIGN;
        const bool has_status =
            record->kind == HD_LOG_MISUSE || record->kind == HD_LOG_STALE;
        count += (is_foreign && status == HD_E_FOREIGN_LOOP) ||
                 (has_status && record->aux == -9000 - status);
        i += hd_record_parts(record);
    }
    return count;
}

/* The first record of a kind; fails the test if there is none. */
__attribute__((unused)) static const struct hd_record *
find_record(enum hd_record_kind kind)
{
    const struct hd_log *log = sim_world()->log;
    for (uint64_t i = 0; i < log->count; i++) {
        if (log->records[i].kind == kind) {
            return &log->records[i];
        }
        i += hd_record_parts(&log->records[i]);
    }
    fail_msg("no record of kind %d", (int)kind);
    return NULL;
}

/* ---- small programs that many tests use ---- */

__attribute__((unused)) static int
succeed(void *arg)
{
    (void)arg;
    return HD_OK;
}

__attribute__((unused)) static int
speak(void *name)
{
    tell("%s", (const char *)name);
    return HD_OK;
}

/* Wait until somebody cancels. */
__attribute__((unused)) static int
wait_for_ever(void *arg)
{
    (void)arg;
    return hd_sleep(HD_FOREVER);
}

__attribute__((unused)) static int
fail_plainly(void *arg)
{
    (void)arg;
    return HD_E_USER;
}

#endif
