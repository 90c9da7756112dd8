/*
 * Tests as their programs see them: registration, checks, results.
 */
#include <heddle/test.h>

#include "base/assert.h"
#include "base/random.h"
#include "explore/execute.h"
#include "sim/world.h"
#include "task/task.h"
#include <stdio.h>
#include <stdlib.h>

static HD_GLOBAL struct {
    struct hd_test *first, *last;
} tests;

void
hd_test_register(struct hd_test *test)
{
    test->next = NULL;
    if (tests.last != NULL) {
        tests.last->next = test;
    } else {
        tests.first = test;
    }
    tests.last = test;
}

struct hd_test *
hd_test_first(void)
{
    return tests.first;
}

/* Numbers are given within an execution; the world resets hd_here. */
static void
log_subtest(uint32_t number, bool ends, const char *name)
{
    hd_log_text(hd_here_log(),
                (struct hd_record){
                    .kind = HD_LOG_SUBTEST, .op = ends, .subject = number},
                name);
}

void
hd_subtest_begin(const char *name)
{
    hd_subtest_end();
    hd_here.subtest = ++hd_here.subtests;
    log_subtest(hd_here.subtest, false, name);
}

void
hd_subtest_end(void)
{
    if (hd_here.subtest != 0) {
        log_subtest(hd_here.subtest, true, NULL);
        hd_here.subtest = 0;
    }
}

void
hd_subtest(const char *name, void (*body)(void))
{
    hd_subtest_begin(name);
    body();
    hd_subtest_end();
}

uint32_t
hd_check_begin(void)
{
    return hd_here.task != NULL ? hd_here.task->cancels_told
                                : hd_here.cancels_told;
}

void
hd_check_failed(const char *file, int line, const char *expr, uint32_t told)
{
    struct hd_log *log = hd_here_log();
    hd_log_text(log,
                (struct hd_record){.kind = HD_LOG_CHECK,
                                   .op = hd_check_begin() != told,
                                   .value = (uint64_t)line},
                expr);
    hd_log_text(
        log, (struct hd_record){.kind = HD_LOG_ORIGIN, .value = (uint64_t)line},
        file);
    struct hd_world *world = hd_world_here();
    if (world != NULL) {
        hd_world_abandon(world, HD_OUTCOME_FAILED);
    }
    fprintf(stderr, "%s:%d: %s does not hold\n", file, line, expr);
    abort();
}

void
hd_result_add(const char *file, int line, const char *name, int64_t value)
{
    struct hd_results *results = hd_execute_results();
    if (results == NULL) {
        return;
    }
    if (results->count < HD_RESULTS_MAX) {
        results->line[results->count] = line;
        results->file[results->count] = file;
        results->value[results->count] = value;
    }
    results->count++;
    results->hash = hd_mix(results->hash ^ (uint64_t)value ^
                           ((uint64_t)(unsigned)line << 32));
    hd_log_text(hd_here_log(),
                (struct hd_record){.kind = HD_LOG_RESULT,
                                   .subject = (uint32_t)line,
                                   .value = (uint64_t)value},
                name);
}
