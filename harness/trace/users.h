/*
 * Who has used an object: permits taken, items put and got, in a log.
 */
#ifndef HD_TRACE_USERS_H
#define HD_TRACE_USERS_H

#include "trace/waits.h"

/* What one actor has done to one object. */
struct hd_user {
    uint32_t object, actor;
    uint32_t next; /* another of the object's, 0: none */
    int32_t taken; /* acquired more often than released */
    uint32_t put, got, finished;
    uint64_t taken_at, put_at, got_at; /* where last */
};

struct hd_users {
    struct hd_user *items; /* from 1 */
    size_t count, capacity;
    uint32_t *first; /* by object: 0 none, UINT32_MAX nobody asks */
    uint32_t object_count;
};

/* False when out of memory. */
bool hd_users_init(struct hd_users *users, uint32_t object_count);
void hd_users_finish(struct hd_users *users);

/* Objects must be asked for before the log is read. */
void hd_users_ask(struct hd_users *users, uint32_t object);
void hd_users_read(struct hd_users *users, const struct hd_log *log,
                   uint64_t end);

/* The first user of an object, and the next: NULL after the last. */
const struct hd_user *hd_users_of(const struct hd_users *users,
                                  uint32_t object);
const struct hd_user *hd_users_next(const struct hd_users *users,
                                    const struct hd_user *user);

#endif
