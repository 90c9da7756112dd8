#include "evaluate.h"

#include "base/assert.h"

#define STACK_MAX 16u

static int32_t
modulo(int32_t a, int32_t b)
{
    HD_ASSERT(b > 0);
    return (a % b + b) % b; /* as Python's */
}

static int32_t
combine(enum model_term_kind kind, int32_t a, int32_t b)
{
    switch (kind) {
    case MODEL_TERM_ADD:
        return a + b;
    case MODEL_TERM_SUBTRACT:
        return a - b;
    case MODEL_TERM_MULTIPLY:
        return a * b;
    case MODEL_TERM_MODULO:
        return modulo(a, b);
    case MODEL_TERM_EQUAL:
        return a == b;
    case MODEL_TERM_UNEQUAL:
        return a != b;
    case MODEL_TERM_LESS:
        return a < b;
    case MODEL_TERM_LESS_EQUAL:
        return a <= b;
    case MODEL_TERM_GREATER:
        return a > b;
    case MODEL_TERM_GREATER_EQUAL:
        return a >= b;
    case MODEL_TERM_AND:
        return a != 0 && b != 0;
    case MODEL_TERM_OR:
        return a != 0 || b != 0;
    case MODEL_TERM_MINIMUM:
        return a < b ? a : b;
    default:
        HD_ASSERT(kind == MODEL_TERM_MAXIMUM);
        return a > b ? a : b;
    }
}

/* A term that puts a value on the stack without taking two. */
static bool
push(const struct model_state *state, const struct model_task *task,
     const struct model_term *term, int32_t old, int32_t *top)
{
    switch (term->kind) {
    case MODEL_TERM_CONSTANT:
        top[0] = term->value;
        return true;
    case MODEL_TERM_REGISTER:
        top[0] = task->registers[term->value];
        return true;
    case MODEL_TERM_OLD:
        top[0] = old;
        return true;
    case MODEL_TERM_CELL:
        top[0] = state->cells[term->value].value;
        return true;
    default:
        return false;
    }
}

int32_t
model_evaluate(const struct model *model, const struct model_state *state,
               const struct model_task *task, int16_t expression, int32_t old)
{
    int32_t stack[STACK_MAX];
    unsigned count = 0;
    const struct model_term *term = &model->terms[expression];
    for (; term->kind != MODEL_TERM_END; term++) {
        HD_ASSERT(count < STACK_MAX);
        if (push(state, task, term, old, &stack[count])) {
            count++;
        } else if (term->kind == MODEL_TERM_NOT) {
            stack[count - 1] = stack[count - 1] == 0;
        } else if (term->kind == MODEL_TERM_NEGATE) {
            stack[count - 1] = -stack[count - 1];
        } else if (term->kind == MODEL_TERM_ITEM) {
            stack[count - 1] =
                task->registers[term->value + 1 + stack[count - 1]];
        } else {
            count--;
            stack[count - 1] = combine((enum model_term_kind)term->kind,
                                       stack[count - 1], stack[count]);
        }
    }
    HD_ASSERT(count == 1);
    return stack[0];
}

void
model_execute_local(const struct model *model, struct model_state *state,
                    struct model_task *task, const struct model_line *line)
{
    int32_t value = 0;
    if (line->a >= 0) {
        value = model_evaluate(model, state, task, line->a, 0);
    }
    task->line++;
    switch (line->op) {
    case MODEL_ASSERT:
        state->bad |= value == 0;
        return;
    case MODEL_SET:
        task->registers[line->to] = value;
        return;
    case MODEL_APPEND: {
        const int32_t length = task->registers[line->to]++;
        HD_ASSERT(length < (int32_t)MODEL_LIST_ITEMS);
        task->registers[line->to + 1 + length] = value;
        return;
    }
    case MODEL_UNLESS:
        if (value == 0) {
            task->line = line->target;
        }
        return;
    default:
        HD_ASSERT(line->op == MODEL_JUMP);
        task->line = line->target;
        return;
    }
}
