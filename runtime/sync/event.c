/*
 * Events. Setting wakes everybody in line, each for good: clearing the flag
 * before they step does not send them back to wait. While it is set nobody
 * pending is in line, so setting it again has nobody to wake.
 */
#include <heddle/event.h>

#include "sync/line.h"
#include "task/timeout.h"

static inline void
name(struct hd_event *event, uint64_t place)
{
    hd_sync_name(&event->object, HD_OBJECT_EVENT, event, place);
}

static int
enter(struct hd_event *event, uint64_t place)
{
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    name(event, place);
    hd_task_point(HD_OP_EVENT, event->object, place);
    return HD_OK;
}

/* Woken is woken: the flag is not asked again, it may be clear by now. */
static int
wait_at(struct hd_event *event, uint64_t place)
{
    hd_sync_touch(event, event->object, HD_IS_STATE, HD_READS, place);
    if (event->set) {
        hd_sync_log(HD_ACT_PASS, event->object, place);
        return HD_OK;
    }
    struct hd_waiter waiter;
    const int status = hd_line_wait(&event->waiters, &waiter,
                                    (struct hd_op){.object = event->object,
                                                   .kind = HD_OP_EVENT,
                                                   .place = place});
    if (status < 0) {
        hd_sync_touch(event, event->object, HD_IS_STATE, HD_READS, place);
    }
    return status;
}

void
hd_event_init(struct hd_event *event)
{
    *event = (struct hd_event){
        .object = hd_sync_born(HD_OBJECT_EVENT, event, HD_PLACE())};
}

int
hd_event_wait(struct hd_event *event)
{
    const uint64_t place = HD_PLACE();
    HD_TRY(enter(event, place));
    return wait_at(event, place);
}

int
hd_event_wait_for(struct hd_event *event, uint64_t ns)
{
    const uint64_t place = HD_PLACE();
    struct hd_timeout timeout;
    HD_TRY(enter(event, place));
    HD_TRY(hd_timeout_start(&timeout, ns, place));
    return hd_timeout_end(&timeout, wait_at(event, place));
}

void
hd_event_set(struct hd_event *event)
{
    const uint64_t place = HD_PLACE();
    name(event, place);
    hd_sync_touch(event, event->object, HD_IS_STATE,
                  event->set ? HD_READS : HD_WRITES, place);
    hd_sync_log(HD_ACT_SET, event->object, place);
    if (!event->set) {
        event->set = true;
        hd_line_wake(&event->waiters, SIZE_MAX);
    }
}

void
hd_event_clear(struct hd_event *event)
{
    const uint64_t place = HD_PLACE();
    name(event, place);
    hd_sync_touch(event, event->object, HD_IS_STATE,
                  event->set ? HD_WRITES : HD_READS, place);
    hd_sync_log(HD_ACT_CLEAR, event->object, place);
    event->set = false;
}

bool
hd_event_is_set(const struct hd_event *event)
{
    hd_sync_touch(event, event->object, HD_IS_STATE, HD_READS, HD_PLACE());
    return event->set;
}
