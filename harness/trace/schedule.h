/*
 * A schedule: the choices of one execution, as deviations from the default.
 *
 * Each deviation is keyed by the step that the default would take, so that
 * deleting one does not renumber the rest and an added await elsewhere does
 * not shift it.
 */
#ifndef HD_TRACE_SCHEDULE_H
#define HD_TRACE_SCHEDULE_H

#include "trace/names.h"

#define HD_PATH_BYTES 256u

/*
 * One deviation.
 *
 * switch   when the default is step `step` of `at`, `take` runs instead.
 * value    the `step`-th value choice of `at` takes `value`. is_fault: it
 *          injects one; known if read from a log, not from a token.
 * order    step `take_step` of `take` happens before step `step` of `at`, which
 *          is held back as long as somebody else is ready. Says less than a
 *          switch, and so survives more changes of the program.
 */
struct hd_deviation {
    bool is_value, is_order, is_fault;
    uint32_t step, take_step;
    uint64_t at, take; /* path hashes */
    uint64_t value;
    char at_name[HD_PATH_BYTES], take_name[HD_PATH_BYTES];
};

struct hd_schedule {
    struct hd_deviation *items;
    size_t count, capacity;
};

/* Zeroed storage is the empty schedule: fifo. False when out of memory. */
bool hd_schedule_add(struct hd_schedule *schedule,
                     const struct hd_deviation *deviation);
bool hd_schedule_copy(struct hd_schedule *to, const struct hd_schedule *from);
void hd_schedule_finish(struct hd_schedule *schedule);

/* What was chosen in the execution of this log. */
bool hd_schedule_read(struct hd_schedule *schedule, const struct hd_log *log,
                      const struct hd_names *names);

/* Is any of it an order? */
bool hd_schedule_has_order(const struct hd_schedule *schedule);

/* Only the items whose flag is set. */
bool hd_schedule_select(struct hd_schedule *to, const struct hd_schedule *from,
                        const bool *keep);

#endif
