/*
 * Barriers. asyncio's stands on a condition, whose lock is only ever held
 * between two suspensions: nobody can find it taken, so it needs no lock, only
 * the line of the condition. Comers that wait for the last round to drain and
 * those that wait for the round to fill stand in this one line; a change of
 * state wakes all, and each looks again.
 *
 *   FILLING ---the last comes---> DRAINING ----the last leaves---> FILLING
 *      +-------reset, count > 0--> RESETTING --the last leaves---> FILLING
 *      any ----abort-------------> BROKEN -----reset, count = 0--> FILLING
 *
 * Who gave up while the round was filling does not count: places are numbered
 * when it is full. (In asyncio 3.11 two tasks may get the same number.)
 *
 * Comers touch the line, since their order is seen in their places. Those who
 * leave after a full round only count down, in any order; comers wait for that.
 *
 * In the log a comer's arrival is a RELEASE, with the number of parties, and
 * its leaving an ACQUIRE: the order that a barrier makes can be read there.
 */
#include <heddle/barrier.h>

#include "base/assert.h"
#include "sync/line.h"

/* A task in the round; lies in its frame. */
struct hd_arrival {
    struct hd_arrival *next, *prev;
    uint32_t place; /* once the round was full */
};

static inline void
name(struct hd_barrier *barrier, uint64_t place)
{
    hd_sync_name(&barrier->object, HD_OBJECT_BARRIER, barrier, place);
}

/* How many of the round are still to leave. */
static void
touch(const struct hd_barrier *barrier, enum hd_access_mode mode,
      uint64_t place)
{
    hd_sync_touch(barrier, barrier->object, HD_IS_STATE, mode, place);
}

static void
wake_all(struct hd_barrier *barrier)
{
    hd_line_wake(&barrier->waiters, SIZE_MAX);
}

static int
wait_change(struct hd_barrier *barrier, uint64_t place)
{
    struct hd_waiter waiter;
    const int status = hd_line_wait(&barrier->waiters, &waiter,
                                    (struct hd_op){.object = barrier->object,
                                                   .kind = HD_OP_BARRIER,
                                                   .place = place});
    if (status < 0) {
        touch(barrier, HD_READS, place); /* it leaves the line */
    }
    return status;
}

/* Let the last round go first. */
static int
wait_door(struct hd_barrier *barrier, uint64_t place)
{
    while (barrier->state == HD_BARRIER_DRAINING ||
           barrier->state == HD_BARRIER_RESETTING) {
        HD_TRY(wait_change(barrier, place));
        touch(barrier, HD_READS, place);
    }
    return barrier->state == HD_BARRIER_BROKEN ? HD_E_BROKEN : HD_OK;
}

static void
arrive(struct hd_barrier *barrier, struct hd_arrival *arrival)
{
    *arrival = (struct hd_arrival){.prev = barrier->last};
    if (barrier->last != NULL) {
        barrier->last->next = arrival;
    } else {
        barrier->first = arrival;
    }
    barrier->last = arrival;
    barrier->count++;
}

static void
number_places(struct hd_barrier *barrier)
{
    uint32_t place = 0;
    for (struct hd_arrival *arrival = barrier->first; arrival != NULL;
         arrival = arrival->next) {
        arrival->place = place++;
    }
    HD_ASSERT(place == barrier->parties);
}

static int
wait_full(struct hd_barrier *barrier, uint64_t place)
{
    if (barrier->count == barrier->parties) {
        number_places(barrier);
        barrier->state = HD_BARRIER_DRAINING;
        wake_all(barrier);
        return HD_OK;
    }
    while (barrier->state == HD_BARRIER_FILLING) {
        HD_TRY(wait_change(barrier, place));
    }
    return barrier->state == HD_BARRIER_DRAINING ? HD_OK : HD_E_BROKEN;
}

static void
depart(struct hd_barrier *barrier, const struct hd_arrival *arrival)
{
    HD_ASSERT(barrier->count > 0);
    if (arrival->prev != NULL) {
        arrival->prev->next = arrival->next;
    } else {
        barrier->first = arrival->next;
    }
    if (arrival->next != NULL) {
        arrival->next->prev = arrival->prev;
    } else {
        barrier->last = arrival->prev;
    }
    barrier->count--;
}

static void
leave(struct hd_barrier *barrier, const struct hd_arrival *arrival,
      uint64_t place)
{
    const bool is_full = barrier->state == HD_BARRIER_DRAINING;
    touch(barrier, is_full ? HD_ADDS : HD_WRITES, place);
    if (!is_full) {
        hd_sync_touch(barrier, barrier->object, HD_IS_LINE, HD_WRITES, place);
    }
    depart(barrier, arrival);
    hd_sync_log(HD_ACT_ACQUIRE, barrier->object, place);
    if (barrier->count > 0) {
        return;
    }
    if (barrier->state != HD_BARRIER_BROKEN) {
        barrier->state = HD_BARRIER_FILLING;
    }
    wake_all(barrier);
}

static void
log_arrival(const struct hd_barrier *barrier, uint64_t place)
{
    struct hd_log *log = hd_here.loop->home->log;
    const uint32_t parties = barrier->parties;
    log->records[log->count++ & log->mask] = (struct hd_record){
        .kind = HD_LOG_ACT,
        .op = HD_ACT_RELEASE,
        .subject = barrier->object,
        .aux = parties <= UINT16_MAX ? (uint16_t)parties : UINT16_MAX,
        .value = place,
    };
}

void
hd_barrier_init(struct hd_barrier *barrier, uint32_t parties)
{
    HD_ASSERT(parties >= 1);
    HD_ASSERT(parties <= INT32_MAX); /* wait returns numbers up to it */
    *barrier = (struct hd_barrier){
        .object = hd_sync_born(HD_OBJECT_BARRIER, barrier, HD_PLACE()),
        .parties = parties};
}

int
hd_barrier_wait(struct hd_barrier *barrier)
{
    const uint64_t place = HD_PLACE();
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    name(barrier, place);
    hd_task_point(HD_OP_BARRIER, barrier->object, place);
    touch(barrier, HD_READS, place);
    hd_sync_touch(barrier, barrier->object, HD_IS_LINE, HD_WRITES, place);
    HD_TRY(wait_door(barrier, place));
    struct hd_arrival arrival;
    hd_sync_touch(barrier, barrier->object, HD_IS_LINE, HD_WRITES, place);
    arrive(barrier, &arrival);
    log_arrival(barrier, place);
    const int status = wait_full(barrier, place);
    leave(barrier, &arrival, place);
    return status < 0 ? status : (int)arrival.place;
}

int
hd_barrier_reset(struct hd_barrier *barrier)
{
    const uint64_t place = HD_PLACE();
    name(barrier, place);
    touch(barrier, HD_WRITES, place);
    hd_sync_touch(barrier, barrier->object, HD_IS_LINE, HD_WRITES, place);
    hd_sync_log(HD_ACT_CLEAR, barrier->object, place);
    barrier->state =
        barrier->count > 0 ? HD_BARRIER_RESETTING : HD_BARRIER_FILLING;
    wake_all(barrier);
    return HD_OK;
}

int
hd_barrier_abort(struct hd_barrier *barrier)
{
    const uint64_t place = HD_PLACE();
    name(barrier, place);
    touch(barrier, HD_WRITES, place);
    hd_sync_touch(barrier, barrier->object, HD_IS_LINE, HD_WRITES, place);
    hd_sync_log(HD_ACT_BREAK, barrier->object, place);
    barrier->state = HD_BARRIER_BROKEN;
    wake_all(barrier);
    return HD_OK;
}

uint32_t
hd_barrier_waiting(const struct hd_barrier *barrier)
{
    touch(barrier, HD_READS, HD_PLACE());
    hd_sync_touch(barrier, barrier->object, HD_IS_LINE, HD_READS, HD_PLACE());
    return barrier->state == HD_BARRIER_FILLING ? barrier->count : 0;
}

bool
hd_barrier_is_broken(const struct hd_barrier *barrier)
{
    touch(barrier, HD_READS, HD_PLACE());
    return barrier->state == HD_BARRIER_BROKEN;
}
