/*
 * The stuck: begin with all who wait and cannot be woken otherwise, and take
 * out whoever has somebody to hope for, until nobody is left to take out.
 */
#include "trace/stuck.h"

#include "trace/users.h"
#include <heddle/scheduler.h>
#include <stdlib.h>

#define FAMILY_DEPTH_MAX 16u

struct search {
    struct hd_rings *rings;
    const struct hd_waits *waits;
    struct hd_users users;
    bool at_rest;
    bool failed; /* out of memory */
    /* Whom one wait waits for. */
    uint32_t *targets;
    size_t target_count, target_capacity;
    bool needs_all; /* stuck if they all are; else if any is */
    bool unknown;   /* somebody else could come */
};

/* ---- whom does a wait wait for? ---- */

static void
push(struct search *search, uint32_t actor)
{
    if (hd_waits_has_ended(search->waits, actor) ||
        actor >= search->waits->actor_count) {
        return;
    }
    if (search->target_count == search->target_capacity) {
        const size_t capacity = search->target_capacity * 2 + 16;
        void *more =
            realloc(search->targets, capacity * sizeof(*search->targets));
        if (more == NULL) {
            search->failed = true;
            return;
        }
        search->targets = more;
        search->target_capacity = capacity;
    }
    search->targets[search->target_count++] = actor;
}

/* A task, or all that a gather, a group or a shield has under it. */
static void
push_object(struct search *search, uint32_t object, unsigned depth)
{
    const struct hd_waits *waits = search->waits;
    if (object & HD_OBJECT_IS_TASK) {
        push(search, object & ~HD_OBJECT_IS_TASK);
        return;
    }
    uint32_t at = object < waits->object_count ? waits->families[object] : 0;
    if (at == 0 || depth == FAMILY_DEPTH_MAX) {
        search->unknown = true;
        return;
    }
    for (; at != 0; at = waits->children[at].next) {
        search->needs_all |= waits->children[at].any;
        push_object(search, waits->children[at].child, depth + 1);
    }
}

static bool
puts_now(const struct hd_waits *waits, uint32_t actor)
{
    const struct hd_wait *wait = hd_waits_of(waits, actor);
    return wait != NULL && wait->op == HD_OP_PUT;
}

/* Has anybody released more often than acquired? It is a signal then. */
static bool
is_signal(const struct search *search, uint32_t object)
{
    const struct hd_user *user = hd_users_of(&search->users, object);
    while (user != NULL && user->taken >= 0) {
        user = hd_users_next(&search->users, user);
    }
    return user != NULL;
}

/* Could this user end the wait by doing again what he has done before? */
static bool
could_help(const struct hd_wait *wait, const struct hd_user *user, bool signal)
{
    switch (wait->op) {
    case HD_OP_SEMAPHORE:
        return signal ? user->taken < 0 : user->taken > 0;
    case HD_OP_PUT:
        return user->got > 0 && user->actor != wait->actor;
    default:
        return user->put > 0 && user->actor != wait->actor;
    }
}

/* Who has used a semaphore or a queue, and is still there to do it again. */
static void
push_users(struct search *search, const struct hd_wait *wait)
{
    const struct hd_waits *waits = search->waits;
    const bool signal =
        wait->op == HD_OP_SEMAPHORE && is_signal(search, wait->object);
    search->needs_all = true;
    for (const struct hd_user *user = hd_users_of(&search->users, wait->object);
         user != NULL; user = hd_users_next(&search->users, user)) {
        const uint32_t actor = user->actor;
        if (hd_waits_of(waits, actor) != NULL &&
            could_help(wait, user, signal)) {
            search->unknown |= wait->op == HD_OP_GET && !puts_now(waits, actor);
            push(search, actor);
        }
    }
}

static void
find_targets(struct search *search, const struct hd_wait *wait)
{
    const struct hd_waits *waits = search->waits;
    search->target_count = 0;
    search->needs_all = search->unknown = false;
    switch (wait->op) {
    case HD_OP_AWAIT:
    case HD_OP_GATHER:
    case HD_OP_WAIT:
    case HD_OP_WAIT_FOR:
    case HD_OP_SHIELD:
    case HD_OP_GROUP:
        push_object(search, wait->object, 0);
        break;
    case HD_OP_LOCK:
        if (wait->object < waits->object_count &&
            waits->holders[wait->object] != 0) {
            push(search, waits->holders[wait->object]);
        }
        break;
    case HD_OP_SEMAPHORE:
    case HD_OP_PUT:
    case HD_OP_GET:
        if (search->at_rest) {
            push_users(search, wait);
        }
        break;
    default:
        break;
    }
}

/* ---- who could be woken otherwise? ---- */

/* Does cancelling the wait cancel what it waits for? */
static bool
passes_on(const struct search *search, const struct hd_wait *wait)
{
    return wait->op == HD_OP_GATHER || wait->op == HD_OP_WAIT_FOR ||
           wait->op == HD_OP_GROUP ||
           (wait->op == HD_OP_AWAIT &&
            hd_waits_kind(search->waits, wait->object) != HD_OBJECT_FUTURE);
}

/* Those whom an open one waits for are open, too. True if that was news. */
static bool
open_targets(struct search *search, const struct hd_wait *wait, bool *open)
{
    bool news = false;
    find_targets(search, wait);
    for (size_t i = 0; i < search->target_count; i++) {
        news |= !open[search->targets[i]];
        open[search->targets[i]] = true;
    }
    return news;
}

static void
find_open(struct search *search, bool *open)
{
    const struct hd_waits *waits = search->waits;
    for (uint32_t i = 1; i < waits->actor_count; i++) {
        open[i] = waits->actors[i].cancelled || waits->actors[i].events > 0;
    }
    for (bool news = true; news;) {
        news = false;
        for (uint32_t i = 1; i < waits->actor_count; i++) {
            const struct hd_wait *wait = hd_waits_of(waits, i);
            if (wait != NULL && open[i] && passes_on(search, wait)) {
                news |= open_targets(search, wait, open);
            }
        }
    }
}

/* ---- the stuck ---- */

static bool
is_stuck(struct search *search, const struct hd_wait *wait)
{
    const bool *stuck = search->rings->stuck;
    size_t count = 0;
    find_targets(search, wait);
    for (size_t i = 0; i < search->target_count; i++) {
        count += stuck[search->targets[i]];
    }
    return search->needs_all
               ? !search->unknown && count > 0 && count == search->target_count
               : count > 0;
}

/* Take out who has somebody to hope for. True if anybody was. */
static bool
sift(struct search *search, bool backwards)
{
    const uint32_t count = search->waits->actor_count;
    bool *stuck = search->rings->stuck;
    bool taken = false;
    for (uint32_t i = 1; i < count; i++) {
        const uint32_t actor = backwards ? count - i : i;
        if (stuck[actor] &&
            !is_stuck(search, hd_waits_of(search->waits, actor))) {
            stuck[actor] = false;
            taken = true;
        }
    }
    return taken;
}

/* False when out of memory. */
static bool
find_stuck(struct search *search)
{
    const struct hd_waits *waits = search->waits;
    bool *open = calloc(waits->actor_count, sizeof(*open));
    if (open == NULL) {
        return false;
    }
    if (!search->at_rest) {
        find_open(search, open);
    }
    for (uint32_t i = 1; i < waits->actor_count; i++) {
        search->rings->stuck[i] = hd_waits_of(waits, i) != NULL && !open[i];
    }
    free(open);
    for (bool backwards = false; sift(search, backwards);) {
        backwards = !backwards;
    }
    return !search->failed;
}

/* Does it follow from the other's wait? Of a sleep it says more than that. */
static bool
is_behind(const struct search *search, const struct hd_wait *wait,
          uint32_t target)
{
    const struct hd_wait *other = hd_waits_of(search->waits, target);
    const bool is_kept = wait->op == HD_OP_LOCK || wait->op == HD_OP_SEMAPHORE;
    return other != NULL && other != wait &&
           !(is_kept && other->op == HD_OP_SLEEP);
}

static void
find_followers(struct search *search)
{
    for (uint32_t i = 1; i < search->waits->actor_count; i++) {
        const struct hd_wait *wait = hd_waits_of(search->waits, i);
        if (wait == NULL) {
            continue;
        }
        find_targets(search, wait);
        if (search->needs_all && search->unknown) {
            continue; /* it waits for more than them */
        }
        for (size_t t = 0; t < search->target_count; t++) {
            search->rings->follows[i] |=
                is_behind(search, wait, search->targets[t]);
        }
    }
}

/* Whom among the stuck each of them waits for. False when out of memory. */
static bool
find_edges(struct search *search)
{
    struct hd_rings *rings = search->rings;
    size_t count = 0, capacity = 0;
    for (uint32_t i = 0; i < rings->actor_count; i++) {
        rings->edge_first[i] = (uint32_t)count;
        if (!rings->stuck[i]) {
            continue;
        }
        find_targets(search, hd_waits_of(search->waits, i));
        if (count + search->target_count > capacity) {
            capacity = 2 * (count + search->target_count);
            void *more = realloc(rings->edges, capacity * sizeof(uint32_t));
            if (more == NULL) {
                return false;
            }
            rings->edges = more;
        }
        for (size_t t = 0; t < search->target_count; t++) {
            if (rings->stuck[search->targets[t]]) {
                rings->edges[count++] = search->targets[t];
            }
        }
    }
    rings->edge_first[rings->actor_count] = (uint32_t)count;
    return !search->failed;
}

/* ---- both ---- */

/* Semaphores and queues that somebody waits for: who has used them? */
static void
read_users(struct search *search, const struct hd_log *log)
{
    const struct hd_waits *waits = search->waits;
    bool asked = false;
    for (uint32_t i = 1; i < waits->actor_count; i++) {
        const struct hd_wait *wait = hd_waits_of(waits, i);
        if (wait != NULL && (wait->op == HD_OP_SEMAPHORE ||
                             wait->op == HD_OP_PUT || wait->op == HD_OP_GET)) {
            hd_users_ask(&search->users, wait->object);
            asked = true;
        }
    }
    if (asked) {
        hd_users_read(&search->users, log, waits->read);
    }
}

bool
hd_stuck_find(struct hd_rings *rings, const struct hd_waits *waits,
              const struct hd_log *log, bool at_rest)
{
    struct search search = {.rings = rings, .waits = waits};
    search.at_rest = at_rest || hd_waits_at_rest(waits);
    bool done = hd_users_init(&search.users, waits->object_count);
    if (done && search.at_rest) {
        read_users(&search, log);
        find_followers(&search);
    }
    done = done && find_stuck(&search) && find_edges(&search);
    hd_users_finish(&search.users);
    free(search.targets);
    return done;
}
