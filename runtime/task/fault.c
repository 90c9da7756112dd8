#include "task/fault.h"

#include "task/touch.h"

#define AT_ONCE 1u
#define WOKEN 2u

/* Is the wait of the running task cut, and when? One of `values`, 0: no. */
static uint64_t
ask(struct hd_task *task, uint64_t values)
{
    struct hd_ready *ready = hd_here.loop->ready;
    if (task->spared) {
        return 0;
    }
    const uint64_t taken =
        hd_ready_choose(ready, &task->actor, HD_VALUE_CANCEL,
                        ready->cancels_left > 0 ? values : 1);
    hd_touch_world(hd_here.loop, HD_WORLD_CANCELS_LEFT,
                   taken != 0 ? HD_WRITES : HD_READS);
    ready->cancels_left -= taken != 0;
    return taken;
}

static void
log_fault(struct hd_log *log, enum hd_fault fault, uint32_t actor,
          uint64_t place)
{
    hd_log_incident(log, (struct hd_record){.kind = HD_LOG_FAULT,
                                            .op = (uint8_t)fault,
                                            .subject = actor,
                                            .value = place});
}

/* As somebody else would, in a step right after this one. */
static void
cancel_from_outside(struct hd_task *task, enum hd_fault fault, uint64_t place)
{
    log_fault(task->future.loop->home->log, fault, task->actor.id, place);
    hd_task_do_cancel(task, place);
}

void
hd_fault_wait(struct hd_task *task, uint64_t place)
{
    const uint64_t cut = ask(task, 3);
    task->cut = cut == WOKEN;
    if (cut == AT_ONCE) {
        cancel_from_outside(task, HD_FAULT_WAITING, place);
    }
}

void
hd_fault_woken(struct hd_task *task, uint64_t place)
{
    if (task->cut) {
        task->cut = false;
        cancel_from_outside(task, HD_FAULT_WOKEN, place);
    }
    if (task->cancels_left > 0 || task->waiting_on->status == HD_E_CANCELLED) {
        hd_fault_told();
    }
}

/* It is ready all the while, so there is only one way to be cancelled. */
void
hd_fault_yield(struct hd_task *task, uint64_t place)
{
    if (ask(task, 2) != 0) {
        cancel_from_outside(task, HD_FAULT_WAITING, place);
    }
}

bool
hd_fault_refuses(struct hd_ready *home, uint64_t place)
{
    struct hd_actor *actor = hd_here.actor != NULL ? hd_here.actor : home->top;
    const bool refuses = hd_ready_choose(home, actor, HD_VALUE_ALLOC,
                                         home->allocs_left > 0 ? 2 : 1) == 1;
    hd_touch_world(hd_here.loop, HD_WORLD_ALLOCS_LEFT,
                   refuses ? HD_WRITES : HD_READS);
    if (refuses) {
        home->allocs_left--;
        log_fault(home->log, HD_FAULT_ALLOC, actor->id, place);
    }
    return refuses;
}

struct hd_fault_hold
hd_fault_hold(struct hd_ready *home)
{
    const struct hd_fault_hold hold = {home->cancels, home->allocs};
    home->cancels = home->allocs = false;
    return hold;
}

void
hd_fault_resume(struct hd_ready *home, struct hd_fault_hold hold)
{
    home->cancels = hold.cancels;
    home->allocs = hold.allocs;
}
