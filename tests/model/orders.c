#include "orders.h"

#include "base/random.h"
#include <string.h>

#define STEPS_MAX 64u
#define PREFIXES_MAX (1u << 15) /* a power of 2 */

/*
 * Sets of steps that may come first, each with the number of orders of the
 * rest: a table by set. The empty set is never looked up twice.
 */
static struct prefix {
    uint64_t steps, orders;
} prefixes[PREFIXES_MAX];
static uint32_t prefix_count;

struct poset {
    uint32_t count;
    uint64_t all, before[STEPS_MAX];
};

static struct prefix *
place_of(uint64_t steps)
{
    size_t at = hd_mix(steps) & (PREFIXES_MAX - 1);
    while (prefixes[at].steps != 0 && prefixes[at].steps != steps) {
        at = (at + 1) & (PREFIXES_MAX - 1);
    }
    return &prefixes[at];
}

/* Orders of the steps that are not done; 0: too many prefixes. */
static uint64_t
orders_after(const struct poset *poset, uint64_t done)
{
    uint64_t orders = 0;
    if (done == poset->all) {
        return 1;
    }
    const struct prefix *known = place_of(done);
    if (known->steps != 0) {
        return known->orders;
    }
    for (uint32_t i = 0; i < poset->count; i++) {
        if (done >> i & 1 || (poset->before[i] & ~done) != 0) {
            continue;
        }
        const uint64_t more = orders_after(poset, done | UINT64_C(1) << i);
        if (more == 0) {
            return 0;
        }
        orders += more;
    }
    if (prefix_count == PREFIXES_MAX / 2) {
        return 0;
    }
    if (done != 0) {
        *place_of(done) = (struct prefix){.steps = done, .orders = orders};
        prefix_count++;
    }
    return orders;
}

uint64_t
model_trace_orders(const struct model_trace *trace)
{
    struct poset poset = {.count = trace->count};
    if (trace->count > STEPS_MAX) {
        return 0;
    }
    for (uint32_t i = 0; i < trace->count; i++) {
        poset.all |= UINT64_C(1) << i;
        for (uint32_t j = 0; j < i; j++) {
            if (model_trace_precedes(trace, j, i)) {
                poset.before[i] |= UINT64_C(1) << j;
            }
        }
    }
    memset(prefixes, 0, sizeof(prefixes));
    prefix_count = 0;
    return orders_after(&poset, 0);
}
