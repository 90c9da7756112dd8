/*
 * Timeout scopes: a stretch of code that may take so long and no longer.
 *
 *     struct hd_timeout timeout;
 *     hd_timeout_begin(&timeout, HD_S(2));
 *     int status = talk_to(server);
 *     status = hd_timeout_end(&timeout, status);
 *
 * Scopes nest and end in reverse order, in the task that began them. Every way
 * out of a scope goes through hd_timeout_end(), so no HD_TRY in between: its
 * timer points to the storage, which must live until then.
 *
 * source: asyncio.timeout, Python 3.11.2.
 */
#ifndef HEDDLE_TIMEOUT_H
#define HEDDLE_TIMEOUT_H

#include <heddle/status.h>

struct hd_handle;
struct hd_task;

enum hd_timeout_state {
    HD_TIMEOUT_CREATED,
    HD_TIMEOUT_ENTERED,
    HD_TIMEOUT_EXPIRING,
    HD_TIMEOUT_EXPIRED,
    HD_TIMEOUT_EXITED,
};

struct hd_timeout {
    struct hd_task *task;
    struct hd_handle *timer;
    uint64_t when_ns;
    enum hd_timeout_state state;
    uint32_t cancels_known; /* outstanding requests that came before it */
    uint32_t delivered;     /* how often the task had been told when it came */
};

/*
 * Begin: cancel this task if the scope has not ended after ns (or by when_ns);
 * HD_FOREVER arms nothing.
 *
 * returns   HD_OK, HD_E_NO_TASK, HD_E_NO_MEMORY (it has no deadline, and may be
 *           ended or not)
 * suspends  no.
 */
HD_API int hd_timeout_begin(struct hd_timeout *timeout, uint64_t ns);
HD_API int hd_timeout_begin_at(struct hd_timeout *timeout, uint64_t when_ns);

/*
 * End the scope.
 *
 * status    what the code in it returned.
 * returns   status; HD_E_TIMEDOUT in place of HD_E_CANCELLED if it was the
 *           time-out that cancelled and no other request is outstanding but
 *           those that the task was told of before the scope
 * suspends  no.
 */
HD_API int hd_timeout_end(struct hd_timeout *timeout, int status);

/*
 * Another deadline for an entered scope: HD_OK, HD_E_INVALID (it has expired or
 * ended), HD_E_NO_MEMORY (it has no deadline now: hd_timeout_when() is
 * HD_FOREVER).
 */
HD_API int hd_timeout_reschedule(struct hd_timeout *timeout, uint64_t when_ns);
HD_API uint64_t hd_timeout_when(const struct hd_timeout *timeout);
HD_API bool hd_timeout_is_expired(const struct hd_timeout *timeout);

#endif
