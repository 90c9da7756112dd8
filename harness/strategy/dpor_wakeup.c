/*
 * Wakeup trees: what is to be run at a node, in order, whole sequences of it.
 *
 * A sequence v is inserted unless one of the sleepers could be put before it:
 * then all that v leads to is known, or will be asked for where that sleeper
 * was run. It follows a branch of the tree whose step v may begin with, or that
 * disturbs nothing in v, as far as there is one; the rest becomes a branch of
 * its own. The rest goes to the end of a leaf as well: a leaf would lead to it
 * some day, but only if what its steps touch is as it was guessed.
 *
 * For that is not known of the last step of v: it was seen after e, which it
 * conflicts with, and is to be run before it. So a branch that ends in a guess
 * is not believed to disturb nothing. When its step has been taken, whatever
 * else is to be run at the node and could as well come after it, goes there.
 */
#include "strategy/dpor.h"

#include <string.h>

/*
 * A sequence, as far as it has not been matched yet.
 *
 * inside   steps that come before its last one; NULL: it is from a tree.
 * node     where its tree stands.
 * known    objects below are the same there.
 */
struct sequence {
    struct hd_dpor *dpor;
    struct hd_dpor_planned *items;
    uint32_t count, known;
    const uint64_t *inside;
    const struct hd_dpor_node *node;
};

static uint64_t
path_of(struct hd_dpor *dpor, uint32_t step)
{
    return hd_dpor_step(dpor, step)->path;
}

/* ---- what may come first ---- */

/* The last one's past is `inside`, all others are steps with rows. */
static bool
is_first_of_steps(const struct sequence *v, uint32_t index)
{
    const uint32_t number = v->items[index].number;
    const uint64_t *past =
        v->items[index].guessed ? v->inside : hd_dpor_row(v->dpor, number);
    for (uint32_t i = 0; i < index; i++) {
        if (hd_dpor_has(past, v->items[i].number)) {
            return false;
        }
    }
    return true;
}

/* Who could step at the node needs nobody to enable him. */
static bool
could_step(const struct sequence *v, uint64_t path)
{
    for (uint32_t i = 0; i < v->node->enabled_count; i++) {
        const uint32_t actor =
            *hd_dpor_enabled(v->dpor, v->node->enabled_from + i);
        if (v->dpor->scratch.actors[actor].path == path) {
            return true;
        }
    }
    return false;
}

static bool
is_first_of_tree(const struct sequence *v, uint32_t index)
{
    const uint32_t step = v->items[index].step;
    for (uint32_t i = 0; i < index; i++) {
        if (hd_dpor_conflict(v->dpor, v->items[i].step, step, v->known)) {
            return false;
        }
    }
    return index == 0 || could_step(v, path_of(v->dpor, step));
}

enum {
    NO_MATCH = -1,
    INDEPENDENT = -2
};

/*
 * Could this step be taken first, and the sequence still happen? Its place in
 * it; INDEPENDENT if it is not part of it and disturbs nothing.
 */
static int
match(const struct sequence *v, uint32_t step, bool guessed)
{
    const uint64_t path = path_of(v->dpor, step);
    for (uint32_t i = 0; i < v->count; i++) {
        const struct hd_dpor_planned *item = &v->items[i];
        if (path_of(v->dpor, item->step) == path) {
            const bool same = hd_dpor_step(v->dpor, step)->wild ||
                              hd_dpor_step(v->dpor, item->step)->wild ||
                              hd_dpor_same_values(v->dpor, item->step, step);
            const bool first = v->inside != NULL ? is_first_of_steps(v, i)
                                                 : is_first_of_tree(v, i);
            return same && first ? (int)i : NO_MATCH;
        }
    }
    for (uint32_t i = 0; i < v->count; i++) {
        if (guessed ||
            hd_dpor_conflict(v->dpor, step, v->items[i].step, v->known)) {
            return NO_MATCH;
        }
    }
    return INDEPENDENT;
}

/* Would one of the sleepers have led to it? */
static bool
is_covered(const struct sequence *v)
{
    for (uint32_t i = 0; i < v->node->sleep_count; i++) {
        const struct hd_dpor_sleeper *sleeper =
            hd_dpor_sleeper(v->dpor, v->node->sleep_from + i);
        const int place = match(v, sleeper->step, false);
        if (place >= 0 || (place == INDEPENDENT && !sleeper->alone)) {
            return true;
        }
    }
    return false;
}

/* ---- insertion ---- */

static void
drop(struct sequence *v, uint32_t place)
{
    v->count--;
    memmove(v->items + place, v->items + place + 1,
            (v->count - place) * sizeof(*v->items));
}

/* Follow a branch of the list, if there is one to be followed; or 0. */
static uint32_t
descend(struct sequence *v, uint32_t list)
{
    while (list != 0) {
        struct hd_dpor_branch *branch = hd_dpor_branch(v->dpor, list);
        const int place = match(v, branch->step, branch->guessed);
        if (place >= 0) {
            if (branch->guessed && !v->items[place].guessed) {
                branch->step = v->items[place].step;
                branch->guessed = false;
            }
            drop(v, (uint32_t)place);
        }
        if (place != NO_MATCH) {
            return list;
        }
        list = branch->next;
    }
    return 0;
}

/* Each step below the one before. */
static void
append(struct hd_dpor *dpor, uint32_t *list,
       const struct hd_dpor_planned *items, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t added =
            hd_dpor_branch_add(dpor, list, items[i].step, items[i].actor);
        if (added == 0) {
            return;
        }
        hd_dpor_branch(dpor, added)->guessed = items[i].guessed;
        list = &hd_dpor_branch(dpor, added)->child;
    }
}

static void
insert(struct sequence *v, uint32_t *list)
{
    uint32_t into;
    while (v->count > 0 && (into = descend(v, *list)) != 0) {
        list = &hd_dpor_branch(v->dpor, into)->child;
    }
    append(v->dpor, list, v->items, v->count);
}

void
hd_dpor_wakeup_add(struct hd_dpor *dpor, const struct hd_dpor_event *event,
                   uint32_t e)
{
    struct hd_dpor_node *node = hd_dpor_node(dpor, e);
    struct sequence v = {
        .dpor = dpor,
        .items = dpor->scratch.sequence,
        .known = node->known,
        .inside = dpor->scratch.inside,
        .node = node,
    };
    /* Also what came after the event: to the end of the execution. */
    for (uint32_t i = e + 1; i < dpor->count; i++) {
        const bool follows =
            event->own != 0 && i >= event->own &&
            (i == event->own || hd_dpor_precedes(dpor, event->own, i));
        if (i != event->number && !follows && hd_dpor_is_between(dpor, e, i)) {
            const struct hd_dpor_node *step = hd_dpor_node(dpor, i);
            v.items[v.count++] = (struct hd_dpor_planned){
                .step = step->step, .number = i, .actor = step->actor};
        }
    }
    const bool alone = v.count == 0;
    v.items[v.count++] = (struct hd_dpor_planned){.step = event->step,
                                                  .number = event->number,
                                                  .actor = event->actor,
                                                  .guessed = true};
    hd_dpor_find_inside(dpor, event, e);
    if (alone && !hd_dpor_is_enabled_at(dpor, node, event->actor)) {
        return; /* it could not come first: no race */
    }
    if (!is_covered(&v)) {
        insert(&v, &node->branches);
    }
}

/* ---- sifting ---- */

/*
 * One sequence of the node's tree, in trail: may the node's step come before
 * it? Then it goes below that, without it.
 */
static bool
moves(struct hd_dpor *dpor, struct hd_dpor_node *node, uint32_t count)
{
    struct sequence v = {
        .dpor = dpor,
        .items = dpor->scratch.sequence,
        .count = count,
        .known = node->known,
        .node = node,
    };
    memcpy(v.items, dpor->scratch.trail, count * sizeof(*v.items));
    const int place = match(&v, node->step, false);
    if (place == NO_MATCH || place == 0) {
        return false;
    }
    if (place > 0) {
        drop(&v, (uint32_t)place);
    }
    insert(&v, &node->follow);
    return true;
}

/* It stays: behind those that stay, with which it shares a beginning. */
static void
stay(struct hd_dpor *dpor, struct hd_dpor_node *node, uint32_t count)
{
    const struct hd_dpor_planned *trail = dpor->scratch.trail;
    uint32_t *list = &node->branches;
    uint32_t shared = 0;
    while (*list != 0 && shared < count) {
        uint32_t last = *list;
        while (hd_dpor_branch(dpor, last)->next != 0) {
            last = hd_dpor_branch(dpor, last)->next;
        }
        struct hd_dpor_branch *branch = hd_dpor_branch(dpor, last);
        if (branch->step != trail[shared].step) {
            break;
        }
        list = &branch->child;
        shared++;
    }
    append(dpor, list, trail + shared, count - shared);
}

void
hd_dpor_wakeup_sift(struct hd_dpor *dpor, struct hd_dpor_node *node)
{
    struct hd_dpor_planned *trail = dpor->scratch.trail;
    const uint32_t old = node->branches;
    uint32_t at = old;
    uint32_t depth = 0;
    node->branches = 0;
    while (at != 0) {
        const struct hd_dpor_branch *branch = hd_dpor_branch(dpor, at);
        trail[depth++] = (struct hd_dpor_planned){.step = branch->step,
                                                  .number = at,
                                                  .actor = branch->actor,
                                                  .guessed = branch->guessed};
        if (branch->child != 0) {
            at = branch->child;
            continue;
        }
        if (!moves(dpor, node, depth)) {
            stay(dpor, node, depth);
        }
        at = 0;
        while (depth > 0 && at == 0) {
            at = hd_dpor_branch(dpor, trail[--depth].number)->next;
        }
    }
    hd_dpor_branch_free(dpor, old);
}
