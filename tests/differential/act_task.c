/*
 * Actions on tasks, futures, callbacks and handles.
 */
#include "interpret.h"

#include <stdlib.h>
#include <string.h>

/*
 * References: t3 is the last task of section 3, f0 a future, g2 the gather
 * future of section 2, c4 a fresh coroutine of section 4, self this task.
 */

uint64_t
time_of(const struct op *op, size_t word)
{
    if (strcmp(op->words[word], "none") == 0) {
        return HD_FOREVER;
    }
    return (uint64_t)op->numbers[word] * UNIT_NS;
}

struct hd_task *
task_of_ref(const char *ref)
{
    if (strcmp(ref, "self") == 0) {
        return hd_task_current();
    }
    struct hd_task **task = &state.tasks[strtoul(ref + 1, NULL, 10)];
    HD_READ(task);
    return *task;
}

static struct hd_future *
future_at(struct hd_future **place)
{
    HD_READ(place);
    return *place;
}

struct hd_future *
future_numbered(long number)
{
    return future_at(&state.futures[number]);
}

struct hd_future *
future_of_ref(const char *ref)
{
    switch (ref[0]) {
    case 'f':
        return future_at(&state.futures[strtoul(ref + 1, NULL, 10)]);
    case 'g':
        return future_at(&state.gathers[strtoul(ref + 1, NULL, 10)]);
    default:
        return HD_FUTURE(task_of_ref(ref));
    }
}

bool
future_is_gather(const struct hd_future *future)
{
    HD_READ(&state.gathers_made_count);
    for (size_t i = 0; i < state.gathers_made_count; i++) {
        if (state.gathers_made[i] == future) {
            return true;
        }
    }
    return false;
}

/* The value that came with a reference; that of a gather counts as 0. */
static long
value_of_ref(const char *ref, const void *value)
{
    return ref[0] == 'g' ? 0 : number_of(value);
}

static bool
is_task_ref(const char *ref)
{
    return ref[0] == 't' || ref[0] == 's';
}

static int
none(struct answer *answer)
{
    answer_add(answer, "none");
    return HD_OK;
}

static int
limit(struct answer *answer)
{
    answer_add(answer, "limit");
    return HD_OK;
}

/* Tasks are kept until the loop dies: any section may ask for them. */
static void
task_keep(long section, struct hd_task *task)
{
    HD_WRITE(&state.tasks[section]);
    state.tasks[section] = hd_task_retain(task);
}

size_t
refs_find(const struct op *op, size_t word, struct found found[static REFS_MAX])
{
    size_t count = 0;
    for (size_t i = word; i < op->word_count && count < REFS_MAX; i++) {
        const char *ref = op->words[i];
        struct hd_future *future = NULL;
        if (ref[0] == 'c') {
            struct frame *frame = frame_of_section(strtoul(ref + 1, NULL, 10));
            if (frame != NULL) {
                struct hd_coro *coro = hd_coro_create(section_run, frame);
                struct hd_task *task = hd_task_from_coro(coro);
                future = HD_FUTURE(hd_task_retain(task));
            }
        } else {
            future = future_of_ref(ref);
        }
        if (future != NULL) {
            found[count++] = (struct found){.ref = ref, .future = future};
        }
    }
    return count;
}

/*
 * Tasks.
 */

int
act_spawn(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    struct frame *child = frame_of_section((size_t)op->numbers[0]);
    if (child == NULL) {
        return limit(answer);
    }
    task_keep(op->numbers[0], hd_task_spawn(section_run, child));
    return HD_OK;
}

int
act_group_spawn(struct frame *frame, const struct op *op, struct answer *answer)
{
    if (frame->group_count == 0) {
        return none(answer);
    }
    struct frame *child = frame_of_section((size_t)op->numbers[0]);
    if (child == NULL) {
        return limit(answer);
    }
    struct hd_group *group = frame->groups[frame->group_count - 1];
    struct hd_task *task = hd_group_spawn(group, section_run, child);
    if (task == NULL) {
        return HD_E_INVALID;
    }
    task_keep(op->numbers[0], task);
    return HD_OK;
}

int
act_fail(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    (void)answer;
    return HD_E_USER - (int)op->numbers[0];
}

int
act_return(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)answer;
    frame->value = op->numbers[0];
    frame->returned = true;
    return HD_OK;
}

int
act_cancel(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    const char *ref = op->words[0];
    struct hd_future *future = future_of_ref(ref);
    if (future == NULL) {
        return none(answer);
    }
    const bool asked = is_task_ref(ref) ? hd_task_cancel(task_of_ref(ref))
                                        : hd_future_cancel(future);
    answer_add(answer, "ok:%d", asked);
    return HD_OK;
}

int
act_cancelling(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    const struct hd_task *task = task_of_ref(op->words[0]);
    if (task == NULL) {
        return none(answer);
    }
    answer_add(answer, "ok:%u", hd_task_cancelling(task));
    return HD_OK;
}

int
act_uncancel(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    struct hd_task *task = task_of_ref(op->words[0]);
    if (task == NULL) {
        return none(answer);
    }
    answer_add(answer, "ok:%u", hd_task_uncancel(task));
    return HD_OK;
}

int
act_result(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    const char *ref = op->words[0];
    struct hd_future *future = future_of_ref(ref);
    if (future == NULL) {
        return none(answer);
    }
    void *value = NULL;
    const int status = is_task_ref(ref)
                           ? hd_task_result(task_of_ref(ref), &value)
                           : hd_future_result(future, &value);
    answer_add_status(answer, status, value_of_ref(ref, value));
    return status;
}

/* 0 pending, 1 done, 2 cancelled; a gather tells nothing of the last. */
int
act_state(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    const char *ref = op->words[0];
    const struct hd_future *future = future_of_ref(ref);
    if (future == NULL) {
        return none(answer);
    }
    const bool cancelled = ref[0] != 'g' && hd_future_is_cancelled(future);
    answer_add(answer, "ok:%d", cancelled ? 2 : hd_future_is_done(future));
    return HD_OK;
}

int
act_await(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    const char *ref = op->words[0];
    struct hd_future *future = future_of_ref(ref);
    if (future == NULL) {
        return none(answer);
    }
    void *value = NULL;
    const int status = is_task_ref(ref)
                           ? hd_await_value(task_of_ref(ref), &value)
                           : hd_await_value(future, &value);
    answer_add_status(answer, status, value_of_ref(ref, value));
    return status;
}

int
act_call(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    struct frame *callee = frame_of_section((size_t)op->numbers[0]);
    if (callee == NULL) {
        return limit(answer);
    }
    void *value = NULL;
    struct hd_coro *coro = hd_coro_create(section_run, callee);
    const int status = hd_await_value(coro, &value);
    answer_add_status(answer, status, number_of(value));
    return status;
}

int
act_sleep(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    (void)answer;
    return hd_sleep(time_of(op, 0));
}

int
act_yield(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    (void)op;
    (void)answer;
    return hd_yield();
}

/*
 * Callbacks of futures.
 */

int
act_on_done(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    struct hd_future *future = future_of_ref(op->words[0]);
    if (future == NULL) {
        return none(answer);
    }
    return hd_future_on_done(future, callback_run_done,
                             &state.program.callbacks[op->numbers[1]]);
}

int
act_off_done(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    struct hd_future *future = future_of_ref(op->words[0]);
    if (future == NULL) {
        return none(answer);
    }
    const size_t removed = hd_future_off_done(
        future, callback_run_done, &state.program.callbacks[op->numbers[1]]);
    answer_add(answer, "ok:%zu", removed);
    return HD_OK;
}

/*
 * Futures. None is released: a task may still wait for one that a program
 * has replaced.
 */

int
act_future_new(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    (void)answer;
    HD_WRITE(&state.futures[op->numbers[0]]);
    state.futures[op->numbers[0]] = hd_future_create();
    return HD_OK;
}

int
act_future_set(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    (void)answer;
    return hd_future_set(future_numbered(op->numbers[0]),
                         pointer_of(op->numbers[1]));
}

int
act_future_fail(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    (void)answer;
    return hd_future_fail(future_numbered(op->numbers[0]),
                          HD_E_USER - (int)op->numbers[1], "failed");
}

/*
 * Handles.
 */

static int
handle_keep(const struct op *op, struct hd_handle *handle)
{
    HD_WRITE(&state.handles[op->numbers[0]]);
    state.handles[op->numbers[0]] = handle;
    return handle == NULL ? HD_E_LOOP_CLOSED : HD_OK;
}

static void *
callback_of(const struct op *op)
{
    return &state.program.callbacks[op->numbers[1]];
}

int
act_call_soon(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    (void)answer;
    return handle_keep(
        op, hd_loop_call_soon(state.loop, callback_run, callback_of(op)));
}

int
act_call_later(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    (void)answer;
    return handle_keep(op, hd_loop_call_later(state.loop, time_of(op, 2),
                                              callback_run, callback_of(op)));
}

int
act_call_at(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    (void)answer;
    return handle_keep(op, hd_loop_call_at(state.loop, time_of(op, 2),
                                           callback_run, callback_of(op)));
}

int
act_handle_cancel(struct frame *frame, const struct op *op,
                  struct answer *answer)
{
    (void)frame;
    HD_READ(&state.handles[op->numbers[0]]);
    struct hd_handle *handle = state.handles[op->numbers[0]];
    if (handle == NULL) {
        return none(answer);
    }
    answer_add(answer, "ok:%d", hd_handle_cancel(handle));
    return HD_OK;
}
