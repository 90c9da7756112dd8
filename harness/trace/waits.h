/*
 * Who waits for what, who holds it, and who could still come: the state of an
 * execution after each record of its log.
 */
#ifndef HD_TRACE_WAITS_H
#define HD_TRACE_WAITS_H

#include "trace/names.h"

/* A task that stands in a wait. */
struct hd_wait {
    uint32_t actor, object; /* object 0: a sleep, or unnamed */
    uint8_t op;             /* hd_op_kind */
    uint64_t place;
    uint64_t record; /* index of its SUSPEND */
};

enum hd_waits_state {
    HD_WAITS_ABSENT, /* not born; of an event: neither due nor ready */
    HD_WAITS_ACTIVE, /* ready, or steps; of an event: due, or ready */
    HD_WAITS_WAITS,
    HD_WAITS_ENDED,
};

struct hd_waits_actor {
    struct hd_wait wait;
    uint8_t state;
    bool cancelled;  /* asked to end since it began to wait */
    uint32_t events; /* of its own that are active: timers, callbacks */
};

/* One object that waits for another: a gather for a child. */
struct hd_waits_child {
    uint32_t child; /* an object, or a task */
    uint32_t next;  /* index of the one before it, 0: none */
    bool any;       /* the parent needs any of its children, not all */
};

struct hd_waits {
    const struct hd_names *names; /* borrowed */
    struct hd_waits_actor *actors;
    uint32_t *holders;  /* by object: the actor that took it last, or 0 */
    uint32_t *families; /* by object: index of its last child, 0: none */
    struct hd_waits_child *children; /* from 1 */
    size_t child_count, child_capacity;
    uint32_t actor_count, object_count;
    uint32_t steps;      /* who steps */
    uint32_t active;     /* tasks that are ready or step */
    uint32_t events;     /* events that are due or ready */
    bool has_outside;    /* there may be events that no record announces */
    uint64_t read;       /* index of the first record that is not in it */
    uint64_t changed_at; /* index of the last one that changed it */
};

/* Nothing has happened yet. False when out of memory. */
bool hd_waits_init(struct hd_waits *waits, const struct hd_names *names);
void hd_waits_finish(struct hd_waits *waits);

/* The next record has been written; those before it have been read. */
void hd_waits_read(struct hd_waits *waits, const struct hd_log *log,
                   uint64_t index);

/* All records before this index. */
void hd_waits_read_to(struct hd_waits *waits, const struct hd_log *log,
                      uint64_t end);

/* The wait of an actor, or NULL. */
const struct hd_wait *hd_waits_of(const struct hd_waits *waits, uint32_t actor);

/* hd_object_kind of what somebody waits for; that of a task for tasks. */
uint8_t hd_waits_kind(const struct hd_waits *waits, uint32_t object);

bool hd_waits_has_ended(const struct hd_waits *waits, uint32_t actor);

/* Nothing can happen any more but by who waits. */
bool hd_waits_at_rest(const struct hd_waits *waits);

#endif
