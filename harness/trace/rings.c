/*
 * The rings among the stuck: Tarjan's strongly connected components, with a
 * stack of its own. ("Depth-First Search and Linear Graph Algorithms", 1972.)
 */
#include "trace/rings.h"

#include "trace/records.h"
#include "trace/stuck.h"
#include <stdlib.h>

/* ---- the rings among them ---- */

/* By actor; number 0: not seen yet. */
struct node {
    uint32_t number, low;
    uint32_t edge; /* the next one to follow */
    uint32_t from; /* who came here, UINT32_MAX: nobody */
    bool on_stack;
};

struct walk {
    struct hd_rings *rings;
    struct node *nodes;
    uint32_t *stack;
    size_t depth;
    uint32_t numbers;
};

static void
enter(struct walk *walk, uint32_t actor, uint32_t from)
{
    walk->nodes[actor] = (struct node){
        .number = ++walk->numbers,
        .low = walk->numbers,
        .edge = walk->rings->edge_first[actor],
        .from = from,
        .on_stack = true,
    };
    walk->stack[walk->depth++] = actor;
}

static bool
has_edge(const struct hd_rings *rings, uint32_t from, uint32_t to)
{
    for (uint32_t e = rings->edge_first[from]; e < rings->edge_first[from + 1];
         e++) {
        if (rings->edges[e] == to) {
            return true;
        }
    }
    return false;
}

/* The component whose first one is this; one alone may be no ring. */
static void
close_component(struct walk *walk, uint32_t root)
{
    struct hd_rings *rings = walk->rings;
    const bool alone = walk->stack[walk->depth - 1] == root;
    const bool is_ring = !alone || has_edge(rings, root, root);
    rings->count += is_ring;
    uint32_t actor;
    do {
        actor = walk->stack[--walk->depth];
        walk->nodes[actor].on_stack = false;
        rings->ring[actor] = is_ring ? rings->count : 0;
    } while (actor != root);
}

static uint32_t
smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void
walk_from(struct walk *walk, uint32_t start)
{
    const struct hd_rings *rings = walk->rings;
    enter(walk, start, UINT32_MAX);
    for (uint32_t actor = start; actor != UINT32_MAX;) {
        struct node *node = &walk->nodes[actor];
        if (node->edge < rings->edge_first[actor + 1]) {
            const uint32_t to = rings->edges[node->edge++];
            if (walk->nodes[to].number == 0) {
                enter(walk, to, actor);
                actor = to;
            } else if (walk->nodes[to].on_stack) {
                node->low = smaller(node->low, walk->nodes[to].number);
            }
            continue;
        }
        if (node->low == node->number) {
            close_component(walk, actor);
        }
        if (node->from != UINT32_MAX) {
            struct node *from = &walk->nodes[node->from];
            from->low = smaller(from->low, node->low);
        }
        actor = node->from;
    }
}

/* Number them by their first members. */
static bool
order_rings(struct hd_rings *rings)
{
    uint32_t *numbers = calloc(rings->count + 1, sizeof(*numbers));
    uint32_t count = 0;
    if (numbers == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < rings->actor_count; i++) {
        uint32_t *number = &numbers[rings->ring[i]];
        if (rings->ring[i] != 0 && *number == 0) {
            *number = ++count;
        }
        rings->ring[i] = *number;
    }
    free(numbers);
    return true;
}

static bool
find_rings(struct hd_rings *rings)
{
    struct walk walk = {.rings = rings};
    walk.nodes = calloc(rings->actor_count, sizeof(*walk.nodes));
    walk.stack = calloc(rings->actor_count, sizeof(*walk.stack));
    const bool fits = walk.nodes != NULL && walk.stack != NULL;
    for (uint32_t i = 1; fits && i < rings->actor_count; i++) {
        if (rings->stuck[i] && walk.nodes[i].number == 0) {
            walk_from(&walk, i);
        }
    }
    free(walk.nodes);
    free(walk.stack);
    return fits && order_rings(rings);
}

/* ---- life ---- */

static bool
make_room(struct hd_rings *rings, uint32_t actors)
{
    rings->actor_count = actors;
    rings->ring = calloc(actors, sizeof(*rings->ring));
    rings->stuck = calloc(actors, sizeof(*rings->stuck));
    rings->follows = calloc(actors, sizeof(*rings->follows));
    rings->edge_first = calloc(actors + 1, sizeof(*rings->edge_first));
    return rings->ring != NULL && rings->stuck != NULL &&
           rings->follows != NULL && rings->edge_first != NULL;
}

bool
hd_rings_init(struct hd_rings *rings, const struct hd_waits *waits,
              const struct hd_log *log, bool at_rest)
{
    *rings = (struct hd_rings){.count = 0};
    if (!make_room(rings, waits->actor_count) ||
        !hd_stuck_find(rings, waits, log, at_rest) || !find_rings(rings)) {
        hd_rings_finish(rings);
        return false;
    }
    return true;
}

bool
hd_rings_at(struct hd_rings *rings, struct hd_waits *waits,
            const struct hd_log *log, const struct hd_names *names,
            uint64_t index)
{
    if (!hd_waits_init(waits, names)) {
        return false;
    }
    hd_waits_read_to(waits, log, index + 1);
    const bool there = index >= hd_record_first(log) && index < log->count;
    const bool at_rest =
        there && hd_record_at(log, index)->kind == HD_LOG_DEADLOCK;
    if (!hd_rings_init(rings, waits, log, at_rest)) {
        hd_waits_finish(waits);
        return false;
    }
    return true;
}

void
hd_rings_finish(struct hd_rings *rings)
{
    free(rings->ring);
    free(rings->stuck);
    free(rings->follows);
    free(rings->edges);
    free(rings->edge_first);
    *rings = (struct hd_rings){.count = 0};
}

/* ---- drawing one ---- */

/* The way back to the start, in the order of waiting. */
static size_t
trace_back(const uint32_t *from, uint32_t start, uint32_t last, uint32_t *cycle,
           size_t capacity)
{
    size_t length = 1;
    for (uint32_t actor = last; actor != start; actor = from[actor]) {
        length++;
    }
    if (length > capacity) {
        return 0;
    }
    size_t at = length;
    for (uint32_t actor = last; actor != start; actor = from[actor]) {
        cycle[--at] = actor;
    }
    cycle[0] = start;
    return length;
}

/* Breadth first from the start until somebody waits for it. */
static size_t
draw_from(const struct hd_rings *rings, uint32_t start, uint32_t *from,
          uint32_t *queue, uint32_t *cycle, size_t capacity)
{
    size_t head = 0, tail = 0;
    queue[tail++] = start;
    while (head < tail) {
        const uint32_t actor = queue[head++];
        for (uint32_t e = rings->edge_first[actor];
             e < rings->edge_first[actor + 1]; e++) {
            const uint32_t to = rings->edges[e];
            if (to == start) {
                return trace_back(from, start, actor, cycle, capacity);
            }
            if (rings->ring[to] == rings->ring[start] && from[to] == 0) {
                from[to] = actor;
                queue[tail++] = to;
            }
        }
    }
    return 0;
}

size_t
hd_rings_draw(const struct hd_rings *rings, uint32_t ring, uint32_t *cycle,
              size_t capacity)
{
    uint32_t start = 1;
    while (start < rings->actor_count && rings->ring[start] != ring) {
        start++;
    }
    if (ring == 0 || start >= rings->actor_count) {
        return 0;
    }
    uint32_t *from = calloc(rings->actor_count, sizeof(*from));
    uint32_t *queue = calloc(rings->actor_count, sizeof(*queue));
    const size_t length =
        from != NULL && queue != NULL
            ? draw_from(rings, start, from, queue, cycle, capacity)
            : 0;
    free(from);
    free(queue);
    return length;
}
