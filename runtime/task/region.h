/*
 * Where does memory lie? In a module's variables, on the stack of a task, or
 * somewhere else; that gives it its name. Names are given to pieces of 4 bytes.
 */
#ifndef HD_TASK_REGION_H
#define HD_TASK_REGION_H

#include "base/ready.h"

/*
 * Memory that is named alike: of bytes from low on. Stacks count from their
 * end, variables from where their module was loaded; that is base.
 */
struct hd_region {
    uintptr_t low;
    size_t bytes;
    uintptr_t base;
    uint64_t of;   /* the module, or the path of the task */
    uint32_t kind; /* HD_IS_STATIC, HD_IS_STACK */
};

/* False: it is neither. Stacks change their owner from step to step. */
bool hd_region_find(uintptr_t address, struct hd_region *out_region);

/* The name of the piece at the address, which lies in the region. */
static inline uint64_t
hd_region_name(const struct hd_region *region, uintptr_t address)
{
    const uintptr_t offset =
        region->kind == HD_IS_STACK
            ? (region->base - address + HD_PIECE_BYTES - 1) / HD_PIECE_BYTES
            : (address - region->base) / HD_PIECE_BYTES;
    return hd_identity((enum hd_identity_kind)region->kind, region->of, offset);
}

/* The name of the piece at the address, wherever it lies. */
uint64_t hd_region_name_any(struct hd_ready *ready, uintptr_t address);

#endif
