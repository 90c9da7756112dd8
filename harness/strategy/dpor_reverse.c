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
bool
hd_dpor_is_between(struct hd_dpor *dpor, uint32_t e, uint32_t number)
{
    return number > e && !hd_dpor_precedes(dpor, e, number);
}

/*
 * Does it come before the event if e does not? What stands between them now may
 * come after e, and is no matter then.
 */
static bool
is_needed(struct hd_dpor *dpor, const struct hd_dpor_event *event,
          uint32_t number)
{
    return number == event->before || number == event->enabler ||
           number < event->barrier ||
           hd_dpor_conflict(dpor, hd_dpor_node(dpor, number)->step, event->step,
                            UINT32_MAX);
}

/* What of that comes before the event; false: nothing. */
bool
hd_dpor_find_inside(struct hd_dpor *dpor, const struct hd_dpor_event *event,
                    uint32_t e)
{
    uint64_t *inside = dpor->scratch.inside;
    bool any = false;
    memset(inside, 0, (dpor->count / 64 + 1) * sizeof(uint64_t));
    for (uint32_t i = e + 1; i < event->number; i++) {
        if (hd_dpor_is_between(dpor, e, i) && is_needed(dpor, event, i)) {
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

bool
hd_dpor_is_enabled_at(struct hd_dpor *dpor, const struct hd_dpor_node *node,
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
        if (!hd_dpor_is_between(dpor, e, i) || !is_initial(dpor, e, i)) {
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
    if (!hd_dpor_find_inside(dpor, event, e) &&
        hd_dpor_is_enabled_at(dpor, at, event->actor)) {
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

void
hd_dpor_reverse(struct hd_dpor *dpor, const struct hd_dpor_event *event,
                uint32_t e)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    if (hd_dpor_node(dpor, e)->shared) {
        return; /* everybody has a branch there, in every shard */
    }
    if (event->op == HD_DPOR_GENERAL) {
        hd_dpor_add_all(dpor, e);
    }
    if (!dpor->optimal) {
        if (event->op != HD_DPOR_GENERAL) {
            add_initial(dpor, event, e);
        }
    } else if (event->is_pending) {
        hd_dpor_wakeup_add(dpor, event, e);
    } else if (scratch->race_count < HD_DPOR_RACES_MAX) {
        /* Later, when all of the execution is in order. */
        scratch->races[scratch->race_count++] =
            (struct hd_dpor_race){.first = e, .second = event->number};
    } else {
        dpor->cut = true;
    }
}

/* ---- sleepers ---- */

/* Could the step be taken right after the sleeper, had that come first at e? */
static bool
can_follow(struct hd_dpor *dpor, uint32_t e, uint32_t own, uint32_t number)
{
    return hd_dpor_is_between(dpor, e, number) &&
           (own == 0 || own > number || !hd_dpor_precedes(dpor, own, number));
}

/*
 * A branch at e that begins with something that has to come before the step
 * `number`, or with that.
 */
static void
add_before_sleeper(struct hd_dpor *dpor, uint32_t e, uint32_t number)
{
    struct hd_dpor_node *at = hd_dpor_node(dpor, e);
    uint32_t first = 0;
    for (uint32_t i = e + 1; i <= number; i++) {
        const bool inside = i == number || hd_dpor_precedes(dpor, i, number);
        if (!inside || !is_initial(dpor, e, i)) {
            continue;
        }
        if (hd_dpor_has_branch(dpor, at, hd_dpor_node(dpor, i)->path)) {
            return;
        }
        first = first == 0 ? i : first;
    }
    if (first != 0) {
        const struct hd_dpor_node *node = hd_dpor_node(dpor, first);
        const uint32_t step = hd_dpor_step_unknown(dpor, node->path);
        if (step != 0) {
            hd_dpor_branch_add(dpor, &at->branches, step, node->actor);
        }
    }
}

/* The same, as a whole: the sleeper does what it did before it slept. */
static void
add_woken(struct hd_dpor *dpor, uint32_t e,
          const struct hd_dpor_sleeper *sleeper, uint32_t own)
{
    const struct hd_dpor_event event = {
        .number = dpor->count,
        .step = sleeper->step,
        .actor = sleeper->actor,
        .is_pending = true,
        .own = own,
    };
    hd_dpor_wakeup_add(dpor, &event, e);
}

/* The actor's first step from e on; 0: there is none. */
static uint32_t
first_step(struct hd_dpor *dpor, uint32_t e, uint32_t actor, uint64_t path)
{
    const struct hd_dpor_actor *own = &dpor->scratch.actors[actor];
    uint32_t first = 0;
    uint32_t at = own->path == path ? own->last : 0;
    while (at >= e) {
        first = at;
        at = hd_dpor_node(dpor, at)->before;
    }
    return first;
}

/* If its actor stepped soon, most was seen with the execution before. */
static void
look_at_sleeper(struct hd_dpor *dpor, uint32_t e,
                const struct hd_dpor_sleeper *sleeper, uint32_t looked_at)
{
    const uint64_t path = hd_dpor_step(dpor, sleeper->step)->path;
    const uint32_t own = first_step(dpor, e, sleeper->actor, path);
    if (own != 0 && hd_dpor_node(dpor, own)->step == sleeper->step) {
        return;
    }
    if (dpor->optimal) {
        add_woken(dpor, e, sleeper, own);
        return;
    }
    const bool is_known = own != 0 && own <= looked_at && e < looked_at;
    for (uint32_t i = (is_known ? looked_at : e) + 1; i < dpor->count; i++) {
        const struct hd_dpor_node *node = hd_dpor_node(dpor, i);
        if (node->path != path && node->step != 0 &&
            can_follow(dpor, e, own, i) &&
            hd_dpor_conflict(dpor, sleeper->step, node->step, sleeper->known) &&
            (own == 0 || hd_dpor_node(dpor, own)->step == 0 ||
             !hd_dpor_conflict(dpor, hd_dpor_node(dpor, own)->step, node->step,
                               UINT32_MAX))) {
            add_before_sleeper(dpor, e, i);
        }
    }
}

/*
 * Whom did the step of node e wake? The others went on sleeping at the next
 * node, in the same order: so they are told apart without being compared with
 * the step once more.
 */
static void
look_at_node(struct hd_dpor *dpor, uint32_t e, uint32_t looked_at)
{
    const struct hd_dpor_node *node = hd_dpor_node(dpor, e);
    const struct hd_dpor_node *next =
        e + 1 < dpor->count ? hd_dpor_node(dpor, e + 1) : NULL;
    uint32_t slept_on = 0;
    for (uint32_t i = 0; i < node->sleep_count; i++) {
        const struct hd_dpor_sleeper sleeper =
            *hd_dpor_sleeper(dpor, node->sleep_from + i);
        if (next == NULL) {
            if (hd_dpor_conflict(dpor, sleeper.step, node->step,
                                 sleeper.known)) {
                look_at_sleeper(dpor, e, &sleeper, looked_at);
            }
            continue;
        }
        if (slept_on < next->inherited) {
            const struct hd_dpor_sleeper *other =
                hd_dpor_sleeper(dpor, next->sleep_from + slept_on);
            if (other->step == sleeper.step && other->actor == sleeper.actor &&
                other->known == sleeper.known) {
                slept_on++;
                continue;
            }
        }
        look_at_sleeper(dpor, e, &sleeper, looked_at);
    }
}

void
hd_dpor_look_at_sleepers(struct hd_dpor *dpor, uint32_t looked_at)
{
    for (uint32_t e = 1; e < dpor->count; e++) {
        const struct hd_dpor_node *node = hd_dpor_node(dpor, e);
        const bool woke =
            e + 1 == dpor->count ||
            hd_dpor_node(dpor, e + 1)->inherited < node->sleep_count;
        if (!node->shared && node->step != 0 && woke) {
            look_at_node(dpor, e, looked_at);
        }
    }
}
