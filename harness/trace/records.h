/*
 * Walking a log: from the oldest record that the ring still has to the last,
 * stepping over the texts in between.
 */
#ifndef HD_TRACE_RECORDS_H
#define HD_TRACE_RECORDS_H

#include "base/log.h"

/* Index of the oldest record that is still there. */
static inline uint64_t
hd_record_first(const struct hd_log *log)
{
    return log->count > log->mask ? log->count - log->mask - 1 : 0;
}

/* The record with this index; it must still be there. */
static inline const struct hd_record *
hd_record_at(const struct hd_log *log, uint64_t index)
{
    return &log->records[index & log->mask];
}

/* Index of the record after this one and its text. */
static inline uint64_t
hd_record_next(const struct hd_log *log, uint64_t index)
{
    return index + 1 + hd_record_parts(hd_record_at(log, index));
}

/* Who stepped last before a record; 0: nobody, or code outside of all tasks. */
static inline uint32_t
hd_record_stepping(const struct hd_log *log, uint64_t index)
{
    const uint64_t first = hd_record_first(log);
    while (index-- > first) {
        const struct hd_record *record = hd_record_at(log, index);
        if (record->kind == HD_LOG_STEP || record->kind == HD_LOG_OUTSIDE) {
            return record->subject;
        }
    }
    return 0;
}

/* Does a task end its step with it, and stand at its place? */
static inline bool
hd_record_suspends(const struct hd_record *record)
{
    return record->kind == HD_LOG_SUSPEND || record->kind == HD_LOG_YIELD ||
           record->kind == HD_LOG_POINT;
}

#endif
