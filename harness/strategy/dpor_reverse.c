/*
 * What has to be run because of a race.
 *
 * For a race of e with a later e' a run is needed in which e' comes first: at
 * the node before e, v, which is what came between them and does not come after
 * e, and then e'. Source-DPOR adds a first step of v to the node's branches,
 * optimal-DPOR all of v to its wakeup tree; neither, if what is there already
 * leads to it.
 */
#include "strategy/dpor.h"

#include <string.h>

/* ---- v ---- */

/* What came between e and the event and does not come after e. */
static bool
is_between(struct hd_dpor *dpor, uint32_t e, uint32_t number)
{
    return number > e && !hd_dpor_precedes(dpor, e, number);
}

/* Does it come before the event if e does not? */
static bool
is_needed(struct hd_dpor *dpor, const struct hd_dpor_event *event,
          uint32_t number)
{
    if (!event->is_pending || number == event->before ||
        number == event->enabler || number < event->barrier) {
        return hd_dpor_has(dpor->scratch.direct, number);
    }
    /* What stands between them now may come after e, and is no matter then. */
    return hd_dpor_conflict(dpor, hd_dpor_node(dpor, number)->step, event->step,
                            UINT32_MAX);
}

/* What of that comes before the event; false: nothing. */
static bool
find_inside(struct hd_dpor *dpor, const struct hd_dpor_event *event, uint32_t e)
{
    uint64_t *inside = dpor->scratch.inside;
    bool any = false;
    memset(inside, 0, (event->number / 64 + 1) * sizeof(uint64_t));
    for (uint32_t i = e + 1; i < event->number; i++) {
        if (is_between(dpor, e, i) && is_needed(dpor, event, i)) {
            hd_dpor_put_with_past(dpor, inside, i);
            any = true;
        }
    }
    return any;
}

/* ---- source-DPOR ---- */

/* Nothing of v comes before this step of it. */
static bool
is_initial(struct hd_dpor *dpor, uint32_t e, uint32_t number)
{
    return hd_dpor_node(dpor, number)->latest < e;
}

static bool
is_enabled_at(struct hd_dpor *dpor, const struct hd_dpor_node *node,
              uint32_t actor)
{
    for (uint32_t i = 0; i < node->enabled_count; i++) {
        if (*hd_dpor_enabled(dpor, node->enabled_from + i) == actor) {
            return true;
        }
    }
    return false;
}

static void
add_initial(struct hd_dpor *dpor, const struct hd_dpor_event *event, uint32_t e)
{
    struct hd_dpor_node *at = hd_dpor_node(dpor, e);
    uint64_t first = 0;
    uint32_t actor = 0;
    for (uint32_t i = e + 1; i < event->number; i++) {
        if (!is_between(dpor, e, i) || !is_initial(dpor, e, i)) {
            continue;
        }
        const struct hd_dpor_node *node = hd_dpor_node(dpor, i);
        if (hd_dpor_has_branch(dpor, at, node->path)) {
            return;
        }
        if (first == 0) {
            first = node->path;
            actor = node->actor;
        }
    }
    if (!find_inside(dpor, event, e) && is_enabled_at(dpor, at, event->actor)) {
        const uint64_t path = hd_dpor_step(dpor, event->step)->path;
        if (hd_dpor_has_branch(dpor, at, path)) {
            return;
        }
        if (first == 0) {
            first = path;
            actor = event->actor;
        }
    }
    const uint32_t step = first != 0 ? hd_dpor_step_unknown(dpor, first) : 0;
    if (step != 0) { /* else it could not come first: no race */
        hd_dpor_branch_add(dpor, &at->branches, step, actor);
    }
}

/* ---- optimal-DPOR ---- */

/* v, as far as it has not been matched yet. */
struct sequence {
    struct hd_dpor *dpor;
    const struct hd_dpor_event *event;
    uint32_t known; /* objects below are the same as at the node */
    uint32_t count;
    uint32_t *items; /* numbers of steps; the event's own is the last */
};

static uint32_t
step_of(const struct sequence *v, uint32_t number)
{
    return number == v->event->number ? v->event->step
                                      : hd_dpor_node(v->dpor, number)->step;
}

static bool
comes_first(const struct sequence *v, uint32_t index)
{
    const uint32_t number = v->items[index];
    const uint64_t *past = number == v->event->number
                               ? v->dpor->scratch.inside
                               : hd_dpor_row(v->dpor, number);
    for (uint32_t i = 0; i < index; i++) {
        if (hd_dpor_has(past, v->items[i])) {
            return false;
        }
    }
    return true;
}

enum {
    NO_MATCH = -1,
    INDEPENDENT = -2
};

/*
 * Could this step be taken first, and v still happen? Its place in v;
 * INDEPENDENT if it is not part of v and disturbs nothing.
 */
static int
match(const struct sequence *v, uint32_t step)
{
    const uint64_t path = hd_dpor_step(v->dpor, step)->path;
    for (uint32_t i = 0; i < v->count; i++) {
        const uint32_t own = step_of(v, v->items[i]);
        if (hd_dpor_step(v->dpor, own)->path == path) {
            const bool same = hd_dpor_step(v->dpor, step)->wild ||
                              hd_dpor_same_values(v->dpor, own, step);
            return same && comes_first(v, i) ? (int)i : NO_MATCH;
        }
    }
    for (uint32_t i = 0; i < v->count; i++) {
        if (hd_dpor_conflict(v->dpor, step, step_of(v, v->items[i]),
                             v->known)) {
            return NO_MATCH;
        }
    }
    return INDEPENDENT;
}

/* Who sleeps at the node would have led to it. */
static bool
is_covered(const struct sequence *v, const struct hd_dpor_node *node)
{
    for (uint32_t i = 0; i < node->sleep_count; i++) {
        const uint32_t step =
            hd_dpor_sleeper(v->dpor, node->sleep_from + i)->step;
        if (match(v, step) != NO_MATCH) {
            return true;
        }
    }
    return false;
}

/* Follow a branch of the list that v may begin with; 0: there is none. */
static uint32_t
descend(struct sequence *v, uint32_t list)
{
    while (list != 0) {
        const struct hd_dpor_branch *branch = hd_dpor_branch(v->dpor, list);
        const int place = match(v, branch->step);
        if (place >= 0) {
            v->count--;
            memmove(v->items + place, v->items + place + 1,
                    (v->count - (uint32_t)place) * sizeof(*v->items));
        }
        if (place != NO_MATCH) {
            return list;
        }
        list = branch->next;
    }
    return 0;
}

static void
insert(struct sequence *v, struct hd_dpor_node *node)
{
    struct hd_dpor *dpor = v->dpor;
    uint32_t *list = &node->branches;
    uint32_t into;
    while ((into = descend(v, *list)) != 0) {
        struct hd_dpor_branch *branch = hd_dpor_branch(dpor, into);
        if (v->count == 0 || branch->child == 0) {
            return;
        }
        list = &branch->child;
    }
    for (uint32_t i = 0; i < v->count; i++) {
        const uint32_t number = v->items[i];
        const uint32_t actor = number == v->event->number
                                   ? v->event->actor
                                   : hd_dpor_node(dpor, number)->actor;
        const uint32_t added =
            hd_dpor_branch_add(dpor, list, step_of(v, number), actor);
        if (added == 0) {
            return;
        }
        list = &hd_dpor_branch(dpor, added)->child;
    }
}

static void
add_sequence(struct hd_dpor *dpor, const struct hd_dpor_event *event,
             uint32_t e)
{
    struct hd_dpor_node *node = hd_dpor_node(dpor, e);
    struct sequence v = {
        .dpor = dpor,
        .event = event,
        .known = node->known,
        .items = dpor->scratch.sequence,
    };
    for (uint32_t i = e + 1; i < event->number; i++) {
        if (is_between(dpor, e, i)) {
            v.items[v.count++] = i;
        }
    }
    v.items[v.count++] = event->number;
    find_inside(dpor, event, e);
    if (!is_covered(&v, node)) {
        insert(&v, node);
    }
}

void
hd_dpor_reverse(struct hd_dpor *dpor, const struct hd_dpor_event *event,
                uint32_t e)
{
    if (event->op == HD_DPOR_GENERAL) {
        hd_dpor_add_all(dpor, e);
    } else if (dpor->source) {
        add_initial(dpor, event, e);
    } else {
        add_sequence(dpor, event, e);
    }
}
