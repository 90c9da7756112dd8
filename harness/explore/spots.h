/*
 * Spots: who touched each granule of memory last, in one execution.
 *
 * A spot knows the last writes of its bytes; beside it lies, for each actor
 * that has touched it, what that did last. Both are found by hashing, and kept
 * from one execution to the next as they have grown, up to a bound: memory that
 * is first touched beyond that is not looked at.
 */
#ifndef HD_EXPLORE_SPOTS_H
#define HD_EXPLORE_SPOTS_H

#include "base/memory.h"

/*
 * What one step did to some bytes of a granule.
 *
 * value     its bytes, all eight: before the step if it read, after it if it
 *           wrote; valid if has_value.
 * at        records in the log when the step ended.
 * step      its number (before.h).
 * mask      which bytes; 0: none any more.
 * writes    it wrote them, whatever it did before.
 * follows   of a write: the step that had written them before, 0: none.
 */
struct hd_spot_access {
    uint64_t place, value, at;
    uint32_t actor, step, follows;
    uint8_t mask;
    bool writes, has_value;
};

/*
 * The bytes of a granule may have been written by several. bases: where the
 * actor of the write had read them before, if it had since it last wrote them.
 */
#define HD_SPOT_WRITES 3u
/*
 * number   in order of first touch, from 1.
 * value    its bytes after the last step that touched it; known: which of them.
 * address  where it lies; flags: a granule's; owner: of its stack, a path.
 * block_*  of the heap: where the block began, how large it was, who allocated
 *          it (an actor's number) and where.
 * actor    who touched it first; several: somebody else has, too, or that one
 *          is not the owner of the stack on which it lies.
 * past     its last access in the history, plus 1; 0: none is kept.
 */
struct hd_spot {
    uint64_t name, value, owner;
    uintptr_t address, block_address;
    uint64_t block_bytes, block_place;
    uint32_t block_actor;
    uint32_t execution, number, actor, past;
    uint8_t known, flags;
    bool several;
    struct hd_spot_access writes[HD_SPOT_WRITES];
    struct hd_spot_access bases[HD_SPOT_WRITES];
};

/* What an actor last did to the bytes of a spot; the later step comes first. */
#define HD_SPOT_OWN 2u
struct hd_spot_own {
    uint32_t execution, spot, actor;
    struct hd_spot_access last[HD_SPOT_OWN];
};

/*
 * One step's access to a spot, in a history.
 *
 * before   the one before it of the same spot, plus 1; 0: none is kept.
 * fresh    bytes that it read as it found them; writes: bytes that it wrote.
 */
struct hd_past {
    uint64_t name, value_before, value_after;
    uint64_t read_place, write_place, at;
    uint32_t actor, step, before;
    uint8_t fresh, writes, has_value;
};

/* Of one process; zeroed. */
struct hd_spots {
    struct hd_spot *spots;
    struct hd_spot_own *owns;
    uint32_t spot_room, spot_count, own_room, own_count;
    uint32_t execution;
    struct hd_past *past;
    uint32_t past_room, past_count;
    bool keeps_past, past_lost; /* there was more than fits */
};

/* keeps_past: all accesses are kept, as far as there is room. */
void hd_spots_begin(struct hd_spots *spots, bool keeps_past);
void hd_spots_finish(struct hd_spots *spots);

/*
 * The spot of that name, and what the actor did to it; new ones are empty.
 * NULL: there is no room. Either pointer is good until the next call of its
 * function.
 */
struct hd_spot *hd_spots_get(struct hd_spots *spots, uint64_t name);
struct hd_spot_own *hd_spots_own(struct hd_spots *spots,
                                 const struct hd_spot *spot, uint32_t actor);

/* The spot of that name, or NULL if there is none. */
const struct hd_spot *hd_spots_find(const struct hd_spots *spots,
                                    uint64_t name);

/* The next spot in no order that matters, NULL at the end; from: 0 at first. */
const struct hd_spot *hd_spots_next(const struct hd_spots *spots,
                                    uint32_t *from);

/* One more access, if a history is kept. */
void hd_spots_keep(struct hd_spots *spots, struct hd_spot *spot,
                   const struct hd_past *access);

/* These bytes are another's now, or an earlier access's no more. */
void hd_spot_take_away(struct hd_spot_access *accesses, uint32_t count,
                       uint8_t mask);

/* Where to put one more: an empty place, or the oldest is forgotten. */
uint32_t hd_spot_room(const struct hd_spot_access *accesses, uint32_t count);

#endif
