/*
 * A step in progress: inside of the machine.
 */
#ifndef TESTS_MODEL_STEP_H
#define TESTS_MODEL_STEP_H

#include "machine.h"

struct model_in_step {
    const struct model *model;
    struct model_state *state;
    struct model_task *task;
    const struct model_line *line;
    struct model_effect *effect;
    unsigned number;
    uint32_t value;
};

/* What others can tell by: its first step was enabled, it has ended. */
enum model_slot {
    MODEL_SLOT_WAKE, /* started, granted, signalled */
    MODEL_SLOT_END,  /* has ended: whoever joins it */
};

uint32_t model_slot_object(const struct model_task *task, enum model_slot slot);

/* Accesses of the step. */
void model_touch(struct model_in_step *step, uint64_t object,
                 enum hd_access_mode mode, uint8_t flags);
void model_touch_cell(struct model_in_step *step, int cell,
                      enum hd_access_mode mode);
void model_enable(struct model_in_step *step, unsigned task,
                  enum model_slot slot);

int model_cell_of(const struct model *model, const struct model_state *state,
                  const struct model_task *task, int16_t cell, int16_t index);
int32_t model_operand(const struct model_in_step *step, int16_t expression,
                      int32_t old);
void model_give_result(const struct model_in_step *step, int32_t value);

/* A new task, not settled; parent is -1 for none. */
unsigned model_add_task(struct model_state *state, int parent,
                        enum hd_actor_kind kind, int entry);

/* Execute local lines up to the next step; true: the task is at its end. */
bool model_settle(const struct model *model, struct model_state *state,
                  struct model_task *task);

/* Joiners of the task may go on. */
void model_end_task(struct model_in_step *step, unsigned number);

/* cells.c: the step works on this cell. */
void model_step_on_cell(struct model_in_step *step, int at);

/* control.c: it works on tasks or time; or it is the clock's. */
void model_step_on_tasks(struct model_in_step *step);
void model_step_of_clock(struct model_in_step *step);

/* cells.c: take the mutex of a CWAIT again. */
void model_relock(struct model_in_step *step);

/* cells.c: leave the line in front of a cell. */
void model_leave_line(struct model_cell *cell, unsigned index);

/* control.c */
bool model_some_wait_for_the_clock(const struct model_state *state);

#endif
