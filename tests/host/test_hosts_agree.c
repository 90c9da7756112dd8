/*
 * The libuv host on a simulated libuv, and the world's host: the same programs
 * leave the same log, record by record. What the production host does with
 * libuv is so held against what the world's does without it.
 */
#include "programs.h"

#include "sim/world.h"
#include "task/host.h"
#include "task/loop.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RECORDS ((uint64_t)1 << 18)

struct sample {
    struct hd_world world;
    struct hd_log log;
    enum hd_outcome outcome;
};
static struct sample on_libuv, on_world;

struct call {
    const struct hd_host *host;
    program *run;
};

static void
body(void *arg)
{
    const struct call *call = arg;
    struct hd_loop *loop = call->host->attach(0);
    call->run(loop);
    hd_loop_destroy(loop);
}

static void
execute(struct sample *sample, const struct hd_host *host, program *run)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    struct call call = {.host = host, .run = run};
    const struct hd_execution execution = {
        .body = body, .arg = &call, .rules = &rules, .main_is_root = true};
    if (sample->log.records == NULL) {
        sample->log.records = calloc(RECORDS, sizeof(*sample->log.records));
        sample->log.mask = RECORDS - 1;
        assert_non_null(sample->log.records);
        assert_true(hd_world_init(&sample->world, &sample->log));
    }
    sample->outcome = hd_world_execute(&sample->world, &execution);
}

/* Actors by their paths, since numbers are an accident of birth order. */
static void
assert_same_actor(const struct hd_record *a, const struct hd_record *b)
{
    char path_a[256], path_b[256];
    assert_true(hd_log_path(&on_libuv.log, a->subject, path_a, sizeof(path_a)));
    assert_true(hd_log_path(&on_world.log, b->subject, path_b, sizeof(path_b)));
    assert_string_equal(path_a, path_b);
}

static void
assert_same_record(uint64_t at)
{
    const struct hd_record *a = &on_libuv.log.records[at];
    const struct hd_record *b = &on_world.log.records[at];
    if (memcmp(a, b, sizeof(*a)) != 0) {
        print_message("record %u: kind %u %u, subject %u %u\n", (unsigned)at,
                      a->kind, b->kind, a->subject, b->subject);
    }
    if (a->kind == HD_LOG_STEP && b->kind == HD_LOG_STEP) {
        assert_same_actor(a, b);
    }
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->op, b->op);
    assert_int_equal(a->aux, b->aux);
    assert_int_equal(a->subject, b->subject);
    assert_int_equal(a->value, b->value);
}

static void
hosts_leave_the_same_log(void **state)
{
    const struct named_program *sample = *state;

    execute(&on_world, hd_host_world(), sample->run);
    execute(&on_libuv, hd_host_libuv(), sample->run);

    assert_int_equal(on_libuv.outcome, sample->outcome);
    assert_int_equal(on_world.outcome, sample->outcome);
    const uint64_t count = on_libuv.log.count < on_world.log.count
                               ? on_libuv.log.count
                               : on_world.log.count;
    assert_true(count > 0 && count < RECORDS);
    for (uint64_t at = 0; at < count; at++) {
        assert_same_record(at);
    }
    assert_int_equal(on_libuv.log.count, on_world.log.count);
    assert_true(hd_ready_check(&on_libuv.world.ready));
}

int
main(void)
{
    struct CMUnitTest tests[PROGRAMS_MAX];
    size_t count = 0;
    for (; programs[count].run != NULL; count++) {
        tests[count] = (struct CMUnitTest){
            .name = programs[count].name,
            .test_func = hosts_leave_the_same_log,
            .initial_state = (void *)(uintptr_t)&programs[count],
        };
    }
    return _cmocka_run_group_tests("hosts agree", tests, count, NULL, NULL);
}
