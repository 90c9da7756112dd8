#include "footprints.h"

#include "base/random.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

void
footprints_begin(struct footprints *all)
{
    all->step_count = all->access_count = all->actor_count = 0;
    all->stepping = FOOTPRINT_BY_NONE;
    all->trace = 0;
    all->full = false;
}

void
footprints_born(struct footprints *all, const struct hd_actor *actor)
{
    if (actor->id >= FOOTPRINT_ACTORS_MAX) {
        all->full = true;
        return;
    }
    all->actor_count = actor->id;
    all->actors[actor->id].path = actor->path;
    all->actors[actor->id].kind = actor->kind;
    all->actors[actor->id].parent = actor->parent;
    all->actors[actor->id].ordinal = actor->ordinal;
    all->actors[actor->id].steps = 0;
    all->actors[actor->id].last = FOOTPRINT_BY_NONE;
    all->actors[actor->id].by = FOOTPRINT_BY_NONE;
}

void
footprints_ready(struct footprints *all, const struct hd_actor *actor,
                 const struct hd_actor *by)
{
    if (actor->id >= FOOTPRINT_ACTORS_MAX || all->full) {
        return;
    }
    if (by == NULL) {
        all->actors[actor->id].by = FOOTPRINT_BY_ALL;
    } else {
        assert_true(by->id <= all->actor_count);
        /* Its step may not be told yet: it is the one that runs. */
        all->actors[actor->id].by = all->stepping == by->id
                                        ? all->step_count
                                        : all->actors[by->id].last;
    }
}

void
footprints_picked(struct footprints *all, const struct hd_actor *actor)
{
    all->stepping = actor->id;
}

static bool
accesses_conflict(const struct hd_access *a, const struct hd_access *b)
{
    return a->object == b->object &&
           (a->mode != b->mode || a->mode == HD_WRITES);
}

bool
footprint_touches(const struct footprints *all, const struct footprint *step,
                  uint64_t object)
{
    for (uint32_t i = 0; i < step->count; i++) {
        if (all->accesses[step->first + i].object == object) {
            return true;
        }
    }
    return step->path == object;
}

bool
footprints_conflict(const struct footprints *all, const struct footprint *a,
                    const struct footprint *b)
{
    if (footprint_touches(all, a, b->path) ||
        footprint_touches(all, b, a->path)) {
        return true;
    }
    for (uint32_t i = 0; i < a->count; i++) {
        for (uint32_t j = 0; j < b->count; j++) {
            if (accesses_conflict(&all->accesses[a->first + i],
                                  &all->accesses[b->first + j])) {
                return true;
            }
        }
    }
    return false;
}

/* What comes before it, whatever the order of those in between. */
static uint64_t
hash_of(const struct footprints *all, const struct footprint *step)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < all->step_count; i++) {
        const struct footprint *other = &all->steps[i];
        if (i == step->by || step->by == FOOTPRINT_BY_ALL ||
            footprints_conflict(all, other, step)) {
            sum += hd_mix(other->hash);
        }
    }
    return hd_mix(step->path + step->number) ^ hd_mix(sum);
}

void
footprints_stepped(struct footprints *all, const struct hd_access *accesses,
                   uint32_t count)
{
    if (all->full || all->step_count == FOOTPRINT_STEPS_MAX ||
        all->access_count + count > FOOTPRINT_ACCESSES_MAX) {
        all->full = true;
        return;
    }
    const uint32_t actor = all->stepping;
    struct footprint *step = &all->steps[all->step_count];
    *step = (struct footprint){
        .path = all->actors[actor].path,
        .actor = actor,
        .number = ++all->actors[actor].steps,
        .by = all->actors[actor].by,
        .previous = all->actors[actor].last,
        .first = all->access_count,
        .count = count,
    };
    if (count > 0) {
        memcpy(&all->accesses[step->first], accesses,
               count * sizeof(*accesses));
    }
    all->access_count += count;
    step->hash = hash_of(all, step);
    all->trace += hd_mix(step->hash);
    all->actors[actor].last = all->step_count++;
    all->stepping = FOOTPRINT_BY_NONE;
}

/* ---- a strategy that records and else is fifo ---- */

static struct footprints recorded;

static void
record_born(void *self, const struct hd_actor *actor)
{
    footprints_born(self, actor);
}

static void
record_ready(void *self, const struct hd_actor *actor,
             const struct hd_actor *by)
{
    footprints_ready(self, actor, by);
}

static struct hd_actor *
record_pick(void *self, const struct hd_view *view)
{
    footprints_picked(self, view->first);
    return view->first;
}

static void
record_stepped(void *self, const struct hd_actor *actor,
               const struct hd_access *accesses, uint32_t count)
{
    (void)actor;
    footprints_stepped(self, accesses, count);
}

static const struct hd_strategy recording = {
    .name = "recording",
    .abi = HD_STRATEGY_ABI,
    .wants = FOOTPRINTS_WANTS,
    .pick = record_pick,
    .born = record_born,
    .ready = record_ready,
    .stepped = record_stepped,
};

const struct footprints *
footprints_of(hd_fn *fn, void *arg, const struct hd_rules *rules)
{
    footprints_begin(&recorded);
    sim_explore(fn, arg, rules, &recording, &recorded);
    assert_false(recorded.full);
    return &recorded;
}

static uint32_t
main_of(const struct footprints *all)
{
    uint32_t id = 1;
    while (id < all->actor_count && all->actors[id].kind != HD_ACTOR_TASK) {
        id++;
    }
    return id;
}

static bool
is_child(const struct footprints *all, uint32_t id)
{
    return all->actors[id].kind == HD_ACTOR_TASK &&
           all->actors[id].parent == main_of(all);
}

const struct footprint *
footprint_of(const struct footprints *all, uint32_t child, uint32_t number)
{
    for (uint32_t i = 0; i < all->step_count; i++) {
        const struct footprint *step = &all->steps[i];
        const bool is_it = child == 0
                               ? step->actor == main_of(all)
                               : is_child(all, step->actor) &&
                                     all->actors[step->actor].ordinal == child;
        if (is_it && step->number == number) {
            return step;
        }
    }
    fail_msg("child %u has no step %u", child, number);
    return NULL;
}

/* ---- pairs ---- */

static int
do_one(void *arg)
{
    const struct footprint_pair *pair = arg;
    pair->one(pair->shared);
    return HD_OK;
}

static int
do_other(void *arg)
{
    const struct footprint_pair *pair = arg;
    pair->other(pair->shared);
    return HD_OK;
}

/* Who still waits in the end is cancelled. */
static int
do_both(void *arg)
{
    struct footprint_pair *pair = arg;
    if (pair->prepare != NULL) {
        pair->prepare(pair->shared);
    }
    pair->before = sim_world()->ready.view.last->tasks_born;
    struct hd_task *one = hd_task_spawn(do_one, arg);
    struct hd_task *other = hd_task_spawn(do_other, arg);
    HD_TRY(hd_sleep(HD_MS(1)));
    hd_task_cancel(one);
    hd_task_cancel(other);
    return hd_gather_array(
        (struct hd_future *[]){HD_FUTURE(one), HD_FUTURE(other)}, 2,
        HD_GATHER_KEEP_ERRORS);
}

bool
footprints_depend(const struct footprint_pair *pair)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    rules.memory = HD_MEMORY_SEEN; /* blocks, if the test has any */
    struct footprint_pair copy = *pair;
    const struct footprints *all = footprints_of(do_both, &copy, &rules);
    return footprints_conflict(all, footprint_of(all, copy.before + 1, 1),
                               footprint_of(all, copy.before + 2, 1));
}

bool
pair_depends(void (*prepare)(void *), void (*one)(void *),
             void (*other)(void *))
{
    return footprints_depend(&(struct footprint_pair){
        .prepare = prepare, .one = one, .other = other});
}
