/*
 * Runs programs on Heddle and prints their event sequences.
 *
 * oracle.py does the same on CPython's asyncio; the two outputs must be
 * equal. The interpreter uses nothing but Heddle's public headers. How a
 * program gets its world and its scheduler is in execute.c.
 */
#include "interpret.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct state state;

/*
 * Events.
 */

void
event_log(const struct frame *frame, int line, const char *name,
          const char *status)
{
    if (state.event_total++ >= EVENTS_MAX) {
        return;
    }
    if (state.listener != NULL) {
        state.listener(frame, line, name, status);
        return;
    }
    const uint64_t now = hd_loop_now(state.loop) / UNIT_NS;
    printf("%llu %s.%d %s %s\n", (unsigned long long)now, frame->name, line,
           name, status);
}

void
answer_add(struct answer *answer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const size_t room = sizeof answer->text - answer->length;
    (void)vsnprintf(answer->text + answer->length, room, format, arguments);
    va_end(arguments);
    answer->length = strlen(answer->text);
}

static const char *
failure_name(int status)
{
    switch (status) {
    case HD_E_CANCELLED:
        return "cancelled";
    case HD_E_TIMEDOUT:
        return "timeout";
    case HD_E_BROKEN:
        return "broken";
    case HD_E_FULL:
        return "full";
    case HD_E_EMPTY:
        return "empty";
    case HD_E_GROUP:
        return "group";
    case HD_E_DONE:
    case HD_E_PENDING:
    case HD_E_NOT_HELD:
    case HD_E_OVERRUN:
    case HD_E_INVALID:
    case HD_E_SELF_AWAIT:
        return "invalid";
    default:
        return hd_status_name(status);
    }
}

void
answer_add_status(struct answer *answer, int status, long value)
{
    if (status >= 0) {
        answer_add(answer, "ok:%ld", value);
    } else if (status <= HD_E_USER) {
        answer_add(answer, "err:%d", HD_E_USER - status);
    } else {
        answer_add(answer, "%s", failure_name(status));
    }
}

void
answer_add_future(struct answer *answer, struct hd_future *future)
{
    if (!hd_future_is_done(future)) {
        answer_add(answer, "pending");
        return;
    }
    void *value = NULL;
    const int status = hd_future_result(future, &value);
    const bool counts = status >= 0 && !future_is_gather(future);
    answer_add_status(answer, status, counts ? number_of(value) : 0);
}

/*
 * Sections and callbacks.
 */

struct frame *
frame_of_section(size_t section)
{
    if (state.instance_count >= INSTANCES_MAX) {
        return NULL;
    }
    struct frame *frame = &state.frames[state.frame_count++];
    *frame = (struct frame){.ops = state.program.sections[section]};
    snprintf(frame->name, sizeof frame->name, "s%zu#%u", section,
             ++state.instance_count);
    return frame;
}

int
section_run(void *arg)
{
    struct frame *frame = arg;
    frame->started = true;
    event_log(frame, 0, "section", "begin");

    const int status = ops_run(frame, frame->ops);

    struct answer answer = {.length = 0};
    answer_add_status(&answer, status, frame->value);
    event_log(frame, 0, "section", answer.text);
    frame->ended = true;
    hd_return(pointer_of(frame->value));
    return status;
}

int
main_run(void *arg)
{
    (void)arg;
    state.loop = hd_loop_running();
    objects_make();
    return section_run(frame_of_section(0));
}

static void
callback_enter(void *arg, const char *status)
{
    struct op **ops = arg;
    struct frame frame = {.value = 0};
    snprintf(frame.name, sizeof frame.name, "c%td#%u",
             ops - state.program.callbacks, ++state.instance_count);
    event_log(&frame, 0, "callback", status);
    for (const struct op *op = *ops; op != NULL; op = op->next) {
        struct op alone = *op;
        alone.policy = POLICY_EAT;
        alone.next = NULL;
        (void)ops_run(&frame, &alone);
    }
}

void
callback_run(void *arg)
{
    callback_enter(arg, "run");
}

void
callback_run_done(struct hd_future *future, void *arg)
{
    struct answer answer = {.length = 0};
    answer_add_future(&answer, future);
    callback_enter(arg, answer.text);
}

/*
 * Ops.
 */

static bool
policy_stops(enum policy policy, int status)
{
    if (policy == POLICY_RAISE) {
        return true;
    }
    return policy == POLICY_LOG && status == HD_E_CANCELLED;
}

static int
op_run(struct frame *frame, const struct op *op)
{
    const struct action *action = op->action;
    if (action->waits) {
        event_log(frame, op->line, action->name, "begin");
    }

    struct answer answer = {.length = 0};
    const int status = action->run(frame, op, &answer);

    if (status < 0) {
        answer = (struct answer){.length = 0};
        answer_add_status(&answer, status, 0);
    } else if (answer.length == 0) {
        answer_add(&answer, "ok");
    }
    event_log(frame, op->line, action->name, answer.text);
    return status;
}

int
ops_run(struct frame *frame, const struct op *ops)
{
    for (const struct op *op = ops; op != NULL; op = op->next) {
        const int status = op_run(frame, op);
        if (status >= 0) {
            if (frame->returned) {
                return HD_OK;
            }
            continue;
        }
        /* An error overtakes a `return` that was on its way out. */
        frame->returned = false;
        if (policy_stops(op->policy, status)) {
            return status;
        }
    }
    return HD_OK;
}
