/*
 * Actions on locks, events, conditions, semaphores, barriers and queues.
 */
#include "interpret.h"

#include <string.h>

/*
 * Declared objects.
 */

static int
by_number(const void *a, const void *b)
{
    return (number_of(a) > number_of(b)) - (number_of(a) < number_of(b));
}

static void
object_make(const struct declaration *declared)
{
    const char *kind = declared->kind;
    const uint32_t size = (uint32_t)declared->size;
    if (strcmp(kind, "lock") == 0) {
        hd_lock_init(&state.locks[state.lock_count++]);
    } else if (strcmp(kind, "event") == 0) {
        hd_event_init(&state.events[state.event_count++]);
    } else if (strcmp(kind, "cond") == 0) {
        hd_condition_init(&state.conds[state.cond_count++], NULL);
    } else if (strcmp(kind, "shared") == 0) {
        hd_condition_init(&state.conds[state.cond_count++], &state.locks[size]);
    } else if (strcmp(kind, "sem") == 0) {
        hd_semaphore_init(&state.sems[state.sem_count++], size);
    } else if (strcmp(kind, "bounded") == 0) {
        hd_semaphore_init_bounded(&state.sems[state.sem_count++], size);
    } else if (strcmp(kind, "barrier") == 0) {
        hd_barrier_init(&state.barriers[state.barrier_count++], size);
    } else if (strcmp(kind, "queue") == 0) {
        hd_queue_init(&state.queues[state.queue_count++], size);
    } else if (strcmp(kind, "lifo") == 0) {
        hd_queue_init_lifo(&state.queues[state.queue_count++], size);
    } else if (strcmp(kind, "prio") == 0) {
        hd_queue_init_priority(&state.queues[state.queue_count++], size,
                               by_number);
    } else {
        state.futures[state.future_count++] = hd_future_create();
    }
}

void
objects_make(void)
{
    for (size_t i = 0; i < state.program.object_count; i++) {
        object_make(&state.program.objects[i]);
    }
}

void
objects_finish(void)
{
    for (size_t i = 0; i < state.queue_count; i++) {
        hd_queue_finish(&state.queues[i]);
    }
}

/*
 * One action per op. They are too alike to be written out: OBJECT names the
 * declared one, ACTION makes the function.
 */

#define OBJECT(table) (&state.table[op->numbers[0]])
#define ACTION(name, expression)                                               \
    int act_##name(struct frame *frame, const struct op *op,                   \
                   struct answer *answer)                                      \
    {                                                                          \
        (void)frame;                                                           \
        (void)answer;                                                          \
        return (expression);                                                   \
    }

ACTION(lock_acquire, hd_lock_acquire(OBJECT(locks)))
ACTION(lock_release, hd_lock_release(OBJECT(locks)))
ACTION(event_wait, hd_event_wait(OBJECT(events)))
ACTION(event_set, (hd_event_set(OBJECT(events)), HD_OK))
ACTION(event_clear, (hd_event_clear(OBJECT(events)), HD_OK))
ACTION(cond_acquire, hd_condition_acquire(OBJECT(conds)))
ACTION(cond_release, hd_condition_release(OBJECT(conds)))
ACTION(cond_wait, hd_condition_wait(OBJECT(conds)))
ACTION(cond_notify, hd_condition_notify(OBJECT(conds), (size_t)op->numbers[1]))
ACTION(cond_notify_all, hd_condition_notify_all(OBJECT(conds)))
ACTION(sem_acquire, hd_semaphore_acquire(OBJECT(sems)))
ACTION(sem_release, hd_semaphore_release(OBJECT(sems)))
ACTION(barrier_reset, hd_barrier_reset(OBJECT(barriers)))
ACTION(barrier_abort, hd_barrier_abort(OBJECT(barriers)))
ACTION(queue_put, hd_queue_put(OBJECT(queues), pointer_of(op->numbers[1])))
ACTION(queue_put_now,
       hd_queue_put_now(OBJECT(queues), pointer_of(op->numbers[1])))
ACTION(queue_task_done, hd_queue_task_done(OBJECT(queues)))
ACTION(queue_join, hd_queue_join(OBJECT(queues)))

/* The twins with a time. */
ACTION(lock_acquire_for, hd_lock_acquire_for(OBJECT(locks), time_of(op, 1)))
ACTION(event_wait_for, hd_event_wait_for(OBJECT(events), time_of(op, 1)))
ACTION(cond_wait_for, hd_condition_wait_for(OBJECT(conds), time_of(op, 1)))
ACTION(sem_acquire_for, hd_semaphore_acquire_for(OBJECT(sems), time_of(op, 1)))
ACTION(queue_put_for,
       hd_queue_put_for(OBJECT(queues), pointer_of(op->numbers[1]),
                        time_of(op, 2)))

static bool
is_done(void *future)
{
    return hd_future_is_done(future);
}

ACTION(cond_wait_until,
       hd_condition_wait_until(OBJECT(conds), is_done,
                               future_numbered(op->numbers[1])))

int
act_barrier_wait(struct frame *frame, const struct op *op,
                 struct answer *answer)
{
    (void)frame;
    const int index = hd_barrier_wait(OBJECT(barriers));
    answer_add_status(answer, index, index);
    return index;
}

int
act_queue_get(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    void *item = NULL;
    const int status = hd_queue_get(OBJECT(queues), &item);
    answer_add_status(answer, status, number_of(item));
    return status;
}

int
act_queue_get_for(struct frame *frame, const struct op *op,
                  struct answer *answer)
{
    (void)frame;
    void *item = NULL;
    const int status = hd_queue_get_for(OBJECT(queues), &item, time_of(op, 1));
    answer_add_status(answer, status, number_of(item));
    return status;
}

int
act_queue_get_now(struct frame *frame, const struct op *op,
                  struct answer *answer)
{
    (void)frame;
    void *item = NULL;
    const int status = hd_queue_get_now(OBJECT(queues), &item);
    answer_add_status(answer, status, number_of(item));
    return status;
}

/* What an object tells about itself without waiting. */
int
act_peek(struct frame *frame, const struct op *op, struct answer *answer)
{
    (void)frame;
    const char *kind = op->words[0];
    const long number = op->numbers[1];
    if (strcmp(kind, "lock") == 0) {
        answer_add(answer, "ok:%d", hd_lock_is_locked(&state.locks[number]));
    } else if (strcmp(kind, "cond") == 0) {
        answer_add(answer, "ok:%d",
                   hd_condition_is_locked(&state.conds[number]));
    } else if (strcmp(kind, "event") == 0) {
        answer_add(answer, "ok:%d", hd_event_is_set(&state.events[number]));
    } else if (strcmp(kind, "sem") == 0) {
        const struct hd_semaphore *sem = &state.sems[number];
        answer_add(answer, "ok:%d/%u", hd_semaphore_is_locked(sem),
                   hd_semaphore_value(sem));
    } else if (strcmp(kind, "barrier") == 0) {
        const struct hd_barrier *barrier = &state.barriers[number];
        answer_add(answer, "ok:%u/%d", hd_barrier_waiting(barrier),
                   hd_barrier_is_broken(barrier));
    } else {
        answer_add(answer, "ok:%zu", hd_queue_size(&state.queues[number]));
    }
    return HD_OK;
}
