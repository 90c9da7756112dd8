#include "explore/finals.h"

#include <stddef.h>

#define HALF_BYTES 4u

/*
 * Where programs have their memory: stacks, heap and modules of x86-64 Linux
 * lie high, whether sanitized or not, and small numbers do not.
 */
static bool
is_address(uint64_t value, uint8_t mask)
{
    return mask == UINT8_MAX && value >> 46 == 1;
}

struct hd_final
hd_final_of(uint64_t name, uint64_t granule, uint8_t half, uint8_t mask)
{
    const uint32_t value = is_address(granule, mask)
                               ? 1
                               : (uint32_t)(granule >> half * HALF_BYTES * 8);
    struct hd_final final = {
        .name = name,
        .half = half,
        .mask = (uint8_t)(mask >> half * HALF_BYTES & 0xfu),
    };
    for (unsigned i = 0; i < HALF_BYTES; i++) {
        if (final.mask >> i & 1) {
            final.value |= value & UINT32_C(0xff) << i * 8;
        }
    }
    return final;
}

/* Its entry, or the empty one where it would be. */
static struct hd_serial_final *
find(struct hd_serials *serials, const struct hd_final *final)
{
    const uint64_t key =
        (final->name ^ final->half) * UINT64_C(0x9e3779b97f4a7c15);
    uint32_t at = (uint32_t)(key >> 40) % HD_SERIAL_FINALS_MAX;
    for (;; at = (at + 1) % HD_SERIAL_FINALS_MAX) {
        struct hd_serial_final *entry = &serials->items[at];
        if (entry->orders == 0 || (entry->first.name == final->name &&
                                   entry->first.half == final->half)) {
            return entry;
        }
    }
}

static void
add_value(struct hd_serial_final *entry, uint32_t value)
{
    for (uint32_t i = 0; i < entry->count && i < HD_SERIAL_VALUES_MAX; i++) {
        if (entry->values[i] == value) {
            return;
        }
    }
    if (entry->count < HD_SERIAL_VALUES_MAX) {
        entry->values[entry->count] = value;
    }
    entry->count++;
}

void
hd_serials_add(struct hd_serials *serials, const struct hd_finals *finals)
{
    serials->orders++;
    serials->full |= finals->full;
    for (uint32_t i = 0; i < finals->count; i++) {
        const struct hd_final *final = &finals->items[i];
        struct hd_serial_final *entry = find(serials, final);
        if (entry->orders == 0) {
            if (serials->count * 2 >= HD_SERIAL_FINALS_MAX) {
                serials->full = true;
                continue;
            }
            serials->count++;
            entry->first = *final;
        }
        if (entry->first.mask == final->mask) {
            entry->orders++;
            add_value(entry, final->value);
        }
    }
}

const struct hd_serial_final *
hd_serials_deny(const struct hd_serials *serials, const struct hd_final *final)
{
    const struct hd_serial_final *entry =
        find((struct hd_serials *)(uintptr_t)serials, final);
    const uint32_t several = serials->all ? HD_SERIAL_VALUES_MAX : 1;
    if (serials->full || serials->orders == 0 ||
        entry->orders != serials->orders || entry->count > several ||
        entry->first.mask != final->mask) {
        return NULL;
    }
    for (uint32_t i = 0; i < entry->count; i++) {
        if (entry->values[i] == final->value) {
            return NULL;
        }
    }
    return entry;
}
