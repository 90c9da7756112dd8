/*
 * What a task's next step is, told before it is taken.
 *
 * HD_OP_KNOWN is given where the step makes one access besides those that
 * enable somebody: a strategy may then judge it by its hint alone. The mode of
 * a step that may write or only read (CAS, TRY, FGET) is what it would be now;
 * it changes only by a step that conflicts with either.
 */
#include "evaluate.h"
#include "machine.h"

static int
hint_cell(const struct model *model, const struct model_state *state,
          const struct model_task *task, int16_t cell, int16_t index)
{
    return index < 0 ? cell
                     : cell + model_evaluate(model, state, task, index, 0);
}

static enum hd_op_kind
kind_of(enum model_op op)
{
    switch (op) {
    case MODEL_LOCK:
        return HD_OP_LOCK;
    case MODEL_AWAIT:
        return HD_OP_AWAIT;
    case MODEL_P:
        return HD_OP_SEMAPHORE;
    case MODEL_RECV:
        return HD_OP_GET;
    case MODEL_JOIN:
        return HD_OP_JOIN;
    case MODEL_YIELD:
        return HD_OP_YIELD;
    case MODEL_CANCEL:
    case MODEL_STOP:
        return HD_OP_CANCEL;
    case MODEL_SLEEP:
        return HD_OP_SLEEP;
    default:
        return HD_OP_RUN;
    }
}

static enum hd_access_mode
mode_of(const struct model *model, const struct model_state *state,
        const struct model_task *task, const struct model_line *line, int at)
{
    const struct model_cell *cell = &state->cells[at];
    bool reads;
    switch (line->op) {
    case MODEL_R:
    case MODEL_AWAIT:
        reads = true;
        break;
    case MODEL_CAS:
        reads = cell->value != model_evaluate(model, state, task, line->a, 0);
        break;
    case MODEL_TRY:
    case MODEL_FGET:
        reads = cell->owner != 0;
        break;
    default:
        reads = false;
        break;
    }
    return reads ? HD_READS : HD_WRITES;
}

static struct hd_op
hint_resume(const struct model *model, const struct model_state *state,
            const struct model_task *task, const struct model_line *line)
{
    if (line->op == MODEL_CWAIT) {
        const int mutex =
            hint_cell(model, state, task, line->mutex, line->mutex_index);
        return (struct hd_op){.object = model_cell_object(mutex),
                              .kind = HD_OP_LOCK,
                              .mode = HD_WRITES,
                              .flags = HD_OP_KNOWN};
    }
    return (struct hd_op){.kind = HD_OP_RUN, .flags = HD_OP_KNOWN};
}

static struct hd_op
hint_step(const struct model *model, const struct model_state *state,
          const struct model_task *task, const struct model_line *line)
{
    struct hd_op hint = {.kind = (uint8_t)kind_of((enum model_op)line->op),
                         .flags = HD_OP_KNOWN};
    switch (line->op) {
    case MODEL_CWAIT:
    case MODEL_CANCEL:
    case MODEL_STOP:
    case MODEL_WIF:
        hint.flags = 0; /* of several objects, or of a task's path */
        return hint;
    case MODEL_ARM:
    case MODEL_SLEEP:
    case MODEL_NOW:
        hint.object = model->jumps ? model_clock_object() : 0;
        return hint;
    default:
        break;
    }
    if (line->cell >= 0) {
        const int at = hint_cell(model, state, task, line->cell, line->index);
        hint.object = model_cell_object(at);
        hint.mode = (uint8_t)mode_of(model, state, task, line, at);
    }
    return hint;
}

struct hd_op
model_hint(const struct model *model, const struct model_state *state,
           unsigned number)
{
    const struct model_task *task = &state->tasks[number];
    if (task->kind == HD_ACTOR_CLOCK) {
        if (!model_can_step(model, state, number)) {
            return (struct hd_op){0};
        }
        return (struct hd_op){.object = model_clock_object(),
                              .kind = HD_OP_RUN,
                              .mode = HD_WRITES,
                              .flags = HD_OP_KNOWN};
    }
    if (task->status == MODEL_ENDED) {
        return (struct hd_op){0};
    }
    const struct model_line *line = &model->code[task->line];
    if (task->status == MODEL_WAITS) {
        return (struct hd_op){
            .object = task->on >= 0 ? model_cell_object(task->on) : 0,
            .kind = HD_OP_WAIT,
        };
    }
    if (task->status == MODEL_WOKEN) {
        return hint_resume(model, state, task, line);
    }
    return hint_step(model, state, task, line);
}
