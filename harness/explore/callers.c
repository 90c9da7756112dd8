/*
 * A task that suspends picks the next actor on its own stack, so when the step
 * is looked at its calls are still there. They are kept from the place that the
 * suspension tells (what is below is Heddle's) up to the task's function, each
 * with what one needs to find its variables.
 */
#include "explore/callers.h"

#include "base/assert.h"
#include "task/task.h"
#include "trace/frame.h"
#include "trace/records.h"
#include <unwind.h>

#define CALLERS_MAX 16u
#define FRAMES_MAX 48u

struct walk {
    struct hd_log *log;
    uint32_t actor, depth, frames;
    uint64_t place;        /* where the suspension was called */
    uint64_t ends[2];      /* functions in which the task may begin */
    struct hd_frame frame; /* to be logged once its end is known */
    bool is_last;          /* of those to be logged */
};

/* The suspension with which the last step ended, or NULL. */
static const struct hd_record *
find_suspension(const struct hd_log *log, uint32_t actor)
{
    const uint64_t first = hd_record_first(log);
    for (uint64_t i = log->count; i-- > first;) {
        const struct hd_record *record = hd_record_at(log, i);
        switch (record->kind) {
        case HD_LOG_SUSPEND:
        case HD_LOG_YIELD:
        case HD_LOG_POINT:
            return record;
        case HD_LOG_STEP:
        case HD_LOG_OUTSIDE:
        case HD_LOG_CALLER:
            return NULL;
        case HD_LOG_DONE:
            if (record->subject == actor) {
                return NULL;
            }
            break;
        default:
            break;
        }
    }
    return NULL;
}

/* The frame before this one ends where this one has its stack pointer. */
static void
log_frame(struct walk *walk, uint64_t end)
{
    struct hd_frame *frame = &walk->frame;
    if (frame->place == 0) {
        return;
    }
    hd_log_put(walk->log, HD_LOG_CALLER, (uint8_t)walk->depth++, walk->actor,
               frame->place);
    frame->end = end;
    hd_frame_log(walk->log, frame);
    frame->place = 0;
}

static _Unwind_Reason_Code
visit(struct _Unwind_Context *context, void *arg)
{
    struct walk *walk = arg;
    const uint64_t at = _Unwind_GetIP(context);
    const uint64_t sp = _Unwind_GetCFA(context); /* of this frame as it is */
    const uint64_t function = _Unwind_GetRegionStart(context);
    const bool is_inside = walk->frame.place != 0;
    log_frame(walk, sp);
    if (walk->is_last || ++walk->frames == FRAMES_MAX) {
        return _URC_END_OF_STACK;
    }
    if (is_inside || at == walk->place) {
        walk->frame = (struct hd_frame){
            .place = at,
            .sp = sp,
            .bp = _Unwind_GetGR(context, HD_FRAME_BP),
            .bx = _Unwind_GetGR(context, HD_FRAME_BX),
        };
    }
    walk->is_last = function == walk->ends[0] || function == walk->ends[1] ||
                    walk->depth + 1 == CALLERS_MAX;
    return _URC_NO_REASON;
}

void
hd_callers_log(struct hd_ready *ready, void (*body)(void))
{
    struct hd_actor *actor = ready->view.last;
    if (actor == NULL || actor->kind != HD_ACTOR_TASK ||
        hd_here.task != hd_task_of(actor)) {
        return;
    }
    const struct hd_record *record = find_suspension(ready->log, actor->id);
    if (record == NULL || record->value == 0) {
        return;
    }
    struct walk walk = {
        .log = ready->log,
        .actor = actor->id,
        .place = record->value,
        .ends = {(uint64_t)(uintptr_t)hd_task_of(actor)->fn,
                 (uint64_t)(uintptr_t)body},
    };
    _Unwind_Backtrace(visit, &walk);
    log_frame(&walk, 0);
}
