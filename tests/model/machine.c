#include "machine.h"

#include "base/assert.h"
#include "base/identity.h"
#include "evaluate.h"
#include "step.h"

#include <string.h>

#define SLOTS_FROM UINT32_C(0x80000000)
#define CLOCK_NUMBER 200u
#define LOCAL_LINES_MAX 1000u

uint32_t
model_cell_object(int cell)
{
    return (uint32_t)cell + 1;
}

uint32_t
model_clock_object(void)
{
    return CLOCK_NUMBER;
}

uint32_t
model_slot_object(const struct model_task *task, enum model_slot slot)
{
    return SLOTS_FROM | (uint32_t)(hd_mix(task->path ^ (uint64_t)slot) >> 33);
}

/* ---- a step in progress ---- */

void
model_touch(struct model_in_step *step, uint64_t object,
            enum hd_access_mode mode, uint8_t flags)
{
    struct model_effect *effect = step->effect;
    HD_ASSERT(effect->count < MODEL_ACCESSES_MAX);
    effect->accesses[effect->count++] = (struct hd_access){
        .object = object,
        .mode = (uint8_t)mode,
        .flags = flags,
    };
}

void
model_touch_cell(struct model_in_step *step, int cell, enum hd_access_mode mode)
{
    model_touch(step, model_cell_object(cell), mode, 0);
}

void
model_enable(struct model_in_step *step, unsigned number, enum model_slot slot)
{
    model_touch(step, model_slot_object(&step->state->tasks[number], slot),
                HD_WRITES, HD_ACCESS_ENABLES);
    if (slot == MODEL_SLOT_WAKE) {
        /* Who cancels it now finds it woken, and leaves its queue alone. */
        model_touch(step, step->state->tasks[number].path, HD_WRITES, 0);
    }
    step->effect->woken |= 1u << number;
}

int
model_cell_of(const struct model *model, const struct model_state *state,
              const struct model_task *task, int16_t cell, int16_t index)
{
    if (index < 0) {
        return cell;
    }
    const int32_t offset = model_evaluate(model, state, task, index, 0);
    HD_ASSERT(offset >= 0 && offset < (int32_t)MODEL_ARRAY_CELLS);
    return cell + offset;
}

int32_t
model_operand(const struct model_in_step *step, int16_t expression, int32_t old)
{
    return model_evaluate(step->model, step->state, step->task, expression,
                          old);
}

void
model_give_result(const struct model_in_step *step, int32_t value)
{
    if (step->line->to >= 0) {
        step->task->registers[step->line->to] = value;
    }
}

/* ---- tasks ---- */

/* Joiners of the task may go on, if anybody ever joins it. */
void
model_end_task(struct model_in_step *step, unsigned number)
{
    struct model_task *task = &step->state->tasks[number];
    task->status = MODEL_ENDED;
    task->on = -1;
    model_enable(step, number, MODEL_SLOT_END);
}

/* Execute local lines up to the next step; true if the task is at its end. */
bool
model_settle(const struct model *model, struct model_state *state,
             struct model_task *task)
{
    for (unsigned i = 0; i < LOCAL_LINES_MAX; i++) {
        const struct model_line *line = &model->code[task->line];
        if (line->op == MODEL_END) {
            return true;
        }
        if (line->op < MODEL_STEPS) {
            return false;
        }
        model_execute_local(model, state, task, line);
    }
    state->invalid = true; /* a loop without steps */
    return true;
}

unsigned
model_add_task(struct model_state *state, int parent, enum hd_actor_kind kind,
               int entry)
{
    HD_ASSERT(state->task_count < MODEL_TASKS_MAX);
    const unsigned number = state->task_count++;
    struct model_task *task = &state->tasks[number];
    const bool is_task = kind == HD_ACTOR_TASK;
    uint64_t above = hd_path_of_root();
    uint64_t ordinal = number + 1;
    memset(task, 0, sizeof(*task));
    if (parent >= 0) {
        struct model_task *by = &state->tasks[parent];
        above = by->path;
        ordinal = is_task ? ++by->tasks_born : ++by->events_born;
    } else if (kind == HD_ACTOR_CLOCK) {
        ordinal = 0;
    }
    task->path = hd_path_of(above, ordinal, is_task);
    task->kind = (uint8_t)kind;
    task->parent = (uint8_t)(parent + 1);
    task->line = (int16_t)entry;
    task->on = -1;
    return number;
}

void
model_begin(const struct model *model, struct model_state *state)
{
    memset(state, 0, sizeof(*state));
    state->cell_count = model->cell_count;
    for (unsigned i = 0; i < model->initial_count; i++) {
        state->cells[model->initials[i].cell].value = model->initials[i].value;
    }
    for (unsigned i = 0; i < model->start_count; i++) {
        const unsigned number =
            model_add_task(state, -1, HD_ACTOR_TASK, model->starts[i].entry);
        struct model_task *task = &state->tasks[number];
        task->registers[0] = model->starts[i].parameter;
        if (model_settle(model, state, task)) {
            task->status = MODEL_ENDED;
        }
    }
    if (model->jumps && model->timed) {
        model_add_task(state, -1, HD_ACTOR_CLOCK, 0);
    }
}

void
model_copy(struct model_state *to, const struct model_state *from)
{
    memcpy(to, from, offsetof(struct model_state, tasks));
    memcpy(to->tasks, from->tasks, from->task_count * sizeof(*to->tasks));
    memcpy(to->cells, from->cells, from->cell_count * sizeof(*to->cells));
}

/* ---- what can step ---- */

static bool
can_begin(const struct model *model, const struct model_state *state,
          const struct model_task *task, const struct model_line *line)
{
    const struct model_cell *cell = NULL;
    if (line->cell >= 0) {
        cell = &state->cells[model_cell_of(model, state, task, line->cell,
                                           line->index)];
    }
    switch (line->op) {
    case MODEL_LOCK:
        return cell->owner == 0;
    case MODEL_AWAIT:
        return model_evaluate(model, state, task, line->a, cell->value) != 0;
    case MODEL_P:
        return cell->value > 0;
    case MODEL_RECV:
        return cell->item_count > 0;
    case MODEL_JOIN: {
        const int32_t other = model_evaluate(model, state, task, line->a, 0);
        return other < 0 || other >= state->task_count ||
               state->tasks[other].status == MODEL_ENDED;
    }
    default:
        return true;
    }
}

bool
model_can_step(const struct model *model, const struct model_state *state,
               unsigned number)
{
    const struct model_task *task = &state->tasks[number];
    if (task->kind == HD_ACTOR_CLOCK) {
        return model_some_wait_for_the_clock(state);
    }
    if (task->status == MODEL_LIVE) {
        return can_begin(model, state, task, &model->code[task->line]);
    }
    if (task->status != MODEL_WOKEN) {
        return false;
    }
    const struct model_line *line = &model->code[task->line];
    if (line->op != MODEL_CWAIT) {
        return true;
    }
    return state
               ->cells[model_cell_of(model, state, task, line->mutex,
                                     line->mutex_index)]
               .owner == 0;
}

uint32_t
model_values(const struct model *model, const struct model_state *state,
             unsigned number)
{
    const struct model_task *task = &state->tasks[number];
    if (task->kind == HD_ACTOR_CLOCK || task->status != MODEL_LIVE ||
        model->code[task->line].op != MODEL_CHOOSE) {
        return 1;
    }
    return (uint32_t)model_evaluate(model, state, task,
                                    model->code[task->line].a, 0);
}

/* ---- one step ---- */

static void
resume(struct model_in_step *step)
{
    model_touch(step, model_slot_object(step->task, MODEL_SLOT_WAKE), HD_READS,
                HD_ACCESS_ENABLES);
    step->task->status = MODEL_LIVE;
    if (step->line->op == MODEL_CWAIT) {
        model_relock(step);
    }
    if (step->task->cancelled) {
        step->task->line = -1;
        return;
    }
    model_give_result(step, step->task->passed);
}

static void
begin(struct model_in_step *step)
{
    const struct model_line *line = step->line;
    if (step->task->steps == 0 && step->task->parent > 0) {
        model_touch(step, model_slot_object(step->task, MODEL_SLOT_WAKE),
                    HD_READS, HD_ACCESS_ENABLES);
    }
    if (line->cell >= 0) {
        model_step_on_cell(step,
                           model_cell_of(step->model, step->state, step->task,
                                         line->cell, line->index));
    } else {
        model_step_on_tasks(step);
    }
}

void
model_step(const struct model *model, struct model_state *state,
           unsigned number, uint32_t value, struct model_effect *out_effect)
{
    struct model_task *task = &state->tasks[number];
    struct model_in_step step = {.model = model,
                                 .state = state,
                                 .task = task,
                                 .effect = out_effect,
                                 .number = number,
                                 .value = value};
    out_effect->count = out_effect->woken = 0;
    state->steps++;
    task->after = 0;
    if (task->kind == HD_ACTOR_CLOCK) {
        model_step_of_clock(&step);
        task->steps++;
        return;
    }
    step.line = &model->code[task->line];
    if (task->status == MODEL_WOKEN) {
        resume(&step);
    } else {
        begin(&step);
    }
    task->steps++;
    if (task->status != MODEL_LIVE) {
        return; /* it waits, or has stopped itself */
    }
    if (task->line >= 0) {
        task->line++;
    }
    if (task->line < 0 || model_settle(model, state, task)) {
        model_end_task(&step, number);
    }
}

/* ---- the end ---- */

bool
model_is_unfinished(const struct model_state *state)
{
    for (unsigned i = 0; i < state->task_count; i++) {
        if (state->tasks[i].kind != HD_ACTOR_CLOCK &&
            state->tasks[i].status != MODEL_ENDED) {
            return true;
        }
    }
    return false;
}

bool
model_is_bad(const struct model *model, const struct model_state *state)
{
    return state->bad ||
           (model->final >= 0 && model_evaluate(model, state, &state->tasks[0],
                                                model->final, 0) == 0);
}
