/*
 * The program takes blocks and gives them back. What a step did to a block that
 * it gives back is finished then and there: another block may come to the same
 * address before the step ends.
 */
#include "memory/memory.h"
#include "task/here.h"
#include <stdlib.h>

/* Who steps; a callback of libuv's, if it is nobody of Heddle's. */
static const struct hd_actor *
who_is_here(const struct hd_memory_book *memory)
{
    return hd_here.actor != NULL || hd_here.memory == NULL
               ? hd_here.actor
               : memory->ready->view.last;
}

void
hd_memory_took(struct hd_memory_book *memory, void *block, size_t bytes,
               uint64_t place)
{
    const struct hd_made_by by = {
        .ready = memory->ready, .actor = who_is_here(memory), .place = place};
    if (block != NULL) {
        hd_blocks_add(&memory->blocks, (uintptr_t)block, bytes, &by);
        memory->block = 0;
    }
}

/* The granule is that of a block which is gone: no access finds it again. */
static void
retire(struct hd_memory_book *memory, struct hd_granule *granule,
       uint64_t place)
{
    hd_memory_finish_granule(memory, granule);
    granule->flags |= HD_GRANULE_FREES;
    granule->write_place = place;
    granule->address |= 1;
}

static bool
is_of(const struct hd_granule *granule, uint32_t block)
{
    return granule->block == block && (granule->address & 1) == 0;
}

/* All granules of the block, its first one in any case. */
static void
retire_all(struct hd_memory_book *memory, uint32_t number, uint64_t place)
{
    const struct hd_block *block = &memory->blocks.items[number];
    const size_t within =
        (block->bytes + HD_GRANULE_BYTES - 1) / HD_GRANULE_BYTES;
    hd_memory_granule(memory,
                      block->address & ~(uintptr_t)(HD_GRANULE_BYTES - 1));
    if (within < memory->port.count) {
        for (size_t i = 0; i < within || i == 0; i++) {
            struct hd_granule *granule =
                hd_memory_seek(memory, block->address + i * HD_GRANULE_BYTES);
            if (granule != NULL && is_of(granule, number)) {
                retire(memory, granule, place);
            }
        }
        return;
    }
    for (uint32_t i = 0; i < memory->port.count; i++) {
        if (is_of(&memory->granules[i], number)) {
            retire(memory, &memory->granules[i], place);
        }
    }
}

enum hd_given
hd_memory_gave(struct hd_memory_book *memory, void *at, uint64_t place)
{
    struct hd_blocks *blocks = &memory->blocks;
    const uint32_t number = hd_blocks_find(blocks, (uintptr_t)at);
    struct hd_block *block = &blocks->items[number];
    if (number == 0 || block->address != (uintptr_t)at) {
        return HD_GIVEN_UNKNOWN;
    }
    if (block->state == HD_BLOCK_FREED) {
        return HD_BLOCKS_ARE_KEPT ? HD_GIVEN_TWICE : HD_GIVEN_NOW;
    }
    if (hd_memory_noting(hd_here.hooked) != NULL) {
        retire_all(memory, number, place);
        hd_memory_note_life(memory, number, HD_WRITES, place);
    }
    const struct hd_actor *who = who_is_here(memory);
    block->freed_by = who != NULL ? who->id : 0;
    block->freed_place = place;
    block->state = HD_BLOCK_FREED;
    if (!HD_BLOCKS_ARE_KEPT) {
        return HD_GIVEN_NOW;
    }
    if (block->bytes > HD_QUARANTINE_BYTES_MAX) {
        hd_blocks_drop(blocks, number);
        return HD_GIVEN_NOW;
    }
    hd_memory_give_back(memory, false);
    hd_blocks_keep(blocks, number);
    return HD_GIVEN_LATER;
}

bool
hd_memory_tells_twice(struct hd_memory_book *memory, void *at, uint64_t place)
{
    const struct hd_observer *observer = memory->ready->observer;
    if (hd_here.hooked == NULL || observer == NULL ||
        observer->touched == NULL) {
        return false;
    }
    hd_memory_touch(memory, (uintptr_t)at, 1,
                    HD_TOUCH_WRITES | HD_TOUCH_PLAINLY, place);
    return true;
}

void
hd_memory_give_back(struct hd_memory_book *memory, bool all)
{
    uint32_t number;
    while ((number = hd_blocks_release(&memory->blocks, all)) != 0) {
        free((void *)memory->blocks.items[number].address);
    }
}

const struct hd_block *
hd_memory_block(const struct hd_ready *ready, uint32_t number)
{
    const struct hd_memory_book *memory = hd_memory_of(ready->memory);
    return memory != NULL && number > 0 && number <= memory->blocks.count
               ? &memory->blocks.items[number]
               : NULL;
}
