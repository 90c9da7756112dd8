/*
 * An arena: memory that is dropped in one step.
 *
 * A loop in production owns one; all loops of one simulated execution share
 * one, reset at its end. Pieces can be given back early: they go to a free
 * list of their size class, first in first out where stale handles must stay
 * recognisable as long as possible. Blocks are kept across resets, so that an
 * execution in steady state makes no system call.
 *
 * Under ASan what was given back, and all of it after a reset, is poisoned.
 */
#ifndef HD_BASE_ARENA_H
#define HD_BASE_ARENA_H

#include <heddle/api.h>

#define HD_ARENA_ALIGN 64u
#define HD_ARENA_CLASSES 32u

struct hd_arena_block;
struct hd_arena_free {
    struct hd_arena_free *next;
};

struct hd_arena {
    struct hd_arena_block *first, *current;
    char *at, *end;
    struct hd_arena_free *free_first[HD_ARENA_CLASSES];
    struct hd_arena_free *free_last[HD_ARENA_CLASSES];
    uint32_t used; /* bit per class that has something free */
};

/* Zeroed storage is an empty arena. */
void hd_arena_init(struct hd_arena *arena);
void hd_arena_finish(struct hd_arena *arena);

/*
 * size      any. The memory is aligned to 64 bytes and not cleared.
 * returns   NULL when out of memory.
 */
void *hd_arena_take(struct hd_arena *arena, size_t size);
void hd_arena_give(struct hd_arena *arena, void *memory, size_t size);

/* Forget everything in it, keep the blocks. */
void hd_arena_reset(struct hd_arena *arena);

#endif
