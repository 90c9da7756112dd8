/*
 * Semaphores, plain and bounded, for tasks of one loop.
 *
 * source: asyncio.Semaphore and BoundedSemaphore, Python 3.11.2.
 */
#ifndef HEDDLE_SEMAPHORE_H
#define HEDDLE_SEMAPHORE_H

#include <heddle/sync.h>

struct hd_semaphore {
    struct hd_line waiters;
    uint32_t object;
    uint32_t value, bound; /* bound UINT32_MAX: not bounded */
};

/* A bounded one refuses to be released above its initial value. */
HD_API void hd_semaphore_init(struct hd_semaphore *semaphore, uint32_t value);
HD_API void hd_semaphore_init_bounded(struct hd_semaphore *semaphore,
                                      uint32_t value);

/*
 * Take one; wait in line while there is none or others are in line.
 *
 * returns   HD_OK, HD_E_CANCELLED, HD_E_TIMEDOUT (_for), HD_E_NO_TASK,
 *           HD_E_FOREIGN_LOOP, HD_E_NO_MEMORY (_for)
 * suspends  if it cannot be taken at once; a cancellation point.
 */
HD_API HD_MUST_USE int hd_semaphore_acquire(struct hd_semaphore *semaphore);
HD_API HD_MUST_USE int hd_semaphore_acquire_for(struct hd_semaphore *semaphore,
                                                uint64_t ns);

/*
 * Give one back; wakes the first in line.
 *
 * returns   HD_OK, HD_E_OVERRUN (bounded, and nothing was taken)
 * suspends  no.
 */
HD_API int hd_semaphore_release(struct hd_semaphore *semaphore);

/* True if acquiring would wait. */
HD_API bool hd_semaphore_is_locked(const struct hd_semaphore *semaphore);
HD_API uint32_t hd_semaphore_value(const struct hd_semaphore *semaphore);

#endif
