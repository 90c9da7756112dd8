/*
 * The machine: one state of a program of the model language, what can step in
 * it, and what a step does. It knows nothing of ready sets and strategies:
 * run.c puts its tasks on the real interface, brute.c copies its states.
 *
 * A step's footprint follows the conventions of the published counts: a task's
 * own state is implicit, objects are small numbers, and what enables somebody
 * is a write of that somebody's slot, flagged HD_ACCESS_ENABLES.
 *
 * What goes beyond the published language:
 *
 *   STOP t    t never steps again, whatever it waits for (a callback, a timer,
 *             a task); t counts as ended. Writes t's path.
 *   CANCEL t  t ends at its present wait, or the next one: taken out of its
 *             queue it is woken, and its resume is its end. Of a task that
 *             does not wait only a mark is left. Writes t's path.
 *   ARM d p   a timer, d units from now, that does what procedure p says.
 *   SLEEP d   two steps: begin to sleep, and go on.
 *   NOW -> a  reads the clock.
 *   CHOOSE n  a value, 0..n-1.
 *   WIF x y e if x is 0 write e to y, all in one step: what a step touches may
 *             depend on what it reads, as in coroutines.
 *
 * Where the clock is exact, time moves only when nobody can step, and all that
 * came before happens before what is then due. Where it jumps, the clock is
 * the last task: its step moves time to the next deadline; it writes the clock,
 * which ARM, SLEEP, NOW and the STOP and CANCEL of who sleeps read.
 */
#ifndef TESTS_MODEL_MACHINE_H
#define TESTS_MODEL_MACHINE_H

#include "program.h"

#include <heddle/scheduler.h>

enum model_status {
    MODEL_LIVE,  /* its next line is a step, enabled or not */
    MODEL_WAITS, /* in a queue, or asleep */
    MODEL_WOKEN, /* to be resumed */
    MODEL_ENDED,
};

/*
 * A task, a timer or the clock.
 *
 * on        cell in whose queue it is, -1 for none; its deadline is then 0.
 * passed    what its resume hands over.
 * after     so many steps happen before its next one: those before the time
 *           advance that made it due.
 */
struct model_task {
    uint64_t path;
    int32_t registers[MODEL_REGISTERS_MAX];
    int32_t deadline, passed;
    int16_t line, on;
    uint16_t steps, tasks_born, events_born, after;
    uint8_t status, kind, parent;
    bool cancelled;
};

/*
 * A shared variable, mutex, condition, semaphore, queue or future, whichever
 * the program takes it for.
 *
 * value   of a variable or future; units of a semaphore.
 * owner   task that holds the mutex, plus 1; of a future: it is set.
 */
struct model_cell {
    int32_t value;
    uint8_t owner, item_count, waiter_count;
    int8_t items[9];
    uint8_t waiters[8];
};

struct model_state {
    int32_t now;
    uint16_t steps;
    uint8_t task_count, cell_count;
    bool bad;     /* an ASSERT failed */
    bool invalid; /* it did what makes no sense: the program is wrong */
    struct model_task tasks[MODEL_TASKS_MAX];
    struct model_cell cells[MODEL_CELLS_MAX];
};

#define MODEL_ACCESSES_MAX 40u

/* What a step did. woken: a bit per task that it enabled as a cause. */
struct model_effect {
    uint32_t count, woken;
    struct hd_access accesses[MODEL_ACCESSES_MAX];
};

void model_begin(const struct model *model, struct model_state *state);
void model_copy(struct model_state *to, const struct model_state *from);

bool model_can_step(const struct model *model, const struct model_state *state,
                    unsigned task);

/* How many values the task's next step chooses among; 1 if it does not. */
uint32_t model_values(const struct model *model,
                      const struct model_state *state, unsigned task);

/* Execute its next step; value is what it chooses. */
void model_step(const struct model *model, struct model_state *state,
                unsigned task, uint32_t value, struct model_effect *out_effect);

/*
 * Nobody can step: the next deadline comes. False if there is none, or if the
 * clock is an actor. out_due has a bit per task that is due now.
 */
bool model_pass_time(const struct model *model, struct model_state *state,
                     uint32_t *out_due);

/* Who is neither the clock nor has ended. */
bool model_is_unfinished(const struct model_state *state);

/* An ASSERT failed, or the final condition does not hold. */
bool model_is_bad(const struct model *model, const struct model_state *state);

/* What the task's next step is, or would be if it were not disabled. */
struct hd_op model_hint(const struct model *model,
                        const struct model_state *state, unsigned task);

/* The objects of footprints that are no cells: small stable numbers. */
uint32_t model_cell_object(int cell);
uint32_t model_clock_object(void);

#endif
