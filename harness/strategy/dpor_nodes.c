/*
 * Nodes: who sleeps, what is left to run, where to go next.
 *
 * Sleep sets (Godefroid): when a branch of a node has been explored, its step
 * sleeps in the branches after it until something happens that conflicts with
 * it; whatever would come of it before is known. A step's values make it a
 * different step each: they sleep one by one.
 *
 * Branches: under source-DPOR a set of actors, the lowest number first. Under
 * optimal-DPOR a wakeup tree: in order, and each with what is to be run after
 * it. A tree is handed down while the execution follows it.
 */
#include "strategy/dpor.h"

#include "strategy/strategy.h"

/* ---- who is asleep ---- */

bool
hd_dpor_is_asleep(struct hd_dpor *dpor, const struct hd_dpor_node *node,
                  uint32_t actor)
{
    uint32_t count = 0;
    uint32_t of = 1;
    for (uint32_t i = 0; i < node->sleep_count; i++) {
        const struct hd_dpor_sleeper *sleeper =
            hd_dpor_sleeper(dpor, node->sleep_from + i);
        if (sleeper->actor == actor) {
            of = sleeper->of;
            count++;
        }
    }
    return count >= of;
}

/* Put the sleepers of the node before that do not mind its step to sleep. */
static bool
inherit(struct hd_dpor *dpor, const struct hd_dpor_node *above,
        struct hd_dpor_node *node)
{
    node->sleep_from = above->sleep_from + above->sleep_count;
    if (!hd_dpor_resize(dpor, HD_DPOR_SLEEP,
                        node->sleep_from + above->sleep_count)) {
        return false;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < above->sleep_count; i++) {
        const struct hd_dpor_sleeper *sleeper =
            hd_dpor_sleeper(dpor, above->sleep_from + i);
        if (!hd_dpor_conflict(dpor, sleeper->step, above->step,
                              sleeper->known)) {
            *hd_dpor_sleeper(dpor, node->sleep_from + count++) = *sleeper;
        }
    }
    node->sleep_count = node->inherited = count;
    return hd_dpor_resize(dpor, HD_DPOR_SLEEP, node->sleep_from + count);
}

/* Note for each actor how many of its steps sleep here. */
static void
mark_sleepers(struct hd_dpor *dpor, const struct hd_dpor_node *node)
{
    struct hd_dpor_actor *actors = dpor->scratch.actors;
    for (uint32_t i = 0; i < node->sleep_count; i++) {
        const struct hd_dpor_sleeper *sleeper =
            hd_dpor_sleeper(dpor, node->sleep_from + i);
        const uint32_t actor = sleeper->actor;
        actors[actor].marked =
            sleeper->of <= 1 || hd_dpor_is_asleep(dpor, node, actor);
    }
}

static void
unmark_sleepers(struct hd_dpor *dpor, const struct hd_dpor_node *node)
{
    struct hd_dpor_actor *actors = dpor->scratch.actors;
    for (uint32_t i = 0; i < node->sleep_count; i++) {
        actors[hd_dpor_sleeper(dpor, node->sleep_from + i)->actor].marked =
            false;
    }
}

/* ---- branches ---- */

uint32_t
hd_dpor_branch_add(struct hd_dpor *dpor, uint32_t *list, uint32_t step,
                   uint32_t actor)
{
    uint32_t number = dpor->free_branch;
    if (number != 0) {
        dpor->free_branch = hd_dpor_branch(dpor, number)->next;
    } else {
        number = dpor->sizes[HD_DPOR_BRANCHES];
        if (!hd_dpor_resize(dpor, HD_DPOR_BRANCHES, number + 1)) {
            return 0;
        }
    }
    *hd_dpor_branch(dpor, number) =
        (struct hd_dpor_branch){.step = step, .actor = actor};
    while (*list != 0) {
        list = &hd_dpor_branch(dpor, *list)->next;
    }
    *list = number;
    return number;
}

static void
free_one(struct hd_dpor *dpor, uint32_t number)
{
    hd_dpor_branch(dpor, number)->next = dpor->free_branch;
    dpor->free_branch = number;
}

/* A list and all below it: children are put into the list as it is read. */
void
hd_dpor_branch_free(struct hd_dpor *dpor, uint32_t list)
{
    while (list != 0) {
        const struct hd_dpor_branch branch = *hd_dpor_branch(dpor, list);
        free_one(dpor, list);
        list = branch.next;
        if (branch.child != 0) {
            uint32_t *end = &list;
            while (*end != 0) {
                end = &hd_dpor_branch(dpor, *end)->next;
            }
            *end = branch.child;
        }
    }
}

static uint64_t
path_of(struct hd_dpor *dpor, uint32_t step)
{
    return hd_dpor_step(dpor, step)->path;
}

bool
hd_dpor_has_branch(struct hd_dpor *dpor, const struct hd_dpor_node *node,
                   uint64_t path)
{
    if (node->path == path) {
        return true;
    }
    for (uint32_t i = node->inherited; i < node->sleep_count; i++) {
        if (path_of(dpor, hd_dpor_sleeper(dpor, node->sleep_from + i)->step) ==
            path) {
            return true;
        }
    }
    for (uint32_t i = node->branches; i != 0;) {
        const struct hd_dpor_branch *branch = hd_dpor_branch(dpor, i);
        if (path_of(dpor, branch->step) == path) {
            return true;
        }
        i = branch->next;
    }
    return false;
}

void
hd_dpor_add_actor(struct hd_dpor *dpor, uint32_t at, uint32_t actor)
{
    struct hd_dpor_node *node = hd_dpor_node(dpor, at);
    const uint64_t path = dpor->scratch.actors[actor].path;
    if (!hd_dpor_has_branch(dpor, node, path) &&
        !hd_dpor_is_asleep(dpor, node, actor)) {
        const uint32_t step = hd_dpor_step_unknown(dpor, path);
        if (step != 0) {
            hd_dpor_branch_add(dpor, &node->branches, step, actor);
        }
    }
}

void
hd_dpor_add_all(struct hd_dpor *dpor, uint32_t at)
{
    const struct hd_dpor_node *node = hd_dpor_node(dpor, at);
    for (uint32_t i = 0; i < node->enabled_count; i++) {
        hd_dpor_add_actor(dpor, at,
                          *hd_dpor_enabled(dpor, node->enabled_from + i));
    }
}

/* Take a branch out of the node's list: the first, or of the lowest number. */
static uint32_t
take_branch(struct hd_dpor *dpor, struct hd_dpor_node *node)
{
    uint32_t *best = &node->branches;
    for (uint32_t *link = best; !dpor->optimal && *link != 0;) {
        struct hd_dpor_branch *branch = hd_dpor_branch(dpor, *link);
        if (branch->actor < hd_dpor_branch(dpor, *best)->actor) {
            best = link;
        }
        link = &branch->next;
    }
    const uint32_t number = *best;
    *best = hd_dpor_branch(dpor, number)->next;
    return number;
}

/* ---- a new node ---- */

static struct hd_actor *
find_ready(const struct hd_view *view, uint64_t path)
{
    for (uint32_t i = 0; i < view->ready_count; i++) {
        if (view->ready[i]->path == path) {
            return view->ready[i];
        }
    }
    return NULL;
}

static bool
is_marked(const struct hd_dpor *dpor, const struct hd_actor *actor)
{
    return dpor->scratch.actors[actor->id].marked;
}

/* The default, or else the lowest number of all that are awake. */
static struct hd_actor *
first_awake(const struct hd_dpor *dpor, const struct hd_view *view)
{
    struct hd_actor *first = NULL;
    if (!is_marked(dpor, view->first)) {
        return view->first;
    }
    for (uint32_t i = 0; i < view->ready_count; i++) {
        struct hd_actor *actor = view->ready[i];
        if (!is_marked(dpor, actor) &&
            (first == NULL || actor->id < first->id)) {
            first = actor;
        }
    }
    return first;
}

/* Begin a branch that was planned: its step's values, then what follows. */
static void
follow_branch(struct hd_dpor *dpor, struct hd_dpor_node *node, uint32_t number)
{
    const struct hd_dpor_branch branch = *hd_dpor_branch(dpor, number);
    node->forced = branch.step;
    node->follow = branch.child;
    node->path = path_of(dpor, branch.step);
    free_one(dpor, number);
}

/*
 * The tree was handed down from another execution, in which actors that were
 * born meanwhile may have had other numbers.
 */
static void
adopt_branches(struct hd_dpor *dpor, struct hd_dpor_node *node,
               const struct hd_view *view)
{
    for (uint32_t *link = &node->branches; *link != 0;) {
        struct hd_dpor_branch *branch = hd_dpor_branch(dpor, *link);
        const struct hd_actor *actor =
            find_ready(view, path_of(dpor, branch->step));
        if (actor != NULL && !is_marked(dpor, actor)) {
            branch->actor = actor->id;
            link = &branch->next;
        } else {
            const uint32_t gone = *link;
            *link = branch->next;
            hd_dpor_branch_free(dpor, branch->child);
            free_one(dpor, gone);
        }
    }
}

/* The first of the tree that was handed down, NULL if there is none. */
static struct hd_actor *
first_planned(struct hd_dpor *dpor, struct hd_dpor_node *node,
              const struct hd_view *view)
{
    adopt_branches(dpor, node, view);
    if (node->branches == 0) {
        return NULL;
    }
    follow_branch(dpor, node, take_branch(dpor, node));
    return find_ready(view, node->path);
}

static bool
note_enabled(struct hd_dpor *dpor, const struct hd_dpor_node *above,
             struct hd_dpor_node *node, const struct hd_view *view)
{
    node->enabled_from = above->enabled_from + above->enabled_count;
    node->enabled_count = view->ready_count;
    if (!hd_dpor_resize(dpor, HD_DPOR_ENABLED,
                        node->enabled_from + node->enabled_count)) {
        return false;
    }
    for (uint32_t i = 0; i < view->ready_count; i++) {
        *hd_dpor_enabled(dpor, node->enabled_from + i) = view->ready[i]->id;
    }
    return true;
}

/* Of a shard's: everybody who is awake gets a branch, in order of numbers. */
static void
branch_out(struct hd_dpor *dpor, struct hd_dpor_node *node,
           const struct hd_view *view, const struct hd_actor *chosen)
{
    uint32_t width = 1;
    uint32_t last = 0;
    for (;;) {
        const struct hd_actor *next = NULL;
        for (uint32_t i = 0; i < view->ready_count; i++) {
            const struct hd_actor *actor = view->ready[i];
            if (actor != chosen && actor->id > last &&
                !is_marked(dpor, actor) &&
                (next == NULL || actor->id < next->id)) {
                next = actor;
            }
        }
        if (next == NULL) {
            break;
        }
        hd_dpor_branch_add(dpor, &node->branches,
                           hd_dpor_step_unknown(dpor, next->path), next->id);
        last = next->id;
        width++;
    }
    node->paths *= width;
}

/* Is the node above the regions? Then is its region ours? */
static bool
is_ours(struct hd_dpor *dpor, const struct hd_dpor_node *above,
        struct hd_dpor_node *node)
{
    if (dpor->shards <= 1 || !above->shared) {
        return true;
    }
    node->paths = above->paths;
    for (uint32_t i = 0; i < above->value_count; i++) {
        node->paths *= hd_dpor_value(dpor, above->value_from + i)->bound;
    }
    node->shared = node->paths < (uint64_t)HD_REGIONS_EACH * dpor->shards;
    if (node->shared) {
        return true;
    }
    return dpor->region++ % dpor->shards == dpor->shard;
}

static struct hd_actor *
choose_first(struct hd_dpor *dpor, struct hd_dpor_node *node,
             const struct hd_view *view)
{
    mark_sleepers(dpor, node);
    struct hd_actor *chosen = first_planned(dpor, node, view);
    if (chosen == NULL) {
        chosen = first_awake(dpor, view);
    }
    if (chosen != NULL && node->shared) {
        branch_out(dpor, node, view, chosen);
    }
    unmark_sleepers(dpor, node);
    return chosen;
}

struct hd_actor *
hd_dpor_node_new(struct hd_dpor *dpor, const struct hd_view *view)
{
    struct hd_dpor_node *above = hd_dpor_node(dpor, dpor->count - 1);
    struct hd_dpor_node node = {
        .hash = view->trace_hash ^ view->ready_hash,
        .value_from = above->value_from + above->value_count,
        .known = above->known,
        .branches = above->follow,
        .paths = 1,
        .plain = view->named == 0,
    };
    if (above->step != 0) {
        const uint64_t news = hd_dpor_step(dpor, above->step)->news;
        node.known = news > node.known ? (uint32_t)news : node.known;
    }
    if (!is_ours(dpor, above, &node)) {
        dpor->foreign = true;
        return NULL;
    }
    if (!inherit(dpor, above, &node) ||
        !note_enabled(dpor, above, &node, view) ||
        !hd_dpor_resize(dpor, HD_DPOR_NODES, dpor->count + 1)) {
        dpor->lost = true;
        return view->first;
    }
    struct hd_actor *chosen = choose_first(dpor, &node, view);
    above->follow = 0;
    if (chosen == NULL) {
        dpor->blocked = true;
        return NULL;
    }
    node.path = chosen->path;
    node.actor = chosen->id;
    node.at = chosen->ready_at;
    *hd_dpor_node(dpor, dpor->count++) = node;
    return chosen;
}

struct hd_actor *
hd_dpor_node_branch(struct hd_dpor *dpor, const struct hd_view *view)
{
    struct hd_dpor_node *node = hd_dpor_node(dpor, dpor->fresh);
    struct hd_actor *actor = find_ready(view, node->path);
    if (actor == NULL) {
        /* What was planned cannot be done: that would be our mistake. */
        dpor->cut = true;
        dpor->blocked = true;
        return NULL;
    }
    node->actor = actor->id;
    node->at = actor->ready_at;
    return actor;
}

/* ---- going back ---- */

/* The node's step, with its values, has been explored: it sleeps from now. */
static void
put_to_sleep(struct hd_dpor *dpor, struct hd_dpor_node *node)
{
    if (!hd_dpor_resize(dpor, HD_DPOR_SLEEP,
                        node->sleep_from + node->sleep_count + 1)) {
        return;
    }
    *hd_dpor_sleeper(dpor, node->sleep_from + node->sleep_count++) =
        (struct hd_dpor_sleeper){.step = node->step,
                                 .actor = node->actor,
                                 .of = INT32_MAX,
                                 .alone = node->ended || node->shared,
                                 .known = node->known};
}

/* All its values have been explored. */
static void
finish_branch(struct hd_dpor *dpor, struct hd_dpor_node *node)
{
    uint32_t count = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < node->sleep_count; i++) {
            struct hd_dpor_sleeper *sleeper =
                hd_dpor_sleeper(dpor, node->sleep_from + i);
            if (sleeper->actor == node->actor) {
                count += pass == 0;
                sleeper->of = count;
            }
        }
    }
    node->done++;
}

/* Does the branch begin with the values that were taken so far? */
static bool
is_value_branch(struct hd_dpor *dpor, const struct hd_dpor_node *node,
                const struct hd_dpor_branch *branch)
{
    const struct hd_dpor_step *step = hd_dpor_step(dpor, branch->step);
    if (step->path != node->path || step->value_count < node->value_count) {
        return false;
    }
    for (uint32_t i = 0; i < node->value_count; i++) {
        if (*hd_dpor_taken(dpor, step->value_from + i) !=
            hd_dpor_value(dpor, node->value_from + i)->taken) {
            return false;
        }
    }
    return true;
}

/* What is planned after the step with these values goes with it. */
static void
follow_value(struct hd_dpor *dpor, struct hd_dpor_node *node)
{
    node->forced = 0;
    for (uint32_t *link = &node->branches; *link != 0;) {
        struct hd_dpor_branch *branch = hd_dpor_branch(dpor, *link);
        if (is_value_branch(dpor, node, branch)) {
            const uint32_t number = *link;
            *link = branch->next;
            follow_branch(dpor, node, number);
            return;
        }
        link = &branch->next;
    }
}

/* Another value of the present step. */
static bool
next_value(struct hd_dpor *dpor, uint32_t at, struct hd_dpor_node *node)
{
    for (uint32_t i = node->value_count; i-- > 0;) {
        if (hd_dpor_value_next(dpor, node, i)) {
            node->value_count = i + 1;
            follow_value(dpor, node);
            dpor->fresh = at;
            dpor->fresh_values = i + 1;
            return true;
        }
    }
    return false;
}

static bool
next_branch(struct hd_dpor *dpor, uint32_t at, struct hd_dpor_node *node)
{
    while (node->branches != 0) {
        const uint32_t number = take_branch(dpor, node);
        const struct hd_dpor_branch branch = *hd_dpor_branch(dpor, number);
        if (!hd_dpor_is_asleep(dpor, node, branch.actor)) {
            follow_branch(dpor, node, number);
            node->actor = branch.actor;
            node->value_count = 0;
            dpor->fresh = at;
            dpor->fresh_values = 0;
            return true;
        }
        hd_dpor_branch_free(dpor, branch.child);
        free_one(dpor, number);
    }
    return false;
}

/* Nodes behind this one are over; so are their sleepers and values. */
static void
cut_back(struct hd_dpor *dpor, uint32_t at, const struct hd_dpor_node *node)
{
    dpor->count = at + 1;
    dpor->raced = dpor->raced < at ? dpor->raced : at - (at > 0);
    hd_dpor_resize(dpor, HD_DPOR_SLEEP, node->sleep_from + node->sleep_count);
    hd_dpor_resize(dpor, HD_DPOR_VALUES, node->value_from + node->value_count);
}

bool
hd_dpor_go_back(struct hd_dpor *dpor)
{
    for (uint32_t at = dpor->count; at-- > 0;) {
        struct hd_dpor_node *node = hd_dpor_node(dpor, at);
        hd_dpor_branch_free(dpor, node->follow);
        node->follow = 0;
        if (at > 0) {
            cut_back(dpor, at, node);
            put_to_sleep(dpor, node);
        }
        bool more = next_value(dpor, at, node);
        if (!more && at > 0) {
            finish_branch(dpor, node);
            more = next_branch(dpor, at, node);
        }
        if (more) {
            node->step = 0;
            node->ended = false;
            cut_back(dpor, at, node);
            hd_dpor_forget(dpor, at > 0 ? at : 1);
            return true;
        }
    }
    return false;
}
