/*
 * Tasks, coroutine objects, futures, callbacks, time, names and errors: each
 * allocation fails in turn.
 */
#include "refusals.h"

#include "faults.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int
turn(void *arg)
{
    (void)arg;
    return hd_yield();
}

/* ---- tasks ---- */

static int
spawn(void *arg)
{
    (void)arg;
    struct hd_task *one = hd_task_spawn(turn, NULL);
    struct hd_task *other = hd_loop_spawn(hd_loop_running(), turn, NULL);
    had(one);
    had(other);
    finish_task(one, HD_OK);
    finish_task(other, HD_OK);
    return HD_OK;
}

static int
detach(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(turn, NULL);
    if (had(task)) {
        hd_task_detach(task);
    }
    HOLDS(hd_yield() == HD_OK);
    HOLDS(hd_yield() == HD_OK);
    return HD_OK;
}

static int
name_a_task(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(turn, NULL);
    if (had(task)) {
        hd_task_set_name(task, "named");
        kept(strcmp(hd_task_name(task), "named") == 0);
    }
    finish_task(task, HD_OK);
    return HD_OK;
}

static int
ask_for_a_name(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(turn, NULL);
    if (had(task) && !kept(strcmp(hd_task_name(task), "?") != 0)) {
        HOLDS(strcmp(hd_task_name(task), "?") != 0);
    }
    finish_task(task, HD_OK);
    return HD_OK;
}

/* ---- coroutine objects ---- */

static int
await_a_coroutine(void *arg)
{
    (void)arg;
    struct hd_coro *coro = hd_coro_create(turn, NULL);
    struct hd_coro *unused = hd_coro_create(turn, NULL);
    if (had(coro)) {
        answer(hd_await(coro), HD_OK);
    }
    had(unused);
    hd_coro_destroy(unused);
    return HD_OK;
}

/* The object is used up, whatever comes of it. */
static int
start_a_coroutine(void *arg)
{
    (void)arg;
    struct hd_coro *coro = hd_coro_create(turn, NULL);
    struct hd_task *task = had(coro) ? hd_task_from_coro(coro) : NULL;
    if (coro != NULL) {
        had(task);
    }
    finish_task(task, HD_OK);
    return HD_OK;
}

/* ---- futures ---- */

static void
count_call(struct hd_future *future, void *arg)
{
    unsigned *calls = arg;
    (void)future;
    (*calls)++;
}

static int
call_when_done(void *arg)
{
    unsigned calls = 0;
    (void)arg;
    struct hd_future *future = hd_future_create();
    if (!had(future)) {
        return HD_OK;
    }
    const int status =
        answer(hd_future_on_done(future, count_call, &calls), HD_OK);
    HOLDS(hd_future_set(future, NULL) == HD_OK);
    HOLDS(hd_await(future) == HD_OK);
    HOLDS(hd_yield() == HD_OK);
    HOLDS(calls == (status == HD_OK));
    hd_future_release(future);
    return HD_OK;
}

static int
call_no_more(void *arg)
{
    unsigned calls = 0;
    (void)arg;
    struct hd_future *future = hd_loop_future(hd_loop_running());
    if (!had(future)) {
        return HD_OK;
    }
    const int status =
        answer(hd_future_on_done(future, count_call, &calls), HD_OK);
    HOLDS(hd_future_off_done(future, count_call, &calls) == (status == HD_OK));
    hd_future_release(future);
    return HD_OK;
}

/* ---- errors ---- */

#define BROKEN (HD_E_USER - 1)

static bool
has_message(const struct hd_error *error)
{
    return error != NULL && error->code == BROKEN &&
           strcmp(error->message, "it broke") == 0;
}

static int
fail_loudly(void *arg)
{
    (void)arg;
    return hd_fail(BROKEN, "it broke");
}

/* The message may be lost; the status is not, and no other message comes. */
static int
fail_a_task(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(fail_loudly, NULL);
    if (!had(task)) {
        return HD_OK;
    }
    HOLDS(hd_await(task) == BROKEN);
    const struct hd_error *error = hd_error_current();
    kept(error != NULL);
    HOLDS(error == NULL || has_message(error));
    hd_task_release(task);
    return HD_OK;
}

static int
fail_a_future(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    if (!had(future)) {
        return HD_OK;
    }
    HOLDS(hd_future_fail(future, BROKEN, "it broke") == HD_OK);
    HOLDS(hd_await(future) == BROKEN);
    const struct hd_error *error = hd_error_current();
    kept(error != NULL);
    HOLDS(error == NULL || has_message(error));
    hd_future_release(future);
    return HD_OK;
}

static int
fail_silently(void *arg)
{
    (void)arg;
    return BROKEN;
}

static int
ask_for_an_error(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(fail_silently, NULL);
    if (!had(task)) {
        return HD_OK;
    }
    HOLDS(hd_await(task) == BROKEN);
    if (!kept(hd_task_error(task) != NULL)) {
        HOLDS(hd_task_error(task)->code == BROKEN);
    }
    hd_task_release(task);
    return HD_OK;
}

/* ---- callbacks and time ---- */

static void
count(void *arg)
{
    unsigned *calls = arg;
    (*calls)++;
}

static int
call_soon(void *arg)
{
    unsigned calls = 0, wanted = 0;
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    wanted += had(hd_loop_call_soon(loop, count, &calls));
    wanted +=
        answer(hd_loop_call_soon_threadsafe(loop, count, &calls), HD_OK) == 0;
    HOLDS(hd_yield() == HD_OK);
    HOLDS(calls == wanted);
    return HD_OK;
}

static int
call_later(void *arg)
{
    unsigned calls = 0, wanted = 0;
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    const uint64_t when_ns = hd_loop_now(loop) + HD_MS(1);
    wanted += had(hd_loop_call_later(loop, HD_MS(1), count, &calls));
    wanted += had(hd_loop_call_at(loop, when_ns, count, &calls));
    struct hd_handle *none = hd_loop_call_at(loop, when_ns, count, &calls);
    HOLDS(hd_handle_cancel(none) == had(none));
    answer(hd_sleep(HD_MS(2)), HD_OK);
    HOLDS(calls == wanted);
    return HD_OK;
}

static int
sleep_once(void *arg)
{
    (void)arg;
    return answer(hd_sleep(HD_MS(1)), HD_OK);
}

static int
sleep_until(void *arg)
{
    (void)arg;
    const uint64_t now_ns = hd_loop_now(hd_loop_running());
    return answer(hd_sleep_until(now_ns + HD_MS(1)), HD_OK);
}

static int
sleep_for_a_number_of_times(void *arg)
{
    unsigned calls = 0, wanted = 0;
    (void)arg;
    for (unsigned i = 0; i < 40; i++) { /* the timers grow, and grow */
        wanted +=
            had(hd_loop_call_later(hd_loop_running(), HD_MS(1), count, &calls));
    }
    answer(hd_sleep(HD_MS(2)), HD_OK);
    HOLDS(calls == wanted);
    return HD_OK;
}

/* ---- scopes ---- */

static int
limit(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    if (answer(hd_timeout_begin(&timeout, HD_MS(5)), HD_OK) < 0) {
        HOLDS(hd_timeout_when(&timeout) == HD_FOREVER);
        HOLDS(hd_timeout_end(&timeout, HD_E_NO_MEMORY) == HD_E_NO_MEMORY);
        return HD_OK;
    }
    const int status = answer(hd_sleep(HD_MS(1)), HD_OK);
    HOLDS(hd_timeout_end(&timeout, status) == status);
    return HD_OK;
}

static int
be_late(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    if (answer(hd_timeout_begin(&timeout, HD_MS(1)), HD_OK) < 0) {
        return HD_OK; /* without an end, too */
    }
    const int status = answer(hd_sleep(HD_MS(5)), HD_E_CANCELLED);
    const int wanted =
        status == HD_E_CANCELLED ? HD_E_TIMEDOUT : HD_E_NO_MEMORY;
    HOLDS(hd_timeout_end(&timeout, status) == wanted);
    return HD_OK;
}

static int
begin_too_late(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    const int begun = answer(hd_timeout_begin(&timeout, 0), HD_OK);
    const int status = hd_yield();
    HOLDS(status == (begun < 0 ? HD_OK : HD_E_CANCELLED));
    HOLDS(hd_timeout_end(&timeout, status) ==
          (begun < 0 ? HD_OK : HD_E_TIMEDOUT));
    return HD_OK;
}

static int
reschedule(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    const uint64_t when_ns = hd_loop_now(hd_loop_running()) + HD_MS(1);
    HOLDS(hd_timeout_begin(&timeout, HD_FOREVER) == HD_OK);
    const int status = answer(hd_timeout_reschedule(&timeout, when_ns), HD_OK);
    HOLDS(hd_timeout_when(&timeout) == (status < 0 ? HD_FOREVER : when_ns));
    HOLDS(hd_timeout_end(&timeout, HD_OK) == HD_OK);
    return HD_OK;
}

/* ---- variables ---- */

static struct hd_local variable = HD_LOCAL("variable");

static int
set_a_variable(void *arg)
{
    int values[2];
    (void)arg;
    void *expected = NULL;
    for (int i = 0; i < 2; i++) {
        if (answer(hd_local_set(&variable, &values[i]), HD_OK) == HD_OK) {
            expected = &values[i];
        }
        HOLDS(hd_local_get(&variable) == expected);
        struct hd_task *heir = hd_task_spawn(turn, NULL); /* shares them */
        had(heir);
        finish_task(heir, HD_OK);
    }
    return HD_OK;
}

static int
set_variables(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(set_a_variable, NULL);
    had(task);
    finish_task(task, HD_OK);
    return HD_OK;
}

/* ---- loops ---- */

static int
make_a_loop(void *arg)
{
    (void)arg;
    struct hd_loop *loop = hd_loop_create();
    if (had(loop)) {
        struct hd_future *future = hd_loop_future(loop);
        had(future);
        hd_future_release(future);
    }
    hd_loop_destroy(loop);
    return HD_OK;
}

/* ---- places ---- */

static int
make_a_loop_and_go(void *arg)
{
    (void)arg;
    struct hd_loop *loop = hd_loop_create();
    hd_loop_destroy(loop);
    return loop != NULL ? HD_OK : HD_E_NO_MEMORY;
}

static int
call_from_a_thread(void *arg)
{
    unsigned calls = 0;
    (void)arg;
    const int status =
        hd_loop_call_soon_threadsafe(hd_loop_running(), count, &calls);
    HOLDS(hd_yield() == HD_OK);
    return status;
}

/* Does it lie in the function? */
static bool
is_in(uint64_t place, hd_fn *fn)
{
    const uint64_t begin = (uint64_t)(uintptr_t)fn;
    return place > begin && place < begin + 1024;
}

static uint64_t
place_of_first_refusal(hd_fn *fn)
{
    struct one_fault fault = {.kind = HD_VALUE_ALLOC, .nth = 1, .value = 1};
    assert_int_equal(sim_run_with_fault(fn, NULL, &fault), HD_OUTCOME_OK);
    const struct hd_log *log = sim_world()->log;
    for (uint64_t i = 0; i < log->count; i++) {
        const struct hd_record *record = &log->records[i];
        if (record->kind == HD_LOG_FAULT) {
            return record->value;
        }
        i += hd_record_parts(record);
    }
    return 0;
}

/* ---- complaints ---- */

static char complaint[32];

static void
note_complaint(struct hd_loop *loop, const char *what,
               const struct hd_error *error, void *context)
{
    (void)loop;
    (void)error;
    (void)context;
    strncpy(complaint, what, sizeof(complaint) - 1);
}

static int
leave_an_error(void *arg)
{
    (void)arg;
    hd_loop_set_error_handler(hd_loop_running(), note_complaint, NULL);
    struct hd_task *task = hd_task_spawn(fail_silently, NULL);
    (void)hd_sleep(0);
    hd_task_release(task);
    return HD_OK;
}

/* ---- tests ---- */

/* Also where one public function does its work through another. */
static void
the_place_of_a_refusal_is_the_program_s(void **state)
{
    (void)state;

    assert_true(
        is_in(place_of_first_refusal(make_a_loop_and_go), make_a_loop_and_go));
    assert_true(
        is_in(place_of_first_refusal(call_from_a_thread), call_from_a_thread));
}

static void
each_call_answers_for_its_allocation(void **state)
{
    static const struct refusals_program programs[] = {
        PROGRAM(spawn),
        PROGRAM(detach),
        PROGRAM(name_a_task),
        PROGRAM(ask_for_a_name),
        PROGRAM(await_a_coroutine),
        PROGRAM(start_a_coroutine),
        PROGRAM(call_when_done),
        PROGRAM(call_no_more),
        PROGRAM(fail_a_task),
        PROGRAM(fail_a_future),
        PROGRAM(ask_for_an_error),
        PROGRAM(call_soon),
        PROGRAM(call_later),
        PROGRAM(sleep_once),
        PROGRAM(sleep_until),
        PROGRAM(sleep_for_a_number_of_times),
        PROGRAM(limit),
        PROGRAM(be_late),
        PROGRAM(begin_too_late),
        PROGRAM(reschedule),
        PROGRAM(set_variables),
        PROGRAM(make_a_loop),
    };
    (void)state;

    refusals_try(programs, COUNT(programs));
}

static void
a_complaint_needs_no_memory(void **state)
{
    struct one_fault fault = {.kind = HD_VALUE_ALLOC, .nth = 2, .value = 1};
    (void)state;

    sim_run_with_fault(leave_an_error, NULL, &fault);

    assert_string_equal(complaint, "0.1");
    assert_int_equal(fault.chances, 1); /* the task's */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_answers_for_its_allocation),
        cmocka_unit_test(the_place_of_a_refusal_is_the_program_s),
        cmocka_unit_test(a_complaint_needs_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
