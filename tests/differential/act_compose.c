/*
 * Actions that wait for several at once, or stand around other ops.
 */
#include "interpret.h"

#include <stdlib.h>
#include <string.h>

static int
none(struct answer *answer)
{
    answer_add(answer, "none");
    return HD_OK;
}

static void
futures_of(const struct found *found, size_t count,
           struct hd_future *futures[static REFS_MAX])
{
    for (size_t i = 0; i < count; i++) {
        futures[i] = found[i].future;
    }
}

static void
answer_add_found(struct answer *answer, const struct found *found)
{
    const bool first = answer->length == 0;
    answer_add(answer, "%s%s=", first ? "ok:" : ",", found->ref);
    answer_add_future(answer, found->future);
}

static void
answer_add_all(struct answer *answer, const struct found *found, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        answer_add_found(answer, &found[i]);
    }
    if (count == 0) {
        answer_add(answer, "ok:");
    }
}

static unsigned
gather_flags(const char *mode)
{
    return strcmp(mode, "keep") == 0 ? HD_GATHER_KEEP_ERRORS : 0u;
}

int
act_gather(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    struct found found[REFS_MAX];
    struct hd_future *futures[REFS_MAX];
    const size_t count = refs_find(op, 1, found);
    futures_of(found, count, futures);

    const int status =
        hd_gather_array(futures, count, gather_flags(op->words[0]));

    if (status >= 0) {
        answer_add_all(answer, found, count);
    }
    return status;
}

int
act_gather_start(struct frame *frame, const struct op *op,
                 struct answer *answer)
{
    (void)frame;
    struct found found[REFS_MAX];
    struct hd_future *futures[REFS_MAX];
    const size_t count = refs_find(op, 2, found);
    if (count == 0) {
        return none(answer);
    }
    futures_of(found, count, futures);

    struct hd_future *gather =
        hd_gather_future(futures, count, gather_flags(op->words[1]));

    HD_WRITE(&state.gathers[op->numbers[0]]);
    HD_WRITE(&state.gathers_made_count);
    state.gathers[op->numbers[0]] = gather;
    state.gathers_made[state.gathers_made_count++] = gather;
    return HD_OK;
}

static enum hd_wait_until
until_named(const char *word)
{
    switch (word[0]) {
    case 'f':
        return HD_FIRST_COMPLETED;
    case 'e':
        return HD_FIRST_ERROR;
    default:
        return HD_ALL_COMPLETED;
    }
}

int
act_wait(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    struct found found[REFS_MAX];
    struct hd_future *futures[REFS_MAX];
    const size_t count = refs_find(op, 2, found);
    if (count == 0) {
        return none(answer);
    }
    futures_of(found, count, futures);

    const int status = hd_wait(futures, count, until_named(op->words[0]),
                               time_of(op, 1), NULL);

    if (status >= 0) {
        answer_add_all(answer, found, count);
    }
    return status;
}

int
act_wait_for(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    const char *ref = op->words[0];
    const uint64_t timeout_ns = time_of(op, 1);
    void *value = NULL;
    int status = HD_OK;
    if (ref[0] == 'c') {
        struct frame *child = frame_of_section(strtoul(ref + 1, NULL, 10));
        if (child == NULL) {
            return none(answer);
        }
        struct hd_coro *coro = hd_coro_create(section_run, child);
        status = hd_wait_for_coro(coro, timeout_ns, &value);
    } else {
        struct hd_future *future = future_of_ref(ref);
        if (future == NULL) {
            return none(answer);
        }
        status = ref[0] == 't'
                     ? hd_wait_for_task(task_of_ref(ref), timeout_ns, &value)
                     : hd_wait_for_future(future, timeout_ns, &value);
    }
    answer_add_status(answer, status, ref[0] == 'g' ? 0 : number_of(value));
    return status;
}

int
act_shield(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    struct found found[REFS_MAX];
    if (refs_find(op, 0, found) == 0) {
        return none(answer);
    }
    void *value = NULL;
    struct hd_future *outer = hd_shield(found[0].future);
    const int status = hd_await_value(outer, &value);
    hd_future_release(outer);
    const bool gather = op->words[0][0] == 'g';
    answer_add_status(answer, status, gather ? 0 : number_of(value));
    return status;
}

static const struct found *
found_of_future(const struct found *found, size_t count,
                const struct hd_future *future)
{
    for (size_t i = 0; i < count; i++) {
        if (found[i].future == future) {
            return &found[i];
        }
    }
    return NULL;
}

int
act_as_completed(struct frame *frame, const struct op *op,
                 struct answer *answer)
{
    (void)frame;
    struct found found[REFS_MAX];
    struct hd_future *futures[REFS_MAX];
    const size_t count = refs_find(op, 1, found);
    futures_of(found, count, futures);
    struct hd_as_completed each;
    int status = hd_as_completed_init(&each, futures, count, time_of(op, 0));
    if (status < 0) {
        return status;
    }

    while (status >= 0) {
        struct hd_future *next = NULL;
        status = hd_as_completed_next(&each, &next);
        if (status >= 0) {
            answer_add_found(answer, found_of_future(found, count, next));
        }
    }

    hd_as_completed_finish(&each);
    if (answer->length == 0) {
        answer_add(answer, "ok:");
    }
    return status == HD_E_EMPTY ? HD_OK : status;
}

/*
 * Blocks.
 */

int
act_reschedule(struct frame *frame, const struct op *op, struct answer *answer)
{
    if (frame->timeout_count == 0) {
        return none(answer);
    }
    uint64_t when_ns = time_of(op, 0);
    if (when_ns != HD_FOREVER) {
        when_ns += hd_loop_now(state.loop);
    }
    return hd_timeout_reschedule(frame->timeouts[frame->timeout_count - 1],
                                 when_ns);
}

int
act_timeout(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)answer;
    struct hd_timeout timeout;
    int status = hd_timeout_begin(&timeout, time_of(op, 0));
    if (status < 0) {
        return status;
    }
    frame->timeouts[frame->timeout_count++] = &timeout;

    status = ops_run(frame, op->body);

    frame->timeout_count--;
    status = hd_timeout_end(&timeout, status);
    const bool expired = hd_timeout_is_expired(&timeout);
    event_log(frame, op->line, "expired", expired ? "ok:1" : "ok:0");
    return status;
}

static void
group_errors_log(struct frame *frame, const struct op *op,
                 const struct hd_group *group, bool body_failed_as_group)
{
    const struct hd_error *const *errors = NULL;
    const size_t count = hd_group_errors(group, &errors);
    if (body_failed_as_group && count <= 1) {
        return; /* an inner group's failure that only passes through */
    }
    struct answer answer = {.length = 0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            answer_add(&answer, ",");
        }
        answer_add_status(&answer, errors[i]->code, 0);
    }
    event_log(frame, op->line, "errors", answer.text);
}

int
act_group(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)answer;
    struct hd_group group;
    int status = hd_group_begin(&group);
    if (status < 0) {
        return status;
    }
    frame->groups[frame->group_count++] = &group;

    const int body_status = ops_run(frame, op->body);

    frame->group_count--;
    status = hd_group_end(&group, body_status);
    if (status == HD_E_GROUP) {
        group_errors_log(frame, op, &group, body_status == HD_E_GROUP);
    }
    return status;
}

int
act_try(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)answer;
    const int body_status = ops_run(frame, op->body);
    const bool returned = frame->returned;
    frame->returned = false;

    event_log(frame, op->line, "finally", "begin");
    const int cleanup_status = ops_run(frame, op->cleanup);

    if (cleanup_status < 0) {
        return cleanup_status;
    }
    frame->returned = frame->returned || returned;
    return body_status;
}

int
act_repeat(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)answer;
    for (long i = 0; i < op->numbers[0]; i++) {
        const int status = ops_run(frame, op->body);
        if (status < 0 || frame->returned) {
            return status;
        }
    }
    return HD_OK;
}

/* A choice of the schedule's; the oracle knows only the default. */
int
act_maybe(struct frame *frame, const struct op *op, struct answer *answer)
{
    const bool taken = hd_choose(2) == 1;
    const int status = taken ? ops_run(frame, op->body) : HD_OK;
    answer_add(answer, "ok:%d", taken);
    return status;
}
