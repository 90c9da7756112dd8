/*
 * Semaphores. Waking takes the unit in the name of who is woken, so that a
 * comer cannot have it meanwhile; a woken waiter that turns out to be
 * cancelled puts it back.
 */
#include <heddle/semaphore.h>

#include "base/assert.h"
#include "sync/line.h"
#include "task/timeout.h"

static inline void
name(struct hd_semaphore *semaphore, uint64_t place)
{
    hd_sync_name(&semaphore->object, HD_OBJECT_SEMAPHORE, semaphore, place);
}

static int
enter(struct hd_semaphore *semaphore, uint64_t place)
{
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    name(semaphore, place);
    hd_task_point(HD_OP_SEMAPHORE, semaphore->object, place);
    return HD_OK;
}

static void
wake_next(struct hd_semaphore *semaphore)
{
    HD_ASSERT(semaphore->value > 0);
    semaphore->value -= (uint32_t)hd_line_wake(&semaphore->waiters, 1);
}

static void
give(struct hd_semaphore *semaphore, uint64_t place)
{
    semaphore->value++;
    hd_sync_log(HD_ACT_RELEASE, semaphore->object, place);
    wake_next(semaphore);
}

static int
wait_turn(struct hd_semaphore *semaphore, uint64_t place)
{
    struct hd_waiter waiter;
    const int status = hd_line_wait(&semaphore->waiters, &waiter,
                                    (struct hd_op){.object = semaphore->object,
                                                   .kind = HD_OP_SEMAPHORE,
                                                   .place = place});
    if (status == HD_E_CANCELLED &&
        waiter.future.state != HD_FUTURE_CANCELLED) {
        give(semaphore, place); /* it had been woken, with a unit */
    }
    return status;
}

static int
take(struct hd_semaphore *semaphore, uint64_t place)
{
    if (!hd_semaphore_is_locked(semaphore)) {
        semaphore->value--;
    } else {
        HD_TRY(wait_turn(semaphore, place));
        if (semaphore->value > 0) {
            wake_next(semaphore);
        }
    }
    hd_sync_log(HD_ACT_ACQUIRE, semaphore->object, place);
    return HD_OK;
}

void
hd_semaphore_init(struct hd_semaphore *semaphore, uint32_t value)
{
    *semaphore = (struct hd_semaphore){.value = value, .bound = UINT32_MAX};
}

void
hd_semaphore_init_bounded(struct hd_semaphore *semaphore, uint32_t value)
{
    *semaphore = (struct hd_semaphore){.value = value, .bound = value};
}

int
hd_semaphore_acquire(struct hd_semaphore *semaphore)
{
    const uint64_t place = HD_PLACE();
    HD_TRY(enter(semaphore, place));
    return take(semaphore, place);
}

int
hd_semaphore_acquire_for(struct hd_semaphore *semaphore, uint64_t ns)
{
    const uint64_t place = HD_PLACE();
    struct hd_timeout timeout;
    HD_TRY(enter(semaphore, place));
    HD_TRY(hd_timeout_start(&timeout, ns, place));
    return hd_timeout_end(&timeout, take(semaphore, place));
}

int
hd_semaphore_release(struct hd_semaphore *semaphore)
{
    const uint64_t place = HD_PLACE();
    if (semaphore->value >= semaphore->bound) {
        return hd_misuse(HD_E_OVERRUN, place);
    }
    name(semaphore, place);
    give(semaphore, place);
    return HD_OK;
}

bool
hd_semaphore_is_locked(const struct hd_semaphore *semaphore)
{
    return semaphore->value == 0 || !hd_line_is_void(&semaphore->waiters);
}

uint32_t
hd_semaphore_value(const struct hd_semaphore *semaphore)
{
    return semaphore->value;
}
