/*
 * Iterative delay bounding (Emmi, Qadeer, Rakamaric, POPL 2011): first the
 * schedule in the default order, then all that delay once, then all that delay
 * twice, and so on, each once.
 *
 * A delay passes over one candidate in the default order, which is a parameter:
 *
 *   fifo    as the loop's queue stands; who has no place in it comes last
 *   rr      round-robin by number, from the one that stepped last
 *   oldest  the one that stepped last, then by number
 *
 * A value other than the default costs one delay, whichever it is.
 *
 * A schedule is its deviations from the default. All but the last of them are
 * a schedule too, of lower cost, so the schedules form a tree, and those of
 * cost b are found at the nodes of lower cost: at each choice behind a node's
 * own, the alternatives that cost what is missing. What is remembered of a node
 * is therefore the number of candidates at the choices behind its own, besides
 * its parent and its deviation. Nothing is executed twice, and if no schedule
 * costs b, none costs more: the search is over.
 *
 * An execution repeats its prefix strictly; a mismatch is told as divergence.
 * What no longer fits into memory is left out and told as a cut.
 */
#include "base/assert.h"
#include "base/random.h"
#include "strategy/strategy.h"
#include <stdio.h>
#include <string.h>

#define POOL_WORDS ((uint32_t)1 << 26)
#define DEVIATIONS_MAX 4096u
#define DEPTH_MAX ((uint32_t)1 << 30)
#define ROOT 0u

enum order {
    BY_FIFO,
    ROUND_ROBIN,
    OLDEST_FIRST
};

/* A choice behind a node's own: how many there were, and where. */
struct point {
    uint32_t count : 31;
    uint32_t is_value : 1;
    uint32_t hash; /* of trace and ready set before it */
};

/*
 * A schedule, in the pool: its points come right behind it, then the next node.
 * A node is called by where it is.
 *
 * at, taken  its last deviation: at which choice, which alternative.
 * from       the choice of its first point: 0 of the root, else at + 1.
 */
struct node {
    uint32_t parent, at, taken, cost, from, points;
};
#define NODE_WORDS (sizeof(struct node) / sizeof(struct point))

struct prefix {
    uint32_t at, taken;
};

struct delay {
    enum order order;
    bool begun, cut, diverged, strayed;
    bool any;       /* this bound has a schedule */
    uint32_t bound; /* the cost of the schedules executed now */
    uint32_t node;  /* where the next is looked for: whose, ... */
    uint32_t point; /* ... at which of its points, ... */
    uint32_t value; /* ... which value, if it is one */
    uint32_t below; /* the end of the nodes of lower cost */
    uint32_t newest, pool_used;
    /* this execution */
    uint32_t depth, deviation, deviations, last;
    struct point pool[POOL_WORDS];
    struct prefix prefix[DEVIATIONS_MAX]; /* made anew each time */
};

static struct node *
node_at(struct delay *delay, uint32_t at)
{
    return (struct node *)(void *)&delay->pool[at];
}

static struct point *
point_of(struct delay *delay, uint32_t at, uint32_t point)
{
    return &delay->pool[at + NODE_WORDS + point];
}

static bool
init(void *self, const char *text, uint64_t seed)
{
    static const char *const names[] = {"fifo", "rr", "oldest"};
    struct delay *delay = self;
    (void)seed;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (strcmp(text, names[i]) == 0) {
            delay->order = (enum order)i;
            return true;
        }
    }
    return text[0] == '\0';
}

/* ---- which schedule is next ---- */

/* The alternative that costs so much at a point, 0 if there is none. */
static uint32_t
alternative(const struct delay *delay, const struct point *point, uint32_t cost)
{
    if (point->is_value) {
        return cost == 1 && delay->value < point->count ? delay->value : 0;
    }
    return cost < point->count ? cost : 0;
}

/* Look on from here, through one node; leaves the place behind the find. */
static uint32_t
search_node(struct delay *delay, uint32_t *out_at)
{
    const struct node *node = node_at(delay, delay->node);
    while (delay->point < node->points) {
        const struct point *point = point_of(delay, delay->node, delay->point);
        const uint32_t taken =
            alternative(delay, point, delay->bound - node->cost);
        *out_at = node->from + delay->point;
        if (taken > 0 && point->is_value) {
            delay->value++;
            return taken;
        }
        delay->value = 1;
        delay->point++;
        if (taken > 0) {
            return taken;
        }
    }
    return 0;
}

/* Make a node at the end of the pool; false: it does not fit. */
static bool
add_node(struct delay *delay, const struct node *node)
{
    if (delay->pool_used + NODE_WORDS > POOL_WORDS) {
        delay->cut = true;
        return false;
    }
    delay->newest = delay->pool_used;
    delay->pool_used += NODE_WORDS;
    *node_at(delay, delay->newest) = *node;
    return true;
}

/* The next schedule with this cost, as a new node; false: none is left. */
static bool
search_bound(struct delay *delay)
{
    while (delay->node < delay->below) {
        uint32_t at;
        const uint32_t taken = search_node(delay, &at);
        if (taken > 0) {
            return add_node(delay, &(struct node){.parent = delay->node,
                                                  .at = at,
                                                  .taken = taken,
                                                  .cost = delay->bound,
                                                  .from = at + 1});
        }
        delay->node += NODE_WORDS + node_at(delay, delay->node)->points;
        delay->point = 0;
    }
    return false;
}

/* Write down the deviations of the newest node, the first at first. */
static bool
lay_prefix(struct delay *delay)
{
    uint32_t count = 0, at;
    for (at = delay->newest; at != ROOT; at = node_at(delay, at)->parent) {
        count++;
    }
    if (count > DEVIATIONS_MAX) {
        delay->cut = true;
        return false;
    }
    delay->deviations = count;
    for (at = delay->newest; at != ROOT; at = node_at(delay, at)->parent) {
        const struct node *node = node_at(delay, at);
        delay->prefix[--count] =
            (struct prefix){.at = node->at, .taken = node->taken};
    }
    return true;
}

static bool
next_schedule(struct delay *delay)
{
    while (!search_bound(delay)) {
        if (!delay->any || delay->cut) {
            return false;
        }
        delay->bound++;
        delay->below = delay->pool_used;
        delay->any = false;
        delay->node = ROOT;
        delay->point = 0;
        delay->value = 1;
    }
    delay->any = true;
    return true;
}

static bool
begin(void *self, const struct hd_run *run)
{
    struct delay *delay = self;
    (void)run;
    if (!delay->begun) {
        delay->begun = delay->any = true;
        delay->value = 1;
        delay->pool_used = NODE_WORDS; /* the root is zeroed */
    } else if (!next_schedule(delay)) {
        return false;
    }
    delay->depth = delay->deviation = delay->last = 0;
    delay->strayed = false;
    return lay_prefix(delay);
}

/* ---- the choices ---- */

/* The point of a choice in the prefix, which is repeated exactly. */
static const struct point *
known_point(struct delay *delay, uint32_t depth)
{
    uint32_t at = delay->newest;
    while (depth < node_at(delay, at)->from) {
        at = node_at(delay, at)->parent;
    }
    const uint32_t point = depth - node_at(delay, at)->from;
    HD_ASSERT(point < node_at(delay, at)->points);
    return point_of(delay, at, point);
}

/* A choice behind the deviations: remember it. */
static void
add_point(struct delay *delay, const struct point *point)
{
    if (delay->pool_used == POOL_WORDS || delay->depth == DEPTH_MAX) {
        delay->cut = true;
        return;
    }
    delay->pool[delay->pool_used++] = *point;
    node_at(delay, delay->newest)->points++;
}

static bool
are_equal(const struct point *a, const struct point *b)
{
    return a->count == b->count && a->is_value == b->is_value &&
           a->hash == b->hash;
}

/* The alternative to take; false: this is not the program it was. */
static bool
next_choice(struct delay *delay, uint32_t count, bool is_value, uint64_t hash,
            uint32_t *out_taken)
{
    const struct point point = {.count = count & 0x7fffffffu,
                                .is_value = is_value,
                                .hash = (uint32_t)(hash ^ hash >> 32)};
    *out_taken = 0;
    if (delay->depth >= node_at(delay, delay->newest)->from) {
        add_point(delay, &point);
    } else if (!are_equal(known_point(delay, delay->depth), &point)) {
        delay->diverged = delay->strayed = true;
        return false;
    } else if (delay->prefix[delay->deviation].at == delay->depth) {
        *out_taken = delay->prefix[delay->deviation++].taken;
    }
    delay->depth++;
    return true;
}

/* ---- the default orders ---- */

/* The ring has members that are no actors. */
static bool
is_candidate(const struct hd_view *view, const struct hd_actor *actor)
{
    return actor->ready_at < view->ready_count &&
           view->ready[actor->ready_at] == actor;
}

static bool
is_in_ring(const struct hd_view *view, const struct hd_actor *wanted)
{
    const struct hd_actor *actor = view->first;
    do {
        if (actor == wanted) {
            return true;
        }
        actor = actor->fifo_next;
    } while (actor != view->first);
    return false;
}

static struct hd_actor *
nth_by_fifo(const struct hd_view *view, uint32_t passed)
{
    struct hd_actor *actor = view->first;
    do {
        if (is_candidate(view, actor) && passed-- == 0) {
            return actor;
        }
        actor = actor->fifo_next;
    } while (actor != view->first);
    for (uint32_t i = 0; i < view->ready_count; i++) {
        if (!is_in_ring(view, view->ready[i]) && passed-- == 0) {
            return view->ready[i];
        }
    }
    return NULL;
}

/* The place of an actor in one of the orders by number. */
static uint32_t
rank(const struct delay *delay, const struct hd_actor *actor)
{
    HD_ASSERT(actor != NULL);
    if (delay->order == ROUND_ROBIN) {
        return actor->id - delay->last;
    }
    return actor->id == delay->last ? 0 : actor->id;
}

/* No two ranks are equal. */
static struct hd_actor *
nth_by_rank(const struct delay *delay, const struct hd_view *view,
            uint32_t passed)
{
    struct hd_actor *next = NULL;
    for (uint32_t i = 0; i <= passed; i++) {
        const struct hd_actor *before = next;
        next = NULL;
        for (uint32_t j = 0; j < view->ready_count; j++) {
            struct hd_actor *actor = view->ready[j];
            if ((before == NULL || rank(delay, actor) > rank(delay, before)) &&
                (next == NULL || rank(delay, actor) < rank(delay, next))) {
                next = actor;
            }
        }
    }
    return next;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct delay *delay = self;
    uint32_t passed;
    if (!next_choice(delay, view->ready_count, false,
                     view->trace_hash ^ view->ready_hash, &passed)) {
        return NULL;
    }
    if (delay->order == BY_FIFO) {
        return nth_by_fifo(view, passed);
    }
    if (view->last != NULL) {
        delay->last = view->last->id;
    }
    struct hd_actor *actor = nth_by_rank(delay, view, passed);
    HD_ASSERT(actor != NULL);
    delay->last = actor->id; /* it may be gone by the next choice */
    return actor;
}

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    uint32_t taken;
    if (value->bound > INT32_MAX) {
        ((struct delay *)self)->cut = true;
        return 0;
    }
    return next_choice(self, (uint32_t)value->bound, true,
                       view->trace_hash ^ value->actor->path, &taken)
               ? taken
               : 0;
}

static void
end(void *self, const struct hd_view *view, enum hd_outcome outcome)
{
    struct delay *delay = self;
    (void)view;
    (void)outcome;
    if (!delay->strayed && delay->deviation < delay->deviations) {
        delay->diverged = true;
    }
}

static bool
diverged(void *self)
{
    struct delay *delay = self;
    const bool did = delay->diverged;
    delay->diverged = false;
    return did;
}

static void
progress(void *self, struct hd_progress *out_progress)
{
    const struct delay *delay = self;
    out_progress->cut = delay->cut;
    if (delay->bound > 0) {
        snprintf(out_progress->text, sizeof(out_progress->text),
                 "every schedule with at most %u delay%s, some with %u",
                 delay->bound - 1, delay->bound == 2 ? "" : "s", delay->bound);
    }
}

static size_t
used(const void *self)
{
    const struct delay *delay = self;
    return offsetof(struct delay, pool) +
           delay->pool_used * sizeof(struct point);
}

const struct hd_strategy hd_strategy_delay = {
    .name = "delay",
    .summary = "every schedule, those with few delays first (delay:ORDER)",
    .abi = HD_STRATEGY_ABI,
    .bytes = sizeof(struct delay),
    .init = init,
    .begin = begin,
    .pick = pick,
    .choose = choose,
    .progress = progress,
    .used = used,
    .end = end,
    .diverged = diverged,
};
