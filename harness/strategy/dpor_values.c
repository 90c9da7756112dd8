/*
 * Values that are chosen in a step. They are not reduced: each is taken, the
 * default first (or the one that is planned), then the others from 0, but for
 * those with which the step sleeps.
 */
#include "strategy/dpor.h"

bool
hd_dpor_value_sleeps(struct hd_dpor *dpor, const struct hd_dpor_node *node,
                     uint32_t index, uint32_t value)
{
    for (uint32_t i = 0; i < node->sleep_count; i++) {
        const struct hd_dpor_sleeper *sleeper =
            hd_dpor_sleeper(dpor, node->sleep_from + i);
        const struct hd_dpor_step *step = hd_dpor_step(dpor, sleeper->step);
        bool same = step->path == node->path && step->value_count == index + 1;
        for (uint32_t j = 0; same && j <= index; j++) {
            const uint32_t own =
                j < index ? hd_dpor_value(dpor, node->value_from + j)->taken
                          : value;
            same = *hd_dpor_taken(dpor, step->value_from + j) == own;
        }
        if (same) {
            return true;
        }
    }
    return false;
}

/* The value that a plan wants here, or 0; only if it came as planned so far. */
static uint32_t
planned_value(struct hd_dpor *dpor, const struct hd_dpor_node *node,
              uint32_t index, uint32_t bound)
{
    const struct hd_dpor_step *step = NULL;
    if (node->forced != 0) {
        step = hd_dpor_step(dpor, node->forced);
    }
    if (step == NULL || step->value_count <= index) {
        return 0;
    }
    for (uint32_t i = 0; i < index; i++) {
        if (*hd_dpor_taken(dpor, step->value_from + i) !=
            hd_dpor_value(dpor, node->value_from + i)->taken) {
            return 0;
        }
    }
    const uint32_t value = *hd_dpor_taken(dpor, step->value_from + index);
    return value < bound ? value : 0;
}

/* From this value on, one that does not sleep: the first, then from 0. */
static bool
find_value(struct hd_dpor *dpor, const struct hd_dpor_node *node,
           uint32_t index, uint64_t next)
{
    struct hd_dpor_value *value = hd_dpor_value(dpor, node->value_from + index);
    for (; next < value->bound; next++) {
        if (next != value->first &&
            !hd_dpor_value_sleeps(dpor, node, index, (uint32_t)next)) {
            value->taken = (uint32_t)next;
            return true;
        }
    }
    return false;
}

bool
hd_dpor_value_first(struct hd_dpor *dpor, const struct hd_dpor_node *node,
                    uint32_t index)
{
    struct hd_dpor_value *value = hd_dpor_value(dpor, node->value_from + index);
    value->first = value->taken =
        planned_value(dpor, node, index, value->bound);
    return !hd_dpor_value_sleeps(dpor, node, index, value->first) ||
           find_value(dpor, node, index, 0);
}

bool
hd_dpor_value_next(struct hd_dpor *dpor, const struct hd_dpor_node *node,
                   uint32_t index)
{
    const struct hd_dpor_value *value =
        hd_dpor_value(dpor, node->value_from + index);
    return find_value(
        dpor, node, index,
        value->taken == value->first ? 0 : (uint64_t)value->taken + 1);
}
