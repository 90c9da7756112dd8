/*
 * An event: a flag that tasks of one loop wait for. Zeroed storage is unset.
 *
 * source: asyncio.Event, Python 3.11.
 */
#ifndef HEDDLE_EVENT_H
#define HEDDLE_EVENT_H

#include <heddle/sync.h>

struct hd_event {
    struct hd_line waiters;
    uint32_t object;
    bool set;
};

/* Make it unset. The caller keeps the storage; nobody may be waiting. */
HD_API void hd_event_init(struct hd_event *event);

/*
 * Wait until the flag is set.
 *
 * returns   HD_OK (also if it was cleared again meanwhile), HD_E_CANCELLED,
 *           HD_E_TIMEDOUT (_for), HD_E_NO_TASK, HD_E_FOREIGN_LOOP,
 *           HD_E_NO_MEMORY (_for)
 * suspends  if it is unset; a cancellation point.
 */
HD_API HD_MUST_USE int hd_event_wait(struct hd_event *event);
HD_API HD_MUST_USE int hd_event_wait_for(struct hd_event *event, uint64_t ns);

/* Set wakes all that wait, in order of arrival. None of these suspends. */
HD_API void hd_event_set(struct hd_event *event);
HD_API void hd_event_clear(struct hd_event *event);
HD_API bool hd_event_is_set(const struct hd_event *event);

#endif
