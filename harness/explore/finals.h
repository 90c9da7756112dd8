/*
 * What memory is at the end of an execution, and what it may be: what it is
 * when main's tasks run one after the other. Flat, in shared memory.
 *
 * Memory is compared in pieces of 4 bytes, those of its bytes that steps have
 * touched, by name. Each piece for itself: in which order of the tasks it came
 * about does not matter. What looks like an address is one like any other.
 */
#ifndef HD_EXPLORE_FINALS_H
#define HD_EXPLORE_FINALS_H

#include <stdbool.h>
#include <stdint.h>

#define HD_FINALS_MAX 4096u

/*
 * One piece.
 *
 * name   of its granule; half: 0 or 1.
 * mask   which of its bytes count; the others of value are 0.
 */
struct hd_final {
    uint64_t name;
    uint32_t value;
    uint8_t half, mask;
};

/* Of one execution. full: there was more. */
struct hd_finals {
    uint32_t count;
    bool full;
    struct hd_final items[HD_FINALS_MAX];
};

/*
 * What serial orders give for one piece.
 *
 * orders  in so many of them it was touched.
 * count   of values; more than there is room for: any value will do.
 */
#define HD_SERIAL_VALUES_MAX 6u
struct hd_serial_final {
    struct hd_final first; /* with its mask */
    uint32_t orders, count;
    uint32_t values[HD_SERIAL_VALUES_MAX];
};

/*
 * Of all serial orders.
 *
 * orders  that ended well, 0: nothing is known; all: there are no others.
 */
#define HD_SERIAL_FINALS_MAX (2 * HD_FINALS_MAX)
struct hd_serials {
    uint32_t orders, count;
    bool all, full;
    struct hd_serial_final items[HD_SERIAL_FINALS_MAX]; /* hashed by name */
};

/* The value of a piece, from all 8 bytes of its granule. */
struct hd_final hd_final_of(uint64_t name, uint64_t granule, uint8_t half,
                            uint8_t mask);

/* One more order has ended like this. */
void hd_serials_add(struct hd_serials *serials, const struct hd_finals *finals);

/*
 * What serial orders give for the piece, if all of them end with one of several
 * values, and none with this one. NULL: it is one of them, or not known.
 */
const struct hd_serial_final *hd_serials_deny(const struct hd_serials *serials,
                                              const struct hd_final *final);

#endif
