/*
 * The line of waiting tasks that every synchronisation object has, and what
 * the objects' calls have in common.
 *
 * A waiter is a future in the waiting task's frame. Who wakes it resolves the
 * future but leaves it in line: it is unlinked by its own task's next step
 * (queues are the exception, see hd_line_call_next). So in between a waiter is
 *
 *   pending     it waits
 *   done        woken; or woken and then asked to end, which shows only when
 *               its task steps: the wait then returns HD_E_CANCELLED
 *   cancelled   asked to end while it waited
 *
 * and every object says what becomes of a wake-up whose receiver was cancelled.
 *
 * Lines belong to the object's users, waiters to their frames; nothing here
 * allocates, so waiting cannot fail for want of memory.
 */
#ifndef HD_SYNC_LINE_H
#define HD_SYNC_LINE_H

#include "task/touch.h"
#include <heddle/sync.h>

struct hd_waiter {
    struct hd_future future;
    struct hd_waiter *next, *prev;
    struct hd_line *line; /* in which it stands, or NULL */
};

/*
 * Stand at the end of the line and wait; out of the line on return.
 *
 * waiter    uninitialised; its future's state may be read after HD_OK and
 *           HD_E_CANCELLED.
 * returns   HD_OK (woken), HD_E_CANCELLED, HD_E_FOREIGN_LOOP
 * suspends  yes.
 */
int hd_line_wait(struct hd_line *line, struct hd_waiter *waiter,
                 struct hd_op op);

/* Wake up to n that are pending, from the first on; returns how many. */
size_t hd_line_wake(struct hd_line *line, size_t n);

/* Send away from the line all up to the first pending one, and wake that. */
void hd_line_call_next(struct hd_line *line);

/* Wake the first in line if it is pending: nobody is passed over. */
static inline void
hd_line_wake_head(struct hd_line *line)
{
    if (line->first != NULL && line->first->future.state != HD_FUTURE_DONE) {
        hd_future_resolve(&line->first->future, HD_OK, NULL, NULL);
    }
}

/* True if nobody is in line but cancelled waiters who have not left yet. */
static inline bool
hd_line_is_void(const struct hd_line *line)
{
    const struct hd_waiter *waiter = line->first;
    while (waiter != NULL && waiter->future.state == HD_FUTURE_CANCELLED) {
        hd_touch_future(&waiter->future, HD_IS_WAIT, HD_READS);
        waiter = waiter->next;
    }
    if (waiter != NULL) {
        hd_touch_future(&waiter->future, HD_IS_WAIT, HD_READS);
    }
    return waiter == NULL;
}

/* True if those in line belong to another loop than the running one. */
static inline bool
hd_line_is_foreign(const struct hd_line *line)
{
    return line->first != NULL && line->first->future.loop != hd_here.loop;
}

/* Note the misuse of a foreign line at place: HD_E_FOREIGN_LOOP. */
static inline int
hd_line_refuse(const struct hd_line *line, uint64_t place)
{
    return hd_misuse_foreign(line->first->future.loop->number,
                             hd_here.loop->number, place);
}

/* Give an object its number when it is first used on a loop. */
static inline void
hd_sync_name(uint32_t *object, enum hd_object_kind kind, const void *address,
             uint64_t place)
{
    if (__builtin_expect(*object == 0, 0)) {
        *object = hd_object_met((uint8_t)kind, address, place);
    }
}

/*
 * The same when it is made: then it has a name that does not depend on who
 * uses it first. Outside of loops it has to wait for that.
 */
static inline uint32_t
hd_sync_born(enum hd_object_kind kind, const void *address, uint64_t place)
{
    return hd_object_born((uint8_t)kind, address, place);
}

/* Note what a call at place does to the object, for whoever is to be told. */
static inline void
hd_sync_touch(const void *address, uint32_t object, enum hd_identity_kind kind,
              enum hd_access_mode mode, uint64_t place)
{
    const struct hd_loop *loop = hd_here.loop;
    if (hd_touch_wanted()) {
        hd_touch_note_sync(
            loop, address, object,
            (struct hd_touch){.kind = kind, .mode = mode, .place = place});
    }
}

/* Note that the object has changed. Between runs there is nobody to note. */
static inline void
hd_sync_log(enum hd_act act, uint32_t object, uint64_t place)
{
    const struct hd_loop *loop = hd_here.loop;
    if (loop != NULL) {
        hd_log_put(loop->home->log, HD_LOG_ACT, (uint8_t)act, object, place);
    }
}

#endif
