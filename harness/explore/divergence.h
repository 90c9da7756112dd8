/*
 * Did two executions go the same way? Compared by their logs, addresses and
 * texts left out: those may differ from one process or build to the next.
 */
#ifndef HD_EXPLORE_DIVERGENCE_H
#define HD_EXPLORE_DIVERGENCE_H

#include "trace/names.h"

/* A hash of everything that counts; the same in every process and build. */
uint64_t hd_log_digest(const struct hd_log *log);

/* Where two logs part. */
struct hd_divergence {
    uint64_t record; /* index of the first record that differs in `here` */
    uint64_t step;   /* how many steps had begun before it */
    char message[240];
};

/*
 * Where two logs part: the first record that differs, by its index in each, or
 * the log's end. False: nowhere.
 */
bool hd_log_parts(const struct hd_log *here, const struct hd_log *there,
                  uint64_t *out_here, uint64_t *out_there);

/*
 * Compare; false: they are the same, and *out is untouched.
 *
 * here    the execution that is told of; there: what it should have been.
 * named   what `there` is called in the message: "the fifo run".
 */
bool hd_log_diverges(const struct hd_log *here, const struct hd_log *there,
                     const char *named, struct hd_divergence *out);

#endif
