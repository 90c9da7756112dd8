/*
 * A race as the log tells it: which memory, who touched it where in which
 * order, and what that makes of it. Written by the worker that saw it, read by
 * detectors and reports.
 */
#ifndef HD_TRACE_RACE_H
#define HD_TRACE_RACE_H

#include "base/log.h"

/* What the order of the accesses is an instance of; a and b are two actors. */
enum hd_race_kind {
    HD_RACE_LOST_UPDATE, /* a reads, b writes, a writes what it made of that */
};

enum hd_race_mode {
    HD_RACE_READS,
    HD_RACE_WRITES,
};

/*
 * One access.
 *
 * place    return address, 0: unknown.
 * value    what it read, or wrote; valid if has_value.
 * at       index of the log's record after the step's last; the step is the
 *          one before it.
 */
struct hd_race_access {
    uint64_t place, value, at;
    uint32_t actor;
    uint8_t mode;
    bool has_value;
};

/* Where memory lies. */
enum hd_race_where {
    HD_RACE_SOMEWHERE,
    HD_RACE_STATIC, /* in a module */
    HD_RACE_STACK,  /* of the task with this path, so deep */
    HD_RACE_HEAP,   /* in a block */
};

/*
 * where    how to call it; address, bytes: of the bytes that all accesses of
 *          the race have in common; bytes 0: they are several pieces.
 * owner    STACK: the task's path; HEAP: the path of who allocated the block.
 * offset   STACK: how far below the top; HEAP: how far into the block.
 * block_bytes, block_place  HEAP: how large it is, where it was allocated.
 * access   in order; as many as the kind names above, which is access_count.
 * both_read  LOST_UPDATE: b had read the same before it wrote, as access[3].
 */
#define HD_RACE_ACCESSES 4u
struct hd_race {
    uint64_t address, owner, offset, block_bytes, block_place;
    uint8_t where, bytes, access_count;
    bool both_read;
    struct hd_race_access access[HD_RACE_ACCESSES];
};

/* Stands in a finding's message for what the variable is called. */
#define HD_RACE_NAME "the variable"

/* The value of an access in decimal, or as an address; returns text. */
const char *hd_race_value(const struct hd_race *race, uint32_t access,
                          char *text, size_t bytes);

/* The race of a record with this index, which is HD_LOG_RACE. */
struct hd_race hd_race_read(const struct hd_log *log, uint64_t index);

/* The step in which an access was made: the index of its HD_LOG_STEP. */
uint64_t hd_race_step(const struct hd_log *log,
                      const struct hd_race_access *access);

#endif
