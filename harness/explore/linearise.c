/*
 * A search over the sets of steps that have happened, each with its line of
 * actors: cheapest first, so the first that has all that is needed is the best.
 * The default costs nothing, a deviation more than all switches together.
 *
 * There may be exponentially many such sets. So a greedy order is made first:
 * the default wherever it is allowed, else the step that the run took first. It
 * bounds the search, and stands if the search is given up.
 */
#include "explore/linearise.h"

#include "base/random.h"
#include <stdlib.h>
#include <string.h>

#define NODES_MAX 30000u
#define NODES_BYTES_MAX ((size_t)32 << 20)
#define ACTORS_MAX 512u
#define DEVIATION ((uint64_t)1 << 32)

/*
 * A set of steps that have happened, and the line after it. Behind the struct:
 * the set's bits, then the actors in line, first to last, then those aside.
 *
 * outside  how many events of the outside have come.
 */
struct node {
    uint64_t cost;
    uint32_t parent, step, outside;
    uint16_t line, aside;
    bool deviates;
    struct hd_detour detour;
};

struct search {
    const struct hd_poset *poset;
    uint64_t *needed;
    uint32_t *outside; /* events of the outside, in order */
    uint32_t outside_count;
    size_t node_bytes, nodes_max;
    char *nodes;
    uint32_t count;
    uint32_t *heap; /* nodes, cheapest and oldest first */
    uint32_t heap_count;
    uint32_t *slots; /* 1 + node, by what it is */
    size_t mask;
    uint64_t bound; /* no node that costs as much is of interest */
};

static struct node *
node_at(const struct search *search, uint32_t index)
{
    return (struct node *)(void *)(search->nodes + index * search->node_bytes);
}

static uint64_t *
bits_of(const struct node *node)
{
    return (uint64_t *)(uintptr_t)(node + 1);
}

static uint16_t *
line_of(const struct search *search, const struct node *node)
{
    return (uint16_t *)(void *)(bits_of(node) + search->poset->words);
}

static bool
has_bit(const uint64_t *bits, uint32_t at)
{
    return bits[at / 64] >> (at % 64) & 1;
}

static bool
is_subset(const uint64_t *some, const uint64_t *all, uint32_t words)
{
    uint32_t i = 0;
    while (i < words && (some[i] & ~all[i]) == 0) {
        i++;
    }
    return i == words;
}

/* ---- the line ---- */

static void
insert(const struct search *search, struct node *node, uint32_t at,
       uint32_t actor)
{
    uint16_t *line = line_of(search, node);
    const uint32_t count = (uint32_t)node->line + node->aside;
    memmove(line + at + 1, line + at, (count - at) * sizeof(*line));
    line[at] = (uint16_t)actor;
}

static void
take_out(const struct search *search, struct node *node, uint32_t actor)
{
    uint16_t *line = line_of(search, node);
    const uint32_t count = (uint32_t)node->line + node->aside;
    uint32_t at = 0;
    while (at < count && line[at] != actor) {
        at++;
    }
    if (at < count) {
        memmove(line + at, line + at + 1, (count - at - 1) * sizeof(*line));
        node->line -= at < node->line;
        node->aside = (uint16_t)(count - 1 - node->line);
    }
}

static void
apply(const struct search *search, struct node *node,
      const struct hd_recorded *event)
{
    const uint32_t actor = hd_poset_actor(search->poset, event->actor);
    take_out(search, node, actor);
    switch (event->kind) {
    case HD_EVENT_READY_FIRST:
        insert(search, node, 0, actor);
        node->line++;
        break;
    case HD_EVENT_READY_LAST:
        insert(search, node, node->line, actor);
        node->line++;
        break;
    case HD_EVENT_READY_ASIDE:
        insert(search, node, (uint32_t)node->line + node->aside, actor);
        node->aside++;
        break;
    default:
        break;
    }
}

/* Have all steps happened that the run had taken before this event? */
static bool
has_come(const struct search *search, const struct node *node, uint32_t event)
{
    const struct hd_poset *poset = search->poset;
    uint32_t step = 0;
    while (step < poset->step_count && poset->steps[step].event < event &&
           has_bit(bits_of(node), step)) {
        step++;
    }
    return step == poset->step_count || poset->steps[step].event > event;
}

static void
let_come(const struct search *search, struct node *node)
{
    while (node->outside < search->outside_count &&
           has_come(search, node, search->outside[node->outside])) {
        apply(search, node,
              &search->poset->recording
                   ->events[search->outside[node->outside++]]);
    }
}

/* ---- steps ---- */

/* The actor's next step; NONE if it may not be taken now. */
static uint32_t
allowed_step(const struct search *search, const struct node *node,
             uint32_t actor)
{
    const struct hd_poset *poset = search->poset;
    uint32_t step = poset->actors[actor].first;
    while (step != HD_POSET_NONE && has_bit(bits_of(node), step)) {
        step = poset->steps[step].next;
    }
    if (step == HD_POSET_NONE ||
        !is_subset(hd_poset_before(poset, step), bits_of(node), poset->words)) {
        return HD_POSET_NONE;
    }
    return step;
}

/* How many steps of the actor have happened. */
static uint32_t
steps_taken(const struct search *search, const struct node *node,
            uint32_t actor)
{
    const struct hd_poset *poset = search->poset;
    uint32_t taken = 0;
    for (uint32_t step = poset->actors[actor].first;
         step != HD_POSET_NONE && has_bit(bits_of(node), step);
         step = poset->steps[step].next) {
        taken++;
    }
    return taken;
}

/* What follows from `from` if the one at this place of the line steps. */
static void
follow(const struct search *search, uint32_t from, uint32_t at, uint32_t step,
       struct node *to)
{
    const struct hd_poset *poset = search->poset;
    const struct hd_recording *recording = poset->recording;
    const struct node *node = node_at(search, from);
    const uint32_t first = line_of(search, node)[0];
    const uint32_t actor = poset->steps[step].actor;
    memcpy(to, node, search->node_bytes);
    to->parent = from;
    to->step = step;
    to->deviates = at > 0 && node->line > 0;
    if (to->deviates) {
        to->detour = (struct hd_detour){
            first, steps_taken(search, node, first) + 1, actor};
        to->cost += DEVIATION;
    }
    to->cost +=
        node->step != HD_POSET_NONE && poset->steps[node->step].actor != actor;
    bits_of(to)[step / 64] |= UINT64_C(1) << (step % 64);
    take_out(search, to, actor);
    for (uint32_t i = poset->steps[step].event + 1;
         i < recording->event_count &&
         recording->events[i].kind != HD_EVENT_STEP;
         i++) {
        if (recording->events[i].by != 0) {
            apply(search, to, &recording->events[i]);
        }
    }
    let_come(search, to);
}

static bool
is_goal(const struct search *search, const struct node *node)
{
    return is_subset(search->needed, bits_of(node), search->poset->words);
}

/* ---- greedy ---- */

/* The place in line of who is to step; the line's length: nobody can. */
static uint32_t
greedy_choice(const struct search *search, const struct node *node,
              uint32_t *out_step)
{
    const uint32_t count = (uint32_t)node->line + node->aside;
    uint32_t best = count;
    *out_step = HD_POSET_NONE;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t step =
            allowed_step(search, node, line_of(search, node)[i]);
        if (step < *out_step) {
            *out_step = step;
            best = i;
        }
        if (i == 0 && best == 0) {
            break; /* the default */
        }
    }
    return best;
}

/* Returns the last node of the greedy order, or NONE. */
static uint32_t
go_greedily(struct search *search)
{
    uint32_t at = 0;
    while (!is_goal(search, node_at(search, at))) {
        uint32_t step;
        const struct node *node = node_at(search, at);
        const uint32_t choice = greedy_choice(search, node, &step);
        if (step == HD_POSET_NONE || search->count == search->nodes_max) {
            return HD_POSET_NONE;
        }
        follow(search, at, choice, step, node_at(search, search->count));
        at = search->count++;
    }
    return at;
}

/* ---- the heap: a node is known by its number, and made only once ---- */

static bool
is_cheaper(const struct search *search, uint32_t a, uint32_t b)
{
    const uint64_t left = node_at(search, a)->cost;
    const uint64_t right = node_at(search, b)->cost;
    return left != right ? left < right : a < b;
}

static void
push(struct search *search, uint32_t node)
{
    uint32_t at = search->heap_count++;
    while (at > 0 && is_cheaper(search, node, search->heap[(at - 1) / 2])) {
        search->heap[at] = search->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    search->heap[at] = node;
}

static uint32_t
pop(struct search *search)
{
    const uint32_t top = search->heap[0];
    const uint32_t last = search->heap[--search->heap_count];
    uint32_t at = 0;
    for (uint32_t child = 1; child < search->heap_count; child = 2 * at + 1) {
        if (child + 1 < search->heap_count &&
            is_cheaper(search, search->heap[child + 1], search->heap[child])) {
            child++;
        }
        if (!is_cheaper(search, search->heap[child], last)) {
            break;
        }
        search->heap[at] = search->heap[child];
        at = child;
    }
    search->heap[at] = last;
    return top;
}

/* ---- the search ---- */

static uint32_t
last_actor(const struct search *search, const struct node *node)
{
    return node->step != HD_POSET_NONE ? search->poset->steps[node->step].actor
                                       : HD_POSET_NONE;
}

/* What tells nodes apart: set, line, and who stepped last. */
static size_t
identity_bytes(const struct search *search, const struct node *node)
{
    return search->poset->words * sizeof(uint64_t) +
           ((size_t)node->line + node->aside) * sizeof(uint16_t);
}

static bool
are_same(const struct search *search, const struct node *a,
         const struct node *b)
{
    return a->line == b->line && a->aside == b->aside &&
           last_actor(search, a) == last_actor(search, b) &&
           memcmp(bits_of(a), bits_of(b), identity_bytes(search, a)) == 0;
}

static uint64_t
hash_of(const struct search *search, const struct node *node)
{
    const uint16_t *line = line_of(search, node);
    uint64_t hash = last_actor(search, node);
    for (uint32_t i = 0; i < search->poset->words; i++) {
        hash = hd_mix(hash ^ bits_of(node)[i]);
    }
    for (uint32_t i = 0; i < (uint32_t)node->line + node->aside; i++) {
        hash = hd_mix(hash ^ line[i]);
    }
    return hash;
}

/*
 * Keep the node that stands behind the last one, unless it was reached as
 * cheaply before. Of two that are the same the dearer one stays in the heap,
 * where it does no harm.
 */
static void
keep(struct search *search)
{
    const struct node *node = node_at(search, search->count);
    if (node->cost >= search->bound) {
        return;
    }
    size_t at = hash_of(search, node) & search->mask;
    while (search->slots[at] != 0) {
        const struct node *other = node_at(search, search->slots[at] - 1);
        if (are_same(search, node, other)) {
            if (other->cost <= node->cost) {
                return;
            }
            break;
        }
        at = (at + 1) & search->mask;
    }
    search->slots[at] = ++search->count;
    push(search, search->count - 1);
}

static void
expand(struct search *search, uint32_t from)
{
    for (uint32_t i = 0; search->count < search->nodes_max; i++) {
        const struct node *node = node_at(search, from);
        if (i >= (uint32_t)node->line + node->aside) {
            return;
        }
        const uint32_t step =
            allowed_step(search, node, line_of(search, node)[i]);
        if (step != HD_POSET_NONE) {
            follow(search, from, i, step, node_at(search, search->count));
            keep(search);
        }
    }
}

/* The cheapest last node below the bound; NONE: there is none, or too many. */
static uint32_t
look_for_less(struct search *search, bool *out_exact)
{
    push(search, 0);
    while (search->heap_count > 0 && search->count < search->nodes_max) {
        const uint32_t at = pop(search);
        if (is_goal(search, node_at(search, at))) {
            *out_exact = true;
            return at;
        }
        expand(search, at);
    }
    *out_exact = search->count < search->nodes_max;
    return HD_POSET_NONE;
}

/* ---- the whole ---- */

static void
set_needed(struct search *search, uint32_t focus)
{
    const struct hd_poset *poset = search->poset;
    if (focus == HD_POSET_NONE) {
        for (uint32_t i = 0; i < poset->step_count; i++) {
            search->needed[i / 64] |= UINT64_C(1) << (i % 64);
        }
        return;
    }
    memcpy(search->needed, hd_poset_before(poset, focus),
           poset->words * sizeof(*search->needed));
    search->needed[focus / 64] |= UINT64_C(1) << (focus % 64);
}

static void
list_outside(struct search *search)
{
    const struct hd_recording *recording = search->poset->recording;
    for (uint32_t i = 0; i < recording->event_count; i++) {
        if (recording->events[i].kind != HD_EVENT_STEP &&
            recording->events[i].by == 0) {
            search->outside[search->outside_count++] = i;
        }
    }
}

static bool
search_init(struct search *search, const struct hd_poset *poset)
{
    const size_t bytes = sizeof(struct node) + poset->words * sizeof(uint64_t) +
                         (poset->actor_count + 4) / 4 * 4 * sizeof(uint16_t);
    *search = (struct search){.poset = poset, .bound = UINT64_MAX};
    search->node_bytes = (bytes + 7) / 8 * 8;
    search->nodes_max = NODES_BYTES_MAX / search->node_bytes;
    if (search->nodes_max > NODES_MAX) {
        search->nodes_max = NODES_MAX;
    }
    search->mask = 2 * NODES_MAX;
    while (search->mask & (search->mask - 1)) {
        search->mask += search->mask & -search->mask;
    }
    search->needed = calloc(poset->words, sizeof(*search->needed));
    search->outside =
        calloc(poset->recording->event_count + 1, sizeof(*search->outside));
    search->nodes = calloc(search->nodes_max + 1, search->node_bytes);
    search->heap = calloc(search->nodes_max + 1, sizeof(*search->heap));
    search->slots = calloc(search->mask, sizeof(*search->slots));
    search->mask--;
    return search->needed != NULL && search->outside != NULL &&
           search->nodes != NULL && search->heap != NULL &&
           search->slots != NULL;
}

static void
search_finish(struct search *search)
{
    free(search->needed);
    free(search->outside);
    free(search->nodes);
    free(search->heap);
    free(search->slots);
}

/* Read the way to the node backwards. */
static bool
read_line(const struct search *search, uint32_t end, struct hd_linear *line)
{
    const uint64_t cost = node_at(search, end)->cost;
    line->count = (uint32_t)(cost / DEVIATION);
    line->switches = (uint32_t)(cost % DEVIATION);
    line->detours = calloc(line->count + 1, sizeof(*line->detours));
    if (line->detours == NULL) {
        return false;
    }
    uint32_t left = line->count;
    for (uint32_t at = end; at != 0; at = node_at(search, at)->parent) {
        if (node_at(search, at)->deviates) {
            line->detours[--left] = node_at(search, at)->detour;
        }
    }
    return true;
}

/* The greedy order is copied before the search writes over it. */
static bool
find(struct search *search, struct hd_linear *out_line)
{
    struct node *root = node_at(search, 0);
    struct hd_linear line = {0}, less = {0};
    root->step = HD_POSET_NONE;
    let_come(search, root);
    search->count = 1;
    const uint32_t greedy = go_greedily(search);
    if (greedy != HD_POSET_NONE) {
        if (!read_line(search, greedy, &line)) {
            return false;
        }
        search->bound = node_at(search, greedy)->cost;
    }
    search->count = 1;
    const uint32_t end = look_for_less(search, &line.exact);
    if (end != HD_POSET_NONE && read_line(search, end, &less)) {
        less.exact = line.exact;
        free(line.detours);
        line = less;
    }
    if (line.detours == NULL) {
        return false;
    }
    *out_line = line;
    return true;
}

bool
hd_linearise(const struct hd_poset *poset, uint32_t focus,
             struct hd_linear *out_line)
{
    struct search search = {0};
    bool found = false;
    if (poset->actor_count <= ACTORS_MAX && search_init(&search, poset)) {
        set_needed(&search, focus);
        list_outside(&search);
        found = find(&search, out_line);
    }
    search_finish(&search);
    return found;
}
