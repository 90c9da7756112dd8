#include "explore/where.h"

#include "base/assert.h"
#include "context/stack.h"
#include "memory/memory.h"

void
hd_where_note(struct hd_spot *spot, const struct hd_ready *ready,
              const struct hd_granule *granule)
{
    const struct hd_memory_book *book = hd_memory_of(ready->memory);
    spot->address = granule->address;
    spot->flags = granule->flags;
    if (granule->flags & HD_GRANULE_STACK) {
        size_t depth;
        const struct hd_stack *stack =
            hd_stack_find((const void *)granule->address, &depth);
        spot->owner = stack != NULL ? stack->owner : 0;
    } else if (granule->block != 0 && book != NULL) {
        const struct hd_block *block = &book->blocks.items[granule->block];
        spot->block_address = block->address;
        spot->block_bytes = block->bytes;
        spot->block_place = block->made_place;
        spot->block_actor = block->made_by;
    }
}

struct hd_race_memory
hd_where_is(const struct hd_spot *spot, uint8_t mask)
{
    HD_ASSERT(mask != 0);
    const unsigned first = (unsigned)__builtin_ctz(mask);
    const unsigned count = (unsigned)__builtin_popcount(mask);
    struct hd_race_memory memory = {.address = spot->address + first};
    size_t depth;
    if ((unsigned)mask >> first == (1u << count) - 1) {
        memory.bytes = (uint8_t)count;
    }
    if (spot->flags & HD_GRANULE_STATIC) {
        memory.where = HD_RACE_STATIC;
    } else if (spot->flags & HD_GRANULE_STACK && spot->owner != 0) {
        hd_stack_find((const void *)memory.address, &depth);
        memory.where = HD_RACE_STACK;
        memory.owner = spot->owner;
        memory.offset = depth;
    } else if (spot->flags & HD_GRANULE_HEAP) {
        memory.where = HD_RACE_HEAP;
        memory.owner = spot->block_actor;
        memory.offset = memory.address - spot->block_address;
        memory.block_bytes = spot->block_bytes;
        memory.block_place = spot->block_place;
    }
    return memory;
}

struct hd_race_access
hd_where_access(const struct hd_race_memory *memory,
                const struct hd_spot_access *from)
{
    struct hd_race_access access = {
        .place = from->place,
        .at = from->at,
        .actor = from->actor,
        .mode = from->writes ? HD_RACE_WRITES : HD_RACE_READS,
        .has_value = from->has_value && memory->bytes > 0,
    };
    if (access.has_value) {
        const unsigned shift = (unsigned)(memory->address % HD_GRANULE_BYTES);
        access.value = from->value >> shift * 8;
        if (memory->bytes < HD_GRANULE_BYTES) {
            access.value &= (UINT64_C(1) << memory->bytes * 8) - 1;
        }
    }
    return access;
}
