/*
 * Steps that work on one cell: variables, mutexes, conditions, semaphores,
 * queues, futures.
 */
#include "base/assert.h"
#include "step.h"
#include <string.h>

/* ---- waiting and waking ---- */

/* The attempt failed: the task stands in the cell's line from now on. */
static void
wait_on(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    if (step->task->cancelled) {
        step->task->line = -1;
        return;
    }
    HD_ASSERT(cell->waiter_count < sizeof(cell->waiters));
    cell->waiters[cell->waiter_count++] = (uint8_t)step->number;
    step->task->status = MODEL_WAITS;
    step->task->on = (int16_t)at;
}

void
model_leave_line(struct model_cell *cell, unsigned index)
{
    cell->waiter_count--;
    memmove(&cell->waiters[index], &cell->waiters[index + 1],
            cell->waiter_count - index);
}

/* The head of the line goes on; returns its number. */
static unsigned
wake_first(struct model_in_step *step, int at, int32_t passed)
{
    struct model_cell *cell = &step->state->cells[at];
    const unsigned number = cell->waiters[0];
    struct model_task *task = &step->state->tasks[number];
    model_leave_line(cell, 0);
    task->status = MODEL_WOKEN;
    task->on = -1;
    task->passed = passed;
    model_enable(step, number, MODEL_SLOT_WAKE);
    return number;
}

/* ---- variables, mutexes, conditions ---- */

static void
compare_and_set(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    const bool equal = cell->value == model_operand(step, step->line->a, 0);
    model_touch_cell(step, at, equal ? HD_WRITES : HD_READS);
    if (equal) {
        cell->value = model_operand(step, step->line->b, 0);
    }
    model_give_result(step, equal);
}

static void
modify(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    const int32_t old = cell->value;
    model_touch_cell(step, at, HD_WRITES);
    cell->value = model_operand(step, step->line->a, old);
    model_give_result(step, old);
}

static void
take_mutex(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    HD_ASSERT(cell->owner == 0);
    cell->owner = (uint8_t)(step->number + 1);
    model_touch(step, model_cell_object(at), HD_WRITES, HD_ACCESS_TAKES);
}

static void
give_mutex(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    step->state->invalid |= cell->owner != step->number + 1;
    cell->owner = 0;
    model_touch(step, model_cell_object(at), HD_WRITES, HD_ACCESS_GIVES);
}

static void
try_mutex(struct model_in_step *step, int at)
{
    const bool is_free = step->state->cells[at].owner == 0;
    if (is_free) {
        take_mutex(step, at);
    } else {
        model_touch_cell(step, at, HD_READS);
    }
    model_give_result(step, is_free);
}

static int
mutex_of(const struct model_in_step *step)
{
    return model_cell_of(step->model, step->state, step->task,
                         step->line->mutex, step->line->mutex_index);
}

static void
wait_for_signal(struct model_in_step *step, int at)
{
    give_mutex(step, mutex_of(step));
    model_touch_cell(step, at, HD_WRITES);
    wait_on(step, at);
}

static void
signal_waiters(struct model_in_step *step, int at, bool all)
{
    model_touch_cell(step, at, HD_WRITES);
    const unsigned waiting = step->state->cells[at].waiter_count;
    for (unsigned i = 0; i < waiting && (all || i == 0); i++) {
        wake_first(step, at, 0);
    }
}

static void
write_if(struct model_in_step *step, int at)
{
    const int other = mutex_of(step);
    model_touch_cell(step, at, HD_READS);
    if (step->state->cells[at].value == 0) {
        model_touch_cell(step, other, HD_WRITES);
        step->state->cells[other].value = model_operand(step, step->line->a, 0);
    }
}

/* ---- queues, and what serves in turn ---- */

static void
append(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    HD_ASSERT(cell->item_count < sizeof(cell->items));
    cell->items[cell->item_count++] =
        (int8_t)model_operand(step, step->line->a, 0);
}

static int32_t
take_item(struct model_cell *cell)
{
    const int32_t item = cell->items[0];
    cell->item_count--;
    memmove(cell->items, cell->items + 1, cell->item_count);
    return item;
}

static void
send(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    if (step->line->op == MODEL_FSEND && cell->waiter_count > 0) {
        wake_first(step, at, model_operand(step, step->line->a, 0));
    } else {
        append(step, at);
    }
}

static void
acquire_in_turn(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    if (cell->owner == 0) {
        cell->owner = (uint8_t)(step->number + 1);
    } else {
        wait_on(step, at);
    }
}

static void
release_in_turn(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    cell->owner = 0;
    if (cell->waiter_count > 0) {
        cell->owner = (uint8_t)(wake_first(step, at, 0) + 1);
    }
}

static void
semaphore(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    if (step->line->op == MODEL_P || step->line->op == MODEL_FP) {
        if (cell->value > 0) {
            cell->value--;
        } else {
            wait_on(step, at);
        }
    } else if (step->line->op == MODEL_FV && cell->waiter_count > 0) {
        wake_first(step, at, 0);
    } else {
        cell->value++;
    }
}

static void
receive(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    if (cell->item_count > 0) {
        model_give_result(step, take_item(cell));
    } else {
        wait_on(step, at);
    }
}

static void
set_future(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    model_touch_cell(step, at, HD_WRITES);
    cell->owner = 1;
    cell->value = model_operand(step, step->line->a, 0);
    while (cell->waiter_count > 0) {
        wake_first(step, at, cell->value);
    }
}

static void
get_future(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    if (cell->owner != 0) {
        model_touch_cell(step, at, HD_READS);
        model_give_result(step, cell->value);
    } else {
        model_touch_cell(step, at, HD_WRITES);
        wait_on(step, at);
    }
}

/* ---- one step ---- */

void
model_step_on_cell(struct model_in_step *step, int at)
{
    struct model_cell *cell = &step->state->cells[at];
    switch (step->line->op) {
    case MODEL_R:
    case MODEL_AWAIT:
        model_touch_cell(step, at, HD_READS);
        model_give_result(step, cell->value);
        return;
    case MODEL_W:
        model_touch_cell(step, at, HD_WRITES);
        cell->value = model_operand(step, step->line->a, 0);
        return;
    case MODEL_RMW:
        modify(step, at);
        return;
    case MODEL_CAS:
        compare_and_set(step, at);
        return;
    case MODEL_LOCK:
        take_mutex(step, at);
        return;
    case MODEL_UNLOCK:
        give_mutex(step, at);
        return;
    case MODEL_TRY:
        try_mutex(step, at);
        return;
    case MODEL_CWAIT:
        wait_for_signal(step, at);
        return;
    case MODEL_SIG:
    case MODEL_BC:
        signal_waiters(step, at, step->line->op == MODEL_BC);
        return;
    case MODEL_FSET:
        set_future(step, at);
        return;
    case MODEL_FGET:
        get_future(step, at);
        return;
    case MODEL_WIF:
        write_if(step, at);
        return;
    default:
        break;
    }
    model_touch_cell(step, at, HD_WRITES);
    switch (step->line->op) {
    case MODEL_SEND:
    case MODEL_ENQ:
    case MODEL_FSEND:
        send(step, at);
        return;
    case MODEL_RECV:
    case MODEL_FRECV:
        receive(step, at);
        return;
    case MODEL_FLOCK:
        acquire_in_turn(step, at);
        return;
    case MODEL_FUNLOCK:
        release_in_turn(step, at);
        return;
    default:
        semaphore(step, at);
        return;
    }
}

void
model_relock(struct model_in_step *step)
{
    take_mutex(step, mutex_of(step));
}
