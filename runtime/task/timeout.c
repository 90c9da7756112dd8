#include <heddle/timeout.h>

#include "base/assert.h"
#include "task/timeout.h"

static void
expire(void *arg)
{
    struct hd_timeout *timeout = arg;
    HD_ASSERT(timeout->state == HD_TIMEOUT_ENTERED);
    timeout->timer = NULL;
    hd_task_do_cancel(timeout->task, 0);
    timeout->delivered = timeout->task->delivered;
    timeout->state = HD_TIMEOUT_EXPIRING;
}

/* As asyncio: a deadline that has passed expires by call_soon. */
static int
arm(struct hd_timeout *timeout, uint64_t when_ns, uint64_t place)
{
    struct hd_loop *loop = timeout->task->future.loop;
    timeout->when_ns = HD_FOREVER;
    timeout->timer = NULL;
    if (when_ns == HD_FOREVER) {
        return HD_OK;
    }
    timeout->timer = when_ns <= hd_loop_now(loop)
                         ? hd_handle_soon(loop, expire, timeout, place)
                         : hd_handle_at(loop, when_ns, expire, timeout, place);
    if (timeout->timer == NULL) {
        return HD_E_NO_MEMORY;
    }
    timeout->when_ns = when_ns;
    return HD_OK;
}

static int
begin_at(struct hd_timeout *timeout, uint64_t when_ns, uint64_t place)
{
    *timeout = (struct hd_timeout){.state = HD_TIMEOUT_CREATED};
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    timeout->task = hd_here.task;
    timeout->cancels_known = hd_task_cancels_known(timeout->task);
    timeout->state = HD_TIMEOUT_ENTERED;
    return arm(timeout, when_ns, place);
}

int
hd_timeout_begin_at(struct hd_timeout *timeout, uint64_t when_ns)
{
    return begin_at(timeout, when_ns, HD_PLACE());
}

int
hd_timeout_start(struct hd_timeout *timeout, uint64_t ns, uint64_t place)
{
    const uint64_t now_ns =
        hd_here.task != NULL ? hd_loop_now(hd_here.loop) : 0;
    return begin_at(
        timeout, ns >= HD_FOREVER - now_ns ? HD_FOREVER : now_ns + ns, place);
}

int
hd_timeout_begin(struct hd_timeout *timeout, uint64_t ns)
{
    return hd_timeout_start(timeout, ns, HD_PLACE());
}

/* Had its cancellation come out of a wait? From now on it has not. */
static bool
forget_delivery(const struct hd_timeout *timeout)
{
    struct hd_task *task = timeout->task;
    const bool was_delivered = task->delivered > timeout->delivered;
    if (was_delivered) {
        task->delivered = timeout->delivered;
    }
    return was_delivered;
}

/*
 * Its cancellation came out of a wait in the scope and was dropped there, so
 * that nobody can tell the time-out from an end in time. Who has asked may.
 */
static void
check_dropped(const struct hd_timeout *timeout, int status, uint64_t place)
{
    const struct hd_task *task = timeout->task;
    if (forget_delivery(timeout) && status >= 0) {
        hd_log_incident(task->future.loop->home->log,
                        (struct hd_record){.kind = HD_LOG_SWALLOWED,
                                           .op = 1,
                                           .subject = task->actor.id,
                                           .value = place});
    }
}

int
hd_timeout_end(struct hd_timeout *timeout, int status)
{
    if (timeout->state != HD_TIMEOUT_ENTERED &&
        timeout->state != HD_TIMEOUT_EXPIRING) {
        return status; /* it never began */
    }
    if (timeout->timer != NULL) {
        hd_handle_cancel(timeout->timer);
        timeout->timer = NULL;
    }
    if (timeout->state == HD_TIMEOUT_ENTERED) {
        timeout->state = HD_TIMEOUT_EXITED;
        return status;
    }
    timeout->state = HD_TIMEOUT_EXPIRED;
    struct hd_task *task = timeout->task;
    hd_task_take_back(task, timeout->cancels_known);
    if (task->cancels > timeout->cancels_known) {
        return status;
    }
    check_dropped(timeout, status, HD_PLACE());
    return status == HD_E_CANCELLED ? HD_E_TIMEDOUT : status;
}

int
hd_timeout_reschedule(struct hd_timeout *timeout, uint64_t when_ns)
{
    if (timeout->state != HD_TIMEOUT_ENTERED) {
        return hd_misuse(HD_E_INVALID, HD_PLACE());
    }
    if (timeout->timer != NULL) {
        hd_handle_cancel(timeout->timer);
    }
    return arm(timeout, when_ns, HD_PLACE());
}

uint64_t
hd_timeout_when(const struct hd_timeout *timeout)
{
    return timeout->when_ns;
}

bool
hd_timeout_is_expired(const struct hd_timeout *timeout)
{
    if (timeout->state == HD_TIMEOUT_EXPIRING) {
        forget_delivery(timeout); /* it has asked */
    }
    return timeout->state == HD_TIMEOUT_EXPIRING ||
           timeout->state == HD_TIMEOUT_EXPIRED;
}
