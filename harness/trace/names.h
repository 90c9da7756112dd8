/*
 * Names: who is actor 7, what is object 12? Read from a log.
 *
 * Names are birth paths: main is 0, its third child 0.3, a timer of that
 * 0.3/timer1. They are the same in every schedule and every build, and so is
 * what identifies a finding. Heddle's own numbers are dense and per execution;
 * they never reach the user.
 *
 * What the ring has lost, or never had, is called "?", and its path is 0.
 */
#ifndef HD_TRACE_NAMES_H
#define HD_TRACE_NAMES_H

#include "base/log.h"

#define HD_NAME_BYTES 256u /* enough for every name */

/* An actor, as far as the log tells. */
struct hd_actor_name {
    uint64_t path;   /* hash, as the runtime computes it; 0 if unknown */
    uint32_t parent; /* id */
    uint32_t ordinal;
    uint8_t kind;      /* hd_actor_kind */
    uint64_t place;    /* where it was born */
    uint64_t code;     /* its function */
    const char *given; /* by the program, or NULL */
};

struct hd_object_name {
    uint32_t actor;   /* who made it */
    uint32_t ordinal; /* 0: unknown */
    uint32_t nth;     /* of its kind in the log, from 1 */
    uint8_t kind;     /* hd_object_kind */
    uint64_t place, address;
    uint64_t record; /* index in the log where it is first told of */
};

struct hd_names {
    struct hd_actor_name *actors;       /* by id; 0 is the root */
    struct hd_object_name *objects;     /* by number, from 1; 0 is nothing */
    uint32_t actor_count, object_count; /* lengths of these arrays */
    char *texts;
    const struct hd_log *log; /* from which this was read; borrowed */
};

/* False when out of memory. finish() gives back what init took. */
bool hd_names_init(struct hd_names *names, const struct hd_log *log);
void hd_names_finish(struct hd_names *names);

/* "0.3", "0.3/timer1", "clock". Returns text; cut to bytes. */
const char *hd_names_actor(const struct hd_names *names, uint32_t actor,
                           char *text, size_t bytes);

/* "lock 1 of 0.2" (the first object that 0.2 made), "task 0.3". */
const char *hd_names_object(const struct hd_names *names, uint32_t object,
                            char *text, size_t bytes);

/* The word for a kind of object: "lock". */
const char *hd_names_kind(enum hd_object_kind kind);

/*
 * The path hash of a name; false where it is not a name. length in bytes. The
 * word after a slash is for people: any letters name the same event.
 */
bool hd_path_parse(const char *text, size_t length, uint64_t *out_path);

/* The text of a record with parts, copied into text. Returns text. */
const char *hd_record_text(const struct hd_log *log, uint64_t index, char *text,
                           size_t bytes);

#endif
