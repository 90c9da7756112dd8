#include "base/ready.h"

#include "base/arena.h"
#include "base/assert.h"
#include <string.h>

void
hd_ready_init(struct hd_ready *ready, struct hd_log *log,
              struct hd_arena *arena, bool (*turn)(struct hd_ready *ready))
{
    memset(ready, 0, offsetof(struct hd_ready, few));
    memset(&ready->fifo, 0, sizeof(*ready) - offsetof(struct hd_ready, fifo));
    ready->array = ready->few;
    ready->view.ready = ready->few;
    ready->capacity = HD_READY_FEW;
    ready->log = log;
    ready->arena = arena;
    ready->identities.arena = arena;
    ready->turn = turn;
    ready->step_limit = UINT64_MAX;
    ready->idle_turns_max = ready->yield_turns_max = UINT64_MAX;
    ready->fifo.fifo_next = ready->fifo.fifo_prev = &ready->marker;
    ready->marker.fifo_next = ready->marker.fifo_prev = &ready->fifo;
    ready->root.path = hd_path_of_root();
    ready->root.kind = HD_ACTOR_ROOT;
    ready->top = &ready->root;
    ready->ask_from = UINT32_MAX;
}

void
hd_ready_use(struct hd_ready *ready, const struct hd_strategy *strategy,
             void *self, bool asked)
{
    uint32_t wants = strategy != NULL ? strategy->wants : 0;
    if (strategy != NULL && strategy->wants_now != NULL) {
        wants |= strategy->wants_now(self);
    }
    ready->strategy = strategy;
    ready->strategy_self = self;
    ready->hooks_strategy = wants & HD_WANT_READY;
    ready->tells_strategy = wants & HD_WANT_STEPS;
    ready->any_order = asked;
    ready->repeats = ready->tells_strategy && strategy->repeats != NULL
                         ? strategy->repeats(self)
                         : 0;
    hd_ready_observe(ready, ready->observer);
    ready->ask_from = UINT32_MAX;
    if (strategy != NULL && strategy->pick != NULL && asked) {
        ready->ask_from = wants & HD_WANT_SINGLES ? 1 : 2;
    }
}

static void
set_notes(struct hd_ready *ready, bool notes)
{
    ready->notes = notes;
    if (ready->notes_here != NULL) {
        *ready->notes_here = notes;
    }
}

void
hd_ready_observe(struct hd_ready *ready, struct hd_observer *observer)
{
    ready->observer = observer;
    ready->hooked =
        ready->hooks_strategy || (observer != NULL && observer->ready != NULL);
    ready->tells = ready->tells_strategy ||
                   (observer != NULL &&
                    (observer->stepped != NULL || observer->touched != NULL));
    ready->watched = ready->tells || ready->watch != NULL;
    set_notes(ready, ready->tells && (ready->view.step >= ready->repeats ||
                                      ready->observer != NULL));
}

void
hd_ready_hook(struct hd_ready *ready, const struct hd_actor *actor,
              const struct hd_actor *by)
{
    if (ready->hooks_strategy) {
        ready->strategy->ready(ready->strategy_self, actor, by);
    }
    if (ready->observer != NULL && ready->observer->ready != NULL) {
        ready->observer->ready(ready->observer, ready, actor, by);
    }
}

void
hd_actor_born(struct hd_ready *ready, struct hd_actor *actor,
              struct hd_actor *parent, enum hd_actor_kind kind)
{
    const bool is_task = kind == HD_ACTOR_TASK;
    actor->kind = (uint8_t)kind;
    actor->id = ++ready->births;
    actor->parent = parent->id;
    actor->chain = (uint16_t)(is_task ? ++ready->tasks * 2 : parent->chain | 1);
    if (is_task && ready->main_is_root && parent == &ready->root &&
        ready->top == parent) {
        actor->path =
            parent->path; /* ordinal 0: it is called like its parent */
        ready->top = actor;
    } else {
        if (kind != HD_ACTOR_CLOCK) { /* its 0 cannot meet main's first event */
            actor->ordinal =
                is_task ? ++parent->tasks_born : ++parent->events_born;
        }
        actor->path = hd_path_of(parent->path, actor->ordinal, is_task);
    }
    hd_log_put(ready->log, HD_LOG_BORN, actor->kind, actor->id,
               (uint64_t)parent->id << 32 | actor->ordinal);
    if (ready->strategy != NULL && (ready->strategy->wants & HD_WANT_BIRTHS)) {
        ready->strategy->born(ready->strategy_self, actor);
    }
}

void
hd_ready_grow(struct hd_ready *ready)
{
    const uint32_t capacity = ready->capacity * 2;
    const size_t bytes = ready->capacity * sizeof(struct hd_actor *);
    struct hd_actor **array = hd_arena_take(ready->arena, bytes * 2);
    HD_ASSERT(array != NULL);
    memcpy(array, ready->array, bytes);
    if (ready->array != ready->few) {
        hd_arena_give(ready->arena, ready->array, bytes);
    }
    ready->array = array;
    ready->view.ready = array;
    ready->capacity = capacity;
}

void
hd_ready_post_turn(struct hd_ready *ready, struct hd_actor *actor,
                   struct hd_actor *by)
{
    hd_ready_array_add(ready, actor, by);
    hd_ready_link(&ready->marker, actor);
}

void
hd_ready_offer(struct hd_ready *ready, struct hd_actor *actor,
               struct hd_actor *by)
{
    hd_ready_array_add(ready, actor, by);
    actor->fifo_next = actor->fifo_prev = actor; /* a ring of its own */
}

void
hd_ready_place(struct hd_ready *ready, struct hd_actor *actor)
{
    HD_ASSERT(hd_ready_has(ready, actor));
    hd_ready_unlink(actor);
    hd_ready_link(&ready->fifo, actor);
}

static void
tell_unready(struct hd_ready *ready, struct hd_actor *actor,
             struct hd_actor *by)
{
    if (ready->hooks_strategy && ready->strategy->unready != NULL) {
        ready->strategy->unready(ready->strategy_self, actor, by);
    }
}

void
hd_ready_remove(struct hd_ready *ready, struct hd_actor *actor,
                struct hd_actor *by)
{
    HD_ASSERT(hd_ready_has(ready, actor));
    hd_ready_take(ready, actor);
    if (ready->handed == actor) {
        ready->handed = NULL;
    }
    tell_unready(ready, actor, by);
}

bool
hd_ready_begin_turn(struct hd_ready *ready)
{
    hd_ready_unlink(&ready->marker);
    hd_ready_link(&ready->fifo, &ready->marker);
    ready->idle_turns = ready->progress ? 0 : ready->idle_turns + 1;
    ready->yield_turns = ready->stepped ? 0 : ready->yield_turns + 1;
    ready->progress = ready->stepped = false;
    if (ready->idle_turns > ready->idle_turns_max ||
        ready->yield_turns > ready->yield_turns_max) {
        ready->attention = true;
    }
    return !ready->attention;
}

void
hd_ready_move(struct hd_ready *from, struct hd_ready *to,
              const struct hd_loop *loop)
{
    struct hd_actor *actor = from->fifo.fifo_next;
    while (actor != &from->fifo) {
        struct hd_actor *next = actor->fifo_next;
        if (actor != &from->marker && actor->loop == loop) {
            hd_ready_take(from, actor);
            tell_unready(from, actor, from->view.last);
            hd_ready_post(to, actor, NULL);
        }
        actor = next;
    }
}

#define ACCESSES_AT_FIRST 64u
#define ACCESSES_LOOKED_AT 16u

static void
grow_accesses(struct hd_ready *ready)
{
    const uint32_t capacity = ready->access_capacity > 0
                                  ? ready->access_capacity * 2
                                  : ACCESSES_AT_FIRST;
    struct hd_access *accesses =
        hd_arena_take(ready->arena, capacity * sizeof(*accesses));
    HD_ASSERT(accesses != NULL);
    if (ready->access_capacity > 0) {
        memcpy(accesses, ready->accesses,
               ready->access_count * sizeof(*accesses));
        hd_arena_give(ready->arena, ready->accesses,
                      ready->access_capacity * sizeof(*accesses));
    }
    ready->accesses = accesses;
    ready->access_capacity = capacity;
}

void
hd_ready_make_room(struct hd_ready *ready, uint32_t count)
{
    while (ready->access_capacity - ready->access_count < count) {
        grow_accesses(ready);
    }
}

/* Most are new, and the sieve says so. */
static inline bool
may_be_noted(struct hd_ready *ready, uint64_t object)
{
    uint64_t *word = &ready->noted[object >> 6 & (HD_NOTED_WORDS - 1)];
    const uint64_t bit = (uint64_t)1 << (object & 63);
    const bool may = (*word & bit) != 0;
    *word |= bit;
    return may;
}

/* One that was noted not long ago takes the new one in: is there one? */
static bool
is_taken_in(struct hd_ready *ready, uint64_t object, uint8_t mode,
            uint8_t flags)
{
    const uint32_t count = ready->access_count;
    const uint32_t from =
        count > ACCESSES_LOOKED_AT ? count - ACCESSES_LOOKED_AT : 0;
    for (uint32_t i = count; i-- > from;) {
        struct hd_access *old = &ready->accesses[i];
        if (old->object == object && old->flags == flags) {
            if (old->mode != mode) {
                old->mode = HD_WRITES; /* reading and adding are that, too */
            }
            return true;
        }
    }
    return false;
}

/* Those that enable come first: whoever reads the list has the order early. */
static void
note_once(struct hd_ready *ready, uint64_t object, uint64_t place, uint32_t how)
{
    const uint8_t mode = (uint8_t)how, flags = (uint8_t)(how >> 8);
    if (ready->access_count == ready->access_capacity) {
        grow_accesses(ready);
    }
    struct hd_access *last = &ready->accesses[ready->access_count++];
    if (flags & HD_ACCESS_ENABLES) {
        struct hd_access *first = &ready->accesses[ready->enable_count++];
        *last = *first;
        last = first;
    }
    hd_access_put(last, object, place, mode, flags);
}

void
hd_ready_note_at(struct hd_ready *ready, uint64_t object, uint64_t place,
                 uint32_t how)
{
    const uint8_t mode = (uint8_t)how, flags = (uint8_t)(how >> 8);
    if (!may_be_noted(ready, object) ||
        !is_taken_in(ready, object, mode, flags)) {
        note_once(ready, object, place, how);
    }
}

/* What every step of a loop's does. */
static void
note_always(struct hd_ready *ready)
{
    if (ready->running != 0) {
        hd_ready_touch(ready, ready->running, HD_READS, 0);
    }
    if (ready->all_conflict) {
        hd_ready_touch(ready, hd_identity(HD_IS_WORLD, 0, HD_WORLD_EVERYTHING),
                       HD_WRITES, 0);
    }
}

static uint32_t
who_stepped(const struct hd_ready *ready)
{
    const struct hd_actor *last = ready->view.last;
    return last != NULL ? last->id : ready->gone;
}

/* What the step did to memory becomes part of what it touched. */
static void
tell_memory(struct hd_ready *ready)
{
    struct hd_observer *observer = ready->observer;
    const bool wanted = observer != NULL && observer->touched != NULL;
    const struct hd_granule *granules = NULL;
    uint32_t count = 0;
    if (ready->memory != NULL && ready->memory->count > 0 && ready->notes) {
        count = ready->memory->gather(ready->memory, ready,
                                      wanted ? &granules : NULL);
    }
    if (wanted) {
        observer->touched(observer, ready, who_stepped(ready), granules, count);
    }
}

static void
tell_observer(struct hd_ready *ready)
{
    struct hd_observer *observer = ready->observer;
    if (observer != NULL && observer->stepped != NULL) {
        observer->stepped(observer, ready, who_stepped(ready), ready->accesses,
                          ready->access_count);
    }
}

void
hd_ready_tell(struct hd_ready *ready)
{
    if (ready->told < ready->view.step) {
        tell_memory(ready);
        note_always(ready);
        if (ready->tells_strategy && ready->strategy->stepped != NULL) {
            ready->strategy->stepped(ready->strategy_self, ready->view.last,
                                     ready->accesses, ready->access_count);
        }
        tell_observer(ready);
    }
    ready->told = ready->view.step;
    ready->view.named = ready->identities.fresh;
    if (ready->access_count > 0) {
        hd_ready_drop_notes(ready);
    } else {
        hd_ready_forget_memory(ready);
    }
    if (!ready->notes && ready->tells && ready->told >= ready->repeats) {
        set_notes(ready, true);
    }
}

void
hd_ready_watch(struct hd_ready *ready, void (*watch)(struct hd_ready *ready))
{
    ready->watch = watch;
    ready->watched = ready->tells || watch != NULL;
}

void
hd_ready_step_over(struct hd_ready *ready)
{
    if (ready->tells) {
        hd_ready_tell(ready);
    }
    if (ready->watch != NULL && ready->view.step > 0) {
        ready->watch(ready);
        hd_ready_forget_memory(ready); /* who watches is no step */
    }
}

uint64_t
hd_ready_choose(struct hd_ready *ready, struct hd_actor *actor,
                enum hd_value_kind kind, uint64_t bound)
{
    HD_ASSERT(bound > 0);
    uint64_t taken = 0;
    const struct hd_value value = {
        .actor = actor,
        .ordinal = ++actor->values_asked,
        .kind = kind,
        .bound = bound,
    };
    if (bound > 1 && ready->strategy != NULL &&
        ready->strategy->choose != NULL) {
        ready->decisions++;
        taken =
            ready->strategy->choose(ready->strategy_self, &ready->view, &value);
        HD_ASSERT(taken < bound);
    }
    if (__builtin_expect(ready->observer != NULL, 0) &&
        ready->observer->chose != NULL) {
        ready->observer->chose(ready->observer, &value, taken);
    }
    hd_log_put(ready->log, HD_LOG_CHOOSE, (uint8_t)kind, actor->id,
               bound << 32 | taken);
    ready->view.trace_hash =
        (ready->view.trace_hash ^ taken) * UINT64_C(0xff51afd7ed558ccd);
    return taken;
}

bool
hd_ready_check(const struct hd_ready *ready)
{
    uint64_t hash = 0;
    for (uint32_t i = 0; i < ready->view.ready_count; i++) {
        const struct hd_actor *actor = ready->array[i];
        if (actor->ready_at != i || actor->fifo_next == NULL ||
            actor->fifo_next->fifo_prev != actor) {
            return false;
        }
        hash ^= hd_actor_key(actor);
    }
    uint32_t linked = 0;
    bool marked = false;
    const struct hd_actor *actor = ready->fifo.fifo_next;
    for (; actor != &ready->fifo; actor = actor->fifo_next) {
        if (actor == &ready->marker) {
            marked = true;
        } else {
            linked++;
        }
    }
    return marked && linked <= ready->view.ready_count &&
           hash == ready->view.ready_hash;
}
