/*
 * Semaphores. Waking takes the unit in the name of who is woken, so that a
 * comer cannot have it meanwhile; a woken waiter that turns out to be
 * cancelled puts it back.
 *
 * Who comes, or gives a unit back, touches the line. A woken waiter has its
 * unit already; that it is gone from the line matters only to who comes while
 * units are left: until then he has to stand behind it.
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
    const size_t woken = hd_line_wake(&semaphore->waiters, 1);
    semaphore->value -= (uint32_t)woken;
}

static void
give(struct hd_semaphore *semaphore, uint64_t place)
{
    hd_sync_touch(semaphore, semaphore->object, HD_IS_LINE, HD_WRITES, place);
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
    if (status < 0) {
        hd_sync_touch(semaphore, semaphore->object, HD_IS_LINE, HD_WRITES,
                      place);
        hd_sync_touch(semaphore, semaphore->object, HD_IS_STATE, HD_WRITES,
                      place);
    }
    if (status == HD_E_CANCELLED &&
        waiter.future.state != HD_FUTURE_CANCELLED) {
        give(semaphore, place); /* it had been woken, with a unit */
    }
    return status;
}

static bool
is_locked(const struct hd_semaphore *semaphore)
{
    return semaphore->value == 0 || !hd_line_is_void(&semaphore->waiters);
}

/* Units are left, and now nobody stands before the others. */
static void
wake_others(struct hd_semaphore *semaphore, uint64_t place)
{
    const uint32_t value = semaphore->value;
    wake_next(semaphore);
    if (semaphore->value != value) {
        hd_sync_touch(semaphore, semaphore->object, HD_IS_LINE, HD_WRITES,
                      place);
    }
}

static int
take(struct hd_semaphore *semaphore, uint64_t place)
{
    hd_sync_touch(semaphore, semaphore->object, HD_IS_LINE, HD_WRITES, place);
    if (semaphore->value > 0) {
        hd_sync_touch(semaphore, semaphore->object, HD_IS_STATE, HD_READS,
                      place);
    }
    if (!is_locked(semaphore)) {
        semaphore->value--;
    } else {
        HD_TRY(wait_turn(semaphore, place));
        hd_sync_touch(semaphore, semaphore->object, HD_IS_STATE, HD_WRITES,
                      place);
        if (semaphore->value > 0) {
            wake_others(semaphore, place);
        }
    }
    hd_sync_log(HD_ACT_ACQUIRE, semaphore->object, place);
    return HD_OK;
}

static void
make(struct hd_semaphore *semaphore, uint32_t value, uint32_t bound,
     uint64_t place)
{
    *semaphore = (struct hd_semaphore){
        .object = hd_sync_born(HD_OBJECT_SEMAPHORE, semaphore, place),
        .value = value,
        .bound = bound};
}

void
hd_semaphore_init(struct hd_semaphore *semaphore, uint32_t value)
{
    make(semaphore, value, UINT32_MAX, HD_PLACE());
}

void
hd_semaphore_init_bounded(struct hd_semaphore *semaphore, uint32_t value)
{
    make(semaphore, value, value, HD_PLACE());
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
    hd_sync_touch(semaphore, semaphore->object, HD_IS_LINE, HD_WRITES, place);
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
    const uint64_t place = HD_PLACE();
    hd_sync_touch(semaphore, semaphore->object, HD_IS_LINE, HD_READS, place);
    hd_sync_touch(semaphore, semaphore->object, HD_IS_STATE, HD_READS, place);
    return is_locked(semaphore);
}

uint32_t
hd_semaphore_value(const struct hd_semaphore *semaphore)
{
    hd_sync_touch(semaphore, semaphore->object, HD_IS_LINE, HD_READS,
                  HD_PLACE());
    return semaphore->value;
}
