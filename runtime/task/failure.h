/*
 * Errors on their way: an hd_error with its message, shared by the futures and
 * tasks it has come through.
 */
#ifndef HD_TASK_FAILURE_H
#define HD_TASK_FAILURE_H

#include <heddle/status.h>

struct hd_loop;

struct hd_failure {
    struct hd_error error;
    uint32_t references;
    uint32_t bytes; /* of this allocation */
    char message[];
};

/* NULL when out of memory, which loses the message, not the status. */
struct hd_failure *hd_failure_create(struct hd_loop *loop,
                                     const struct hd_error *error,
                                     uint64_t place);
struct hd_failure *hd_failure_retain(struct hd_failure *failure);
void hd_failure_release(struct hd_loop *loop, struct hd_failure *failure);

#endif
