#include "sleep.h"

#include "base/assert.h"
#include "trace.h"
#include <string.h>

#define DEPTH_MAX 192u
#define ACTORS_MAX 32u
#define FOOTPRINT_MAX 128u

/* What an actor's step did when it was explored, with all its values. */
struct footprint {
    uint64_t path;
    uint32_t count;
    struct hd_access accesses[FOOTPRINT_MAX];
};

/*
 * A state of the search. Sets of actors are bits by number.
 *
 * chosen    who steps from here; value: what it chooses, of `values`.
 */
struct node {
    uint32_t ready, asleep, chosen, value, values;
    struct footprint footprints[ACTORS_MAX];
};

struct sleep {
    uint32_t length, depth;
    bool begun;
    uint64_t path; /* of who steps; it may be gone when its step is over */
    struct node nodes[DEPTH_MAX];
};

static bool
conflict(const struct footprint *a, const struct footprint *b)
{
    const struct model_footprint one = {a->path, a->accesses, a->count};
    const struct model_footprint other = {b->path, b->accesses, b->count};
    return model_footprints_conflict(&one, &other);
}

/* The lowest that is awake; 0 if nobody is (numbers begin at 1). */
static uint32_t
first_awake(const struct node *node)
{
    const uint32_t awake = node->ready & ~node->asleep;
    return awake == 0 ? 0 : (uint32_t)__builtin_ctz(awake);
}

static bool
begin(void *self, const struct hd_run *run)
{
    struct sleep *sleep = self;
    (void)run;
    while (sleep->begun) {
        if (sleep->length == 0) {
            return false;
        }
        struct node *node = &sleep->nodes[sleep->length - 1];
        if (++node->value < node->values) {
            break;
        }
        node->asleep |= 1u << node->chosen;
        node->chosen = first_awake(node);
        node->value = 0;
        node->values = 1;
        if (node->chosen != 0) {
            break;
        }
        sleep->length--;
    }
    sleep->begun = true;
    sleep->depth = 0;
    return true;
}

/* Who sleeps here: who slept before, undisturbed by what was done since. */
static void
inherit(struct node *node, const struct node *before)
{
    const struct footprint *step = &before->footprints[before->chosen];
    for (uint32_t i = 1; i < ACTORS_MAX; i++) {
        if (before->asleep >> i & 1 && i != before->chosen &&
            !conflict(&before->footprints[i], step)) {
            node->asleep |= 1u << i;
            node->footprints[i] = before->footprints[i];
        }
    }
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct sleep *sleep = self;
    struct node *node = &sleep->nodes[sleep->depth];
    HD_ASSERT(sleep->depth < DEPTH_MAX);
    if (sleep->depth == sleep->length) {
        memset(node, 0, offsetof(struct node, footprints));
        node->values = 1;
        for (uint32_t i = 0; i < view->ready_count; i++) {
            HD_ASSERT(view->ready[i]->id < ACTORS_MAX);
            node->ready |= 1u << view->ready[i]->id;
        }
        if (sleep->depth > 0) {
            inherit(node, node - 1);
        }
        node->chosen = first_awake(node);
        if (node->chosen == 0) {
            return NULL;
        }
        sleep->length++;
    }
    sleep->depth++;
    for (uint32_t i = 0; i < view->ready_count; i++) {
        if (view->ready[i]->id == node->chosen) {
            sleep->path = view->ready[i]->path;
            return view->ready[i];
        }
    }
    HD_ASSERT(!"the program did not do again what it did before");
    return NULL;
}

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    struct sleep *sleep = self;
    struct node *node = &sleep->nodes[sleep->depth - 1];
    (void)view;
    node->values = (uint32_t)value->bound;
    return node->value;
}

static void
stepped(void *self, const struct hd_actor *actor,
        const struct hd_access *accesses, uint32_t count)
{
    struct sleep *sleep = self;
    struct node *node = &sleep->nodes[sleep->depth - 1];
    struct footprint *footprint = &node->footprints[node->chosen];
    (void)actor;
    if (sleep->depth < sleep->length) {
        return; /* seen before */
    }
    footprint->path = sleep->path;
    if (node->value == 0) {
        footprint->count = 0;
    }
    HD_ASSERT(footprint->count + count <= FOOTPRINT_MAX);
    if (count > 0) {
        memcpy(&footprint->accesses[footprint->count], accesses,
               count * sizeof(*accesses));
        footprint->count += count;
    }
}

const struct hd_strategy model_strategy_sleep = {
    .name = "sleep",
    .summary = "every trace once, by sleep sets",
    .abi = HD_STRATEGY_ABI,
    .wants = HD_WANT_STEPS | HD_WANT_SINGLES,
    .bytes = sizeof(struct sleep),
    .begin = begin,
    .pick = pick,
    .choose = choose,
    .stepped = stepped,
};
