/*
 * Expressions and local lines: what costs no step.
 */
#ifndef TESTS_MODEL_EVALUATE_H
#define TESTS_MODEL_EVALUATE_H

#include "machine.h"

/* old is what _ stands for. */
int32_t model_evaluate(const struct model *model,
                       const struct model_state *state,
                       const struct model_task *task, int16_t expression,
                       int32_t old);

/* A line that is no step; the task's line moves on. */
void model_execute_local(const struct model *model, struct model_state *state,
                         struct model_task *task,
                         const struct model_line *line);

#endif
