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
    HD_RACE_DIRTY_READ, /* a writes, b reads, a writes: b has seen half of it */
    HD_RACE_DIRTY_WRITE, /* a writes, b writes over it, a reads that */
    HD_RACE_STALE_READ,  /* a reads, b writes, a goes on as if it had not */
    HD_RACE_FREED,       /* a gives its block back, b (or a) touches it */
};

/* Where memory lies. */
enum hd_race_where {
    HD_RACE_SOMEWHERE,
    HD_RACE_STATIC, /* in a module */
    HD_RACE_STACK,  /* of a task */
    HD_RACE_HEAP,   /* in a block */
};

/*
 * A variable, as far as it can be told.
 *
 * address, bytes  those that all accesses have in common; bytes 0: they are
 *           several pieces.
 * owner     STACK: path of its task; HEAP: number of the actor that allocated
 *           it, 0: code outside of steps.
 * offset    STACK: how far below the top; HEAP: how far into the block.
 * block_bytes, block_place  HEAP: how large it is, where it was allocated.
 */
struct hd_race_memory {
    uint64_t address, owner, offset, block_bytes, block_place;
    uint8_t where, bytes;
};

enum hd_race_mode {
    HD_RACE_READS,
    HD_RACE_WRITES,
    HD_RACE_FREES,
};

/*
 * One access.
 *
 * place    return address, 0: unknown.
 * value    what it read, or wrote; valid if has_value.
 * at       index of the log's record after the step's last; the step is the
 *          one before it.
 * of_other it is of the race's other variable.
 */
struct hd_race_access {
    uint64_t place, value, at;
    uint32_t actor;
    uint8_t mode;
    bool has_value, of_other;
};

/*
 * memory    what it is about; other: the second variable, where two are.
 * access    in order, access_count of them.
 * both_read LOST_UPDATE: b had read the same before it wrote, as access[3].
 * harmed    has_harm: what ends as no serial order would have it; as ends_as,
 *           and serially as one of serial, of which there may be more.
 */
#define HD_RACE_ACCESSES 4u
#define HD_RACE_SERIALS 2u
struct hd_race {
    struct hd_race_memory memory, other, harmed;
    struct hd_race_access access[HD_RACE_ACCESSES];
    uint32_t ends_as, serial[HD_RACE_SERIALS];
    uint8_t access_count, serial_count;
    bool both_read, has_other, has_harm;
};

/* Stand in a finding's message for what the variables are called. */
#define HD_RACE_NAME "the variable"
#define HD_RACE_OTHER "the other variable"
#define HD_RACE_HARMED "the outcome"

/* The value of an access in decimal, or as an address; returns text. */
const char *hd_race_value(const struct hd_race *race, uint32_t access,
                          char *text, size_t bytes);

/* The race of a record with this index, which is HD_LOG_RACE. */
struct hd_race hd_race_read(const struct hd_log *log, uint64_t index);

/* The step in which an access was made: the index of its HD_LOG_STEP. */
uint64_t hd_race_step(const struct hd_log *log,
                      const struct hd_race_access *access);

#endif
