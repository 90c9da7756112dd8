/*
 * One pass along the log.
 *
 * A task is overrun if it is woken, finds that another has taken what it waits
 * for, and waits again: on the same object at the same place, with nothing else
 * done in between. That a library call waits again by itself (a queue's get) is
 * seen from its records alone. A condition is waited for in a loop of the
 * program's, which may have good reasons: there it counts only if, between
 * wake-up and the lock being taken back, somebody else held that lock and
 * notified nobody. He has taken what the task was woken for; one who changes
 * what is counted and notifies has not.
 *
 * Who sleeps, yields or polls is not looked at: a log does not say what for.
 */
#include "explore/starvation.h"

#include "trace/records.h"
#include <heddle/scheduler.h>
#include <stdlib.h>

#define TIMES_MIN 1000u

struct tasking {
    uint64_t place, woken_at, ready_since;
    uint32_t object, times;
    uint8_t op;
    bool idle;   /* nothing else since it was woken */
    bool robbed; /* somebody else took it since it was woken */
    bool ready, is_task;
    uint32_t lock; /* the last that it took */
};

struct object {
    uint64_t taken_at; /* the last record in which somebody took from it */
    uint64_t held_at;  /* a lock's: since when it is held */
    uint64_t quiet_at; /* since when it was last held without a notify */
    uint32_t taker, quiet_holder;
    bool notified;
};

struct pass {
    struct hd_log *log;
    struct tasking *tasks; /* by actor */
    struct object *objects;
    size_t task_count, object_count;
    uint32_t actor; /* who steps */
    bool open;      /* the step of a task that has not ended */
    uint32_t outer; /* whose open step runs a loop, or 0 */
    uint64_t steps, nested_since;
    struct hd_record found; /* kind NONE: nothing yet */
};

static struct tasking *
task_of(struct pass *pass, uint32_t actor)
{
    return &pass->tasks[actor < pass->task_count ? actor : 0];
}

static struct object *
object_of(struct pass *pass, uint32_t object)
{
    return &pass->objects[object < pass->object_count ? object : 0];
}

static void
find(struct pass *pass, enum hd_starving how, uint32_t actor, uint64_t place,
     uint64_t times)
{
    if (pass->found.kind == HD_LOG_NONE) {
        pass->found = (struct hd_record){
            .kind = HD_LOG_STARVED,
            .op = (uint8_t)how,
            .subject = actor,
            .aux = times < UINT16_MAX ? (uint16_t)times : UINT16_MAX,
            .value = place};
    }
}

/* ---- parked ---- */

/* A loop ran inside of a step, or still does: who was ready all the time? */
static void
end_nesting(struct pass *pass)
{
    const uint64_t steps = pass->steps - pass->nested_since;
    for (uint32_t i = 1; i < pass->task_count && steps >= TIMES_MIN; i++) {
        const struct tasking *task = &pass->tasks[i];
        if (task->ready && task->is_task &&
            task->ready_since <= pass->nested_since) {
            find(pass, HD_STARVING_PARKED, i, 0, steps);
            break;
        }
    }
    pass->outer = 0;
}

static void
see_step(struct pass *pass, uint32_t actor)
{
    if (pass->open && pass->outer == 0) {
        pass->outer = pass->actor;
        pass->nested_since = pass->steps;
    }
    pass->steps++;
    pass->actor = actor;
    pass->open = task_of(pass, actor)->is_task; /* others' have no end */
    task_of(pass, actor)->ready = false;
}

static void
see_end_of_step(struct pass *pass)
{
    if (pass->open) {
        pass->open = false;
    } else if (pass->outer != 0) {
        pass->actor = pass->outer; /* it is his, and his loop has ended */
        end_nesting(pass);
    }
}

static void
become_ready(struct pass *pass, uint32_t actor)
{
    struct tasking *task = task_of(pass, actor);
    task->ready = true;
    task->ready_since = pass->steps;
}

/* ---- overrun ---- */

static bool
waits_for_things(uint8_t op)
{
    return op == HD_OP_GET || op == HD_OP_PUT || op == HD_OP_SEMAPHORE ||
           op == HD_OP_LOCK;
}

/* It waits. The same wait as before, and robbed meanwhile? */
static void
see_wait(struct pass *pass, const struct hd_record *record)
{
    struct tasking *task = task_of(pass, pass->actor);
    const bool on_condition = record->op == HD_OP_CONDITION;
    if (record->op == HD_OP_LOCK && task->op == HD_OP_CONDITION &&
        record->value == task->place) {
        return; /* it takes its lock back first */
    }
    const struct object *object = object_of(pass, record->subject);
    const bool robbed = on_condition ? task->robbed
                                     : object->taken_at > task->woken_at &&
                                           object->taker != pass->actor;
    const bool again = task->idle && robbed && task->op == record->op &&
                       task->object == record->subject &&
                       task->place == record->value;
    task->times = again ? task->times + 1 : 0;
    task->op = record->op;
    task->object = record->subject;
    task->place = record->value;
    task->idle = true;
    task->robbed = false;
    if (task->times >= TIMES_MIN && on_condition) {
        find(pass, HD_STARVING_NOTIFIED, pass->actor, task->place, task->times);
    } else if (task->times >= TIMES_MIN && waits_for_things(record->op)) {
        find(pass, HD_STARVING_OVERRUN, pass->actor, task->place, task->times);
    }
}

static void
see_take(struct pass *pass, const struct hd_record *record, uint64_t at)
{
    struct object *object = object_of(pass, record->subject);
    struct tasking *task = task_of(pass, pass->actor);
    const bool takes_back =
        task->op == HD_OP_CONDITION && record->value == task->place;
    if (takes_back && object->quiet_at > task->woken_at &&
        object->quiet_holder != pass->actor) {
        task->robbed = true;
    }
    task->idle &= takes_back;
    task->lock = record->subject;
    object->taken_at = at;
    object->held_at = at;
    object->taker = pass->actor;
    object->notified = false;
}

static void
see_release(struct pass *pass, const struct hd_record *record)
{
    struct object *object = object_of(pass, record->subject);
    struct tasking *task = task_of(pass, pass->actor);
    if (!object->notified) {
        object->quiet_at = object->held_at;
        object->quiet_holder = pass->actor;
    }
    task->idle &= task->op == HD_OP_CONDITION && record->value == task->place;
}

static void
see_act(struct pass *pass, const struct hd_record *record, uint64_t at)
{
    struct tasking *task = task_of(pass, pass->actor);
    switch (record->op) {
    case HD_ACT_ACQUIRE:
    case HD_ACT_GET:
    case HD_ACT_PUT:
        see_take(pass, record, at);
        break;
    case HD_ACT_RELEASE:
        see_release(pass, record);
        break;
    case HD_ACT_NOTIFY:
        object_of(pass, task->lock)->notified = true;
        task->idle = false;
        break;
    default:
        task->idle = false;
        break;
    }
}

/* ---- the pass ---- */

static void
see(struct pass *pass, const struct hd_record *record, uint64_t at)
{
    switch (record->kind) {
    case HD_LOG_BORN:
        task_of(pass, record->subject)->is_task = record->op == HD_ACTOR_TASK;
        task_of(pass, pass->actor)->idle = false;
        break;
    case HD_LOG_STEP:
        see_step(pass, record->subject);
        break;
    case HD_LOG_WAKE:
        task_of(pass, record->subject)->woken_at = at;
        become_ready(pass, record->subject);
        break;
    case HD_LOG_SUSPEND:
        see_end_of_step(pass);
        see_wait(pass, record);
        break;
    case HD_LOG_YIELD:
    case HD_LOG_POINT:
        see_end_of_step(pass);
        task_of(pass, pass->actor)->idle = false;
        become_ready(pass, pass->actor);
        break;
    case HD_LOG_DONE:
        see_end_of_step(pass);
        break;
    case HD_LOG_ACT:
        see_act(pass, record, at);
        break;
    case HD_LOG_PENDING:
        task_of(pass, record->subject)->ready = false;
        break;
    case HD_LOG_CANCEL:
    case HD_LOG_RESULT:
    case HD_LOG_CHOOSE:
        task_of(pass, pass->actor)->idle = false;
        break;
    default:
        break;
    }
}

static bool
pass_init(struct pass *pass, struct hd_log *log)
{
    uint32_t actors = 0, objects = 0;
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_BORN && record->subject > actors) {
            actors = record->subject;
        } else if (record->kind == HD_LOG_OBJECT && record->subject > objects) {
            objects = record->subject;
        }
    }
    *pass = (struct pass){.log = log,
                          .task_count = (size_t)actors + 1,
                          .object_count = (size_t)objects + 1};
    pass->tasks = calloc(pass->task_count, sizeof(*pass->tasks));
    pass->objects = calloc(pass->object_count, sizeof(*pass->objects));
    return pass->tasks != NULL && pass->objects != NULL;
}

void
hd_starvation_note(struct hd_log *log)
{
    struct pass pass;
    if (pass_init(&pass, log)) {
        for (uint64_t i = hd_record_first(log);
             i < log->count && pass.found.kind == HD_LOG_NONE;
             i = hd_record_next(log, i)) {
            see(&pass, hd_record_at(log, i), i);
        }
        if (pass.outer != 0) {
            end_nesting(&pass);
        }
        if (pass.found.kind != HD_LOG_NONE) {
            hd_log_incident(log, pass.found);
        }
    }
    free(pass.tasks);
    free(pass.objects);
}
