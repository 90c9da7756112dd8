/*
 * Steps that work on tasks and on time.
 */
#include "base/assert.h"
#include "step.h"
#include <string.h>

/* ---- cancelling and stopping ---- */

/* Out of its queue, or off the clock. */
static void
interrupt(struct model_in_step *step, struct model_task *task)
{
    const unsigned number = (unsigned)(task - step->state->tasks);
    if (task->on < 0) {
        if (step->model->jumps && task->deadline > 0) {
            model_touch(step, model_clock_object(), HD_READS, 0);
        }
    } else {
        struct model_cell *cell = &step->state->cells[task->on];
        unsigned index = 0;
        while (cell->waiters[index] != number) {
            index++;
        }
        model_leave_line(cell, index);
        model_touch_cell(step, task->on, HD_WRITES);
    }
    task->on = -1;
    task->deadline = 0;
}

static struct model_task *
target_of(const struct model_in_step *step)
{
    const int32_t number = model_operand(step, step->line->a, 0);
    if (number < 0 || number >= step->state->task_count) {
        step->state->invalid = true; /* there is no such task */
        return step->task;
    }
    return &step->state->tasks[number];
}

static void
cancel(struct model_in_step *step)
{
    struct model_task *task = target_of(step);
    if (task->status == MODEL_ENDED || task->cancelled) {
        model_touch(step, task->path, HD_READS, 0);
        return;
    }
    model_touch(step, task->path, HD_WRITES, 0);
    task->cancelled = true;
    /* A timer that is armed does not wait, and its step will see the mark. */
    if (task->status == MODEL_WAITS && task->line >= 0 &&
        !(task->kind == HD_ACTOR_TIMER && task->steps == 0)) {
        interrupt(step, task);
        task->status = MODEL_WOKEN;
        model_enable(step, (unsigned)(task - step->state->tasks),
                     MODEL_SLOT_WAKE);
    }
}

static void
stop(struct model_in_step *step)
{
    struct model_task *task = target_of(step);
    if (task->status == MODEL_ENDED) {
        model_touch(step, task->path, HD_READS, 0);
        return;
    }
    model_touch(step, task->path, HD_WRITES, 0);
    if (task->status == MODEL_WAITS) {
        interrupt(step, task);
    }
    model_end_task(step, (unsigned)(task - step->state->tasks));
}

/* ---- starting and time ---- */

static void
start(struct model_in_step *step, enum hd_actor_kind kind)
{
    const struct model_line *line = step->line;
    const int entry = step->model->procs[line->target];
    HD_ASSERT(entry >= 0);
    const unsigned number =
        model_add_task(step->state, (int)step->number, kind, entry);
    struct model_task *task = &step->state->tasks[number];
    for (unsigned i = 0; i < line->arguments; i++) {
        task->registers[i] =
            step->task->registers[line->first_argument + (int)i];
    }
    model_give_result(step, (int32_t)number);
    model_enable(step, number, MODEL_SLOT_WAKE);
    if (model_settle(step->model, step->state, task)) {
        model_end_task(step, number);
    } else if (kind == HD_ACTOR_TIMER) {
        task->status = MODEL_WAITS;
    }
}

/* From now on, so long; the clock may not have moved in between. */
static int32_t
deadline_of(struct model_in_step *step)
{
    const int32_t delay = model_operand(step, step->line->a, 0);
    step->state->invalid |= delay <= 0;
    if (step->model->jumps) {
        model_touch(step, model_clock_object(), HD_READS, 0);
    }
    return step->state->now + delay;
}

static void
arm(struct model_in_step *step)
{
    const int32_t deadline = deadline_of(step);
    const unsigned number = step->state->task_count;
    start(step, HD_ACTOR_TIMER);
    step->state->tasks[number].deadline = deadline;
}

static void
fall_asleep(struct model_in_step *step)
{
    if (step->task->cancelled) {
        step->task->line = -1;
        return;
    }
    step->task->deadline = deadline_of(step);
    step->task->status = MODEL_WAITS;
}

bool
model_some_wait_for_the_clock(const struct model_state *state)
{
    for (unsigned i = 0; i < state->task_count; i++) {
        if (state->tasks[i].status == MODEL_WAITS &&
            state->tasks[i].deadline > 0) {
            return true;
        }
    }
    return false;
}

static uint32_t
move_clock(struct model_state *state)
{
    uint32_t due = 0;
    int32_t next = INT32_MAX;
    for (unsigned i = 0; i < state->task_count; i++) {
        const struct model_task *task = &state->tasks[i];
        if (task->status == MODEL_WAITS && task->deadline > 0 &&
            task->deadline < next) {
            next = task->deadline;
        }
    }
    state->now = next;
    for (unsigned i = 0; i < state->task_count; i++) {
        struct model_task *task = &state->tasks[i];
        if (task->status == MODEL_WAITS && task->deadline == next) {
            task->deadline = 0;
            task->status = task->kind == HD_ACTOR_TIMER && task->steps == 0
                               ? MODEL_LIVE
                               : MODEL_WOKEN;
            due |= 1u << i;
        }
    }
    return due;
}

bool
model_pass_time(const struct model *model, struct model_state *state,
                uint32_t *out_due)
{
    if (model->jumps || !model_some_wait_for_the_clock(state)) {
        return false;
    }
    *out_due = move_clock(state);
    for (unsigned i = 0; i < state->task_count; i++) {
        if (*out_due >> i & 1) {
            state->tasks[i].after = state->steps;
        }
    }
    return true;
}

void
model_step_of_clock(struct model_in_step *step)
{
    model_touch(step, model_clock_object(), HD_WRITES, 0);
    const uint32_t due = move_clock(step->state);
    for (unsigned i = 0; i < step->state->task_count; i++) {
        if (due >> i & 1) {
            model_enable(step, i, MODEL_SLOT_WAKE);
        }
    }
}

void
model_step_on_tasks(struct model_in_step *step)
{
    switch (step->line->op) {
    case MODEL_SPAWN:
        start(step, HD_ACTOR_TASK);
        return;
    case MODEL_JOIN:
        model_touch(step, model_slot_object(target_of(step), MODEL_SLOT_END),
                    HD_READS, HD_ACCESS_ENABLES);
        return;
    case MODEL_CANCEL:
        cancel(step);
        return;
    case MODEL_STOP:
        stop(step);
        return;
    case MODEL_ARM:
        arm(step);
        return;
    case MODEL_SLEEP:
        fall_asleep(step);
        return;
    case MODEL_NOW:
        if (step->model->jumps) {
            model_touch(step, model_clock_object(), HD_READS, 0);
        }
        model_give_result(step, step->state->now);
        return;
    case MODEL_CHOOSE:
        model_give_result(step, (int32_t)step->value);
        return;
    default: /* YIELD */
        return;
    }
}
