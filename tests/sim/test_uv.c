/*
 * libuv's ABI in a simulated world: steps, time, and how executions end.
 */
#include "sim/world.h"

#include <heddle/heddle.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include <cmocka.h>

#define RECORDS ((uint64_t)1 << 18)

static struct hd_world world;
static struct hd_log events;

static enum hd_outcome
execute_by(void (*body)(void *), void *arg, const struct hd_rules *rules,
           const struct hd_strategy *strategy)
{
    const struct hd_execution execution = {
        .body = body, .arg = arg, .rules = rules, .strategy = strategy};
    if (events.records == NULL) {
        events.records = calloc(RECORDS, sizeof(*events.records));
        events.mask = RECORDS - 1;
        assert_non_null(events.records);
        assert_true(hd_world_init(&world, &events));
    }
    return hd_world_execute(&world, &execution);
}

static enum hd_outcome
execute(void (*body)(void *), void *arg)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    return execute_by(body, arg, &rules, NULL);
}

/* Who stepped, as paths separated by blanks. */
static void
steps_taken(char *text, size_t bytes)
{
    size_t at = 0;
    text[0] = '\0';
    for (uint64_t i = 0; i < events.count; i++) {
        char path[64];
        const struct hd_record *record = &events.records[i];
        if (record->kind == HD_LOG_STEP &&
            hd_log_path(&events, record->subject, path, sizeof(path))) {
            at += (size_t)snprintf(text + at, bytes - at, "%s%s",
                                   at > 0 ? " " : "", path);
        }
        i += hd_record_parts(record);
    }
}

/* ---- steps ---- */

static uv_loop_t loop;
static uv_timer_t timer;
static uv_async_t async;
static uv_idle_t idle;
static uv_check_t check;
static uint64_t seen_ms;

static void
see(uv_timer_t *self)
{
    seen_ms = uv_now(self->loop);
}

static void
ignore_async(uv_async_t *self)
{
    (void)self;
}

static void
ignore_close(uv_handle_t *self)
{
    (void)self;
}

static void
close_all(uv_timer_t *self)
{
    seen_ms = uv_now(self->loop);
    uv_close((uv_handle_t *)&async, ignore_close);
    uv_close((uv_handle_t *)self, NULL);
}

static void
timer_and_async(void *arg)
{
    (void)arg;
    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    uv_async_init(&loop, &async, ignore_async);
    uv_timer_start(&timer, close_all, 1500, 0);
    uv_async_send(&async);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
}

static void
each_callback_is_a_step_of_its_handle(void **state)
{
    char steps[256];
    (void)state;

    assert_int_equal(execute(timer_and_async, NULL), HD_OUTCOME_OK);

    steps_taken(steps, sizeof(steps));
    assert_string_equal(steps, "0/io2 0/timer1 0/timer1/call1");
    assert_int_equal(seen_ms, 1500);
    assert_int_equal(world.now_ns, HD_MS(1500));
    assert_null(world.alarms);
}

/* ---- time ---- */

static uint64_t slept_ns, slept_usec;

static void
sleeps(void *arg)
{
    uv_timeval64_t before, after;
    const uint64_t began_ns = uv_hrtime();
    (void)arg;
    uv_gettimeofday(&before);
    uv_sleep(2500);
    uv_gettimeofday(&after);
    slept_ns = uv_hrtime() - began_ns;
    slept_usec = (uint64_t)(after.tv_sec - before.tv_sec) * 1000000 +
                 (uint64_t)after.tv_usec - (uint64_t)before.tv_usec;
}

static void
sleeping_moves_the_virtual_clock(void **state)
{
    (void)state;

    assert_int_equal(execute(sleeps, NULL), HD_OUTCOME_OK);

    assert_int_equal(slept_ns, HD_MS(2500));
    assert_int_equal(slept_usec, 2500000);
}

static void
clocks_outside_of_executions_are_real(void **state)
{
    const uint64_t before_ns = uv_hrtime();
    uv_timeval64_t now;
    (void)state;

    assert_true(before_ns > 0);
    assert_true(uv_hrtime() >= before_ns);
    assert_int_equal(uv_gettimeofday(&now), 0);
    assert_true((uint64_t)now.tv_sec > HD_EPOCH_S);
}

static int idle_turns;

static void
count_idle(uv_idle_t *self)
{
    idle_turns++;
    if (uv_now(self->loop) >= 20) {
        uv_idle_stop(self);
    }
}

static void
polls_the_time(void *arg)
{
    (void)arg;
    idle_turns = 0;
    uv_loop_init(&loop);
    uv_idle_init(&loop, &idle);
    uv_idle_start(&idle, count_idle);
    uv_run(&loop, UV_RUN_DEFAULT);
}

static void
idle_turns_take_time(void **state)
{
    (void)state;

    assert_int_equal(execute(polls_the_time, NULL), HD_OUTCOME_OK);

    assert_int_equal(idle_turns, 21);
}

/* ---- ends ---- */

static void
never_idle(uv_idle_t *self)
{
    (void)self;
}

static void
idles_for_ever(void *arg)
{
    (void)arg;
    uv_loop_init(&loop);
    uv_idle_init(&loop, &idle);
    uv_idle_start(&idle, never_idle);
    uv_run(&loop, UV_RUN_DEFAULT);
}

static void
idling_for_ever_is_a_livelock(void **state)
{
    (void)state;

    assert_int_equal(execute(idles_for_ever, NULL), HD_OUTCOME_LIMIT);

    assert_true(events.seen >> HD_LOG_LIVELOCK & 1);
}

static void
waits_for_ever(void *arg)
{
    (void)arg;
    uv_loop_init(&loop);
    uv_async_init(&loop, &async, ignore_async);
    uv_run(&loop, UV_RUN_DEFAULT);
}

static void
blocking_for_ever_is_a_deadlock(void **state)
{
    (void)state;

    assert_int_equal(execute(waits_for_ever, NULL), HD_OUTCOME_DEADLOCK);

    assert_true(events.seen >> HD_LOG_DEADLOCK & 1);
}

static void
restart_at_once(uv_timer_t *self)
{
    uv_timer_start(self, restart_at_once, 0, 0);
}

static void
restarts_for_ever(void *arg)
{
    (void)arg;
    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, restart_at_once, 0, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
}

static void
a_phase_without_end_meets_the_step_limit(void **state)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    (void)state;
    rules.steps_max = 1000;

    assert_int_equal(execute_by(restarts_for_ever, NULL, &rules, NULL),
                     HD_OUTCOME_LIMIT);
}

/* ---- loops in loops ---- */

static uv_loop_t inner;
static uv_timer_t inner_timer;

static void
run_inner(uv_timer_t *self)
{
    (void)self;
    uv_loop_init(&inner);
    uv_timer_init(&inner, &inner_timer);
    uv_timer_start(&inner_timer, see, 30, 0);
    uv_run(&inner, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&inner_timer, NULL);
    uv_run(&inner, UV_RUN_DEFAULT);
    uv_loop_close(&inner);
}

static void
loop_in_a_callback(void *arg)
{
    (void)arg;
    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, run_inner, 10, 5);
    uv_timer_set_repeat(&timer, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    run_inner(&timer);
}

static void
a_blocked_loop_does_not_hold_the_clock(void **state)
{
    (void)state;

    assert_int_equal(execute(loop_in_a_callback, NULL), HD_OUTCOME_OK);

    assert_int_equal(seen_ms, 70);
}

static int other_steps;

static int
steps_on(void *arg)
{
    (void)arg;
    for (;;) {
        other_steps++;
        HD_TRY(hd_yield());
    }
}

static int
blocks_its_loop(void *arg)
{
    struct hd_task *other = hd_task_spawn(steps_on, NULL);
    (void)arg;
    HD_TRY(hd_yield());
    const int before = other_steps;
    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, see, 10, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    const bool stood_still = other_steps == before;
    HD_TRY(hd_yield());
    hd_task_cancel(other);
    (void)hd_await(other);
    return stood_still && other_steps > before ? HD_OK : HD_E_USER;
}

static void
runs_heddle(void *arg)
{
    *(int *)arg = hd_run(blocks_its_loop, NULL);
}

static void
uv_run_in_a_task_blocks_the_tasks_of_its_loop(void **state)
{
    int status = HD_E_USER;
    (void)state;

    assert_int_equal(execute(runs_heddle, &status), HD_OUTCOME_OK);

    assert_int_equal(status, HD_OK);
    assert_true(hd_ready_check(&world.ready));
}

/* ---- a clock that may jump ---- */

static struct hd_actor *
pick_clock(void *self, const struct hd_view *view)
{
    (void)self;
    for (uint32_t i = 0; i < view->ready_count; i++) {
        if (view->ready[i]->kind == HD_ACTOR_CLOCK) {
            return view->ready[i];
        }
    }
    return view->first;
}

static void
idle_beside_a_timer(void *arg)
{
    (void)arg;
    idle_turns = 0;
    uv_loop_init(&loop);
    uv_idle_init(&loop, &idle);
    uv_check_init(&loop, &check);
    uv_timer_init(&loop, &timer);
    uv_idle_start(&idle, count_idle);
    uv_timer_start(&timer, see, 15, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
}

static uint64_t
choose_last(void *self, const struct hd_view *view,
            const struct hd_value *value)
{
    (void)self;
    (void)view;
    return value->bound - 1;
}

static void
a_slow_machine_sees_the_timer_first(void **state)
{
    const struct hd_strategy last = {.name = "last",
                                     .abi = HD_STRATEGY_ABI,
                                     .pick = pick_clock,
                                     .choose = choose_last};
    struct hd_rules rules = HD_RULES_DEFAULT;
    (void)state;
    rules.clock = HD_CLOCK_JUMP;
    rules.order = HD_ORDER_LOOP;

    assert_int_equal(execute_by(idle_beside_a_timer, NULL, &rules, &last),
                     HD_OUTCOME_OK);
    assert_int_equal(idle_turns, 8); /* at 0, twice at 15, up to 20 */

    rules.order = HD_ORDER_ANY;
    assert_int_equal(execute_by(idle_beside_a_timer, NULL, &rules, &last),
                     HD_OUTCOME_OK);
    assert_true(idle_turns < 10);
}

/* ---- errors ---- */

static void
unknown_errors_are_named_by_their_code(void **state)
{
    (void)state;

    assert_string_equal(uv_strerror(-5000), "Unknown system error -5000");
    assert_string_equal(uv_err_name(7), "Unknown system error 7");
    assert_string_equal(uv_strerror(UV_EBUSY), "resource busy or locked");
}

/* ---- what is not simulated ---- */

int uv_tcp_init(uv_loop_t *, uv_tcp_t *);

static void
calls_tcp(void)
{
    uv_tcp_t tcp;
    uv_tcp_init(NULL, &tcp);
}

static void
makes_a_loop(void)
{
    uv_loop_init(&loop);
}

/* What fn says on stderr before it aborts. */
static void
last_words(void (*fn)(void), char *text, size_t bytes)
{
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        fn();
        _exit(0);
    }
    close(ends[1]);
    const ssize_t got = read(ends[0], text, bytes - 1);
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    text[got > 0 ? got : 0] = '\0';
}

static void
what_is_missing_says_its_name(void **state)
{
    char text[256];
    (void)state;

    last_words(calls_tcp, text, sizeof(text));

    assert_non_null(
        strstr(text, "heddle-sim: uv_tcp_init is not simulated (called from"));
}

static void
loops_outside_of_executions_say_so(void **state)
{
    char text[256];
    (void)state;

    last_words(makes_a_loop, text, sizeof(text));

    assert_non_null(strstr(text, "uv_loop_init was called outside"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_callback_is_a_step_of_its_handle),
        cmocka_unit_test(sleeping_moves_the_virtual_clock),
        cmocka_unit_test(clocks_outside_of_executions_are_real),
        cmocka_unit_test(idle_turns_take_time),
        cmocka_unit_test(idling_for_ever_is_a_livelock),
        cmocka_unit_test(blocking_for_ever_is_a_deadlock),
        cmocka_unit_test(a_phase_without_end_meets_the_step_limit),
        cmocka_unit_test(a_blocked_loop_does_not_hold_the_clock),
        cmocka_unit_test(uv_run_in_a_task_blocks_the_tasks_of_its_loop),
        cmocka_unit_test(a_slow_machine_sees_the_timer_first),
        cmocka_unit_test(unknown_errors_are_named_by_their_code),
        cmocka_unit_test(what_is_missing_says_its_name),
        cmocka_unit_test(loops_outside_of_executions_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
