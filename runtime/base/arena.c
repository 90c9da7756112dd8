/*
 * Size classes: 64-byte steps up to 1 KiB (classes 0..15), then powers of two.
 * The bump pointer walks a list of blocks; each block is twice as large as its
 * predecessor, up to a bound, so that a handful serves any execution.
 */
#include "base/arena.h"

#include "base/assert.h"
#include "base/sanitize.h"
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES_MIN ((size_t)64 * 1024)
#define BLOCK_BYTES_MAX ((size_t)4 * 1024 * 1024)

struct hd_arena_block {
    struct hd_arena_block *next;
    size_t bytes; /* of the whole block */
};

static unsigned
class_of(size_t size)
{
    if (size <= 1024) {
        return size == 0 ? 0 : (unsigned)((size - 1) / HD_ARENA_ALIGN);
    }
    const unsigned bits = 64u - (unsigned)__builtin_clzll(size - 1);
    return 5u + bits; /* 2048 has 11 bits: class 16 */
}

static size_t
class_bytes(unsigned class)
{
    return class < 16 ? (class + 1) * (size_t)HD_ARENA_ALIGN
                      : (size_t)1 << (class - 5);
}

void
hd_arena_init(struct hd_arena *arena)
{
    memset(arena, 0, sizeof(*arena));
}

void
hd_arena_finish(struct hd_arena *arena)
{
    struct hd_arena_block *block = arena->first;
    while (block != NULL) {
        struct hd_arena_block *next = block->next;
        hd_asan_unpoison(block, block->bytes);
        free(block);
        block = next;
    }
    hd_arena_init(arena);
}

static void
use_block(struct hd_arena *arena, struct hd_arena_block *block)
{
    arena->current = block;
    arena->at = (char *)block + HD_ARENA_ALIGN;
    arena->end = (char *)block + block->bytes;
    hd_asan_poison(arena->at, (size_t)(arena->end - arena->at));
}

/* The next block that has room, or a fresh one. */
static bool
next_block(struct hd_arena *arena, size_t need)
{
    struct hd_arena_block *last = arena->current;
    struct hd_arena_block *block = last != NULL ? last->next : arena->first;
    while (block != NULL && block->bytes < need + HD_ARENA_ALIGN) {
        last = block;
        block = block->next;
    }
    if (block == NULL) {
        size_t bytes = last != NULL ? last->bytes * 2 : BLOCK_BYTES_MIN;
        bytes = bytes > BLOCK_BYTES_MAX ? BLOCK_BYTES_MAX : bytes;
        bytes = bytes < need + HD_ARENA_ALIGN ? need + HD_ARENA_ALIGN : bytes;
        block =
            aligned_alloc(HD_ARENA_ALIGN, (bytes + HD_ARENA_ALIGN - 1) &
                                              ~(size_t)(HD_ARENA_ALIGN - 1));
        if (block == NULL) {
            return false;
        }
        block->next = NULL;
        block->bytes = bytes;
        if (last != NULL) {
            last->next = block;
        } else {
            arena->first = block;
        }
    }
    use_block(arena, block);
    return true;
}

static void *
take_free(struct hd_arena *arena, unsigned class)
{
    struct hd_arena_free *piece = arena->free_first[class];
    hd_asan_unpoison(piece, class_bytes(class));
    arena->free_first[class] = piece->next;
    if (piece->next == NULL) {
        arena->free_last[class] = NULL;
        arena->used &= ~(1u << class);
    }
    return piece;
}

void *
hd_arena_take(struct hd_arena *arena, size_t size)
{
    const unsigned class = class_of(size);
    HD_ASSERT(class < HD_ARENA_CLASSES);
    if (arena->used & (1u << class)) {
        return take_free(arena, class);
    }
    const size_t bytes = class_bytes(class);
    if ((size_t)(arena->end - arena->at) < bytes && !next_block(arena, bytes)) {
        return NULL;
    }
    void *memory = arena->at;
    arena->at += bytes;
    hd_asan_unpoison(memory, bytes);
    return memory;
}

void
hd_arena_give(struct hd_arena *arena, void *memory, size_t size)
{
    const unsigned class = class_of(size);
    HD_ASSERT(class < HD_ARENA_CLASSES);
    struct hd_arena_free *piece = memory;
    piece->next = NULL;
    if (arena->free_last[class] != NULL) {
        struct hd_arena_free *last = arena->free_last[class];
        hd_asan_unpoison(last, sizeof(*last));
        last->next = piece;
        hd_asan_poison(last, sizeof(*last));
    } else {
        arena->free_first[class] = piece;
        arena->used |= 1u << class;
    }
    arena->free_last[class] = piece;
    hd_asan_poison(memory, class_bytes(class));
}

void
hd_arena_reset(struct hd_arena *arena)
{
    if (arena->first == NULL) {
        return;
    }
    while (arena->used != 0) {
        const unsigned class = (unsigned)__builtin_ctz(arena->used);
        arena->free_first[class] = NULL;
        arena->free_last[class] = NULL;
        arena->used &= arena->used - 1;
    }
    use_block(arena, arena->first);
}
