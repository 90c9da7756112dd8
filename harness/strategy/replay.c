/*
 * Replay: the default everywhere but where the schedule says otherwise.
 *
 * Deviations are found by their key, in a hash table whose slots hold the next
 * unused deviation of that key. Tolerant: one that does not fit (its actor is
 * not ready) is passed over and remembered as drift.
 */
#include "base/assert.h"
#include "base/random.h"
#include "strategy/strategy.h"
#include <stdlib.h>
#include <string.h>

static uint64_t
key_of(uint64_t path, uint32_t step, bool is_value)
{
    return hd_mix(path ^ ((uint64_t)step << 1 | (uint64_t)is_value));
}

/* The table slot of a key, taken or empty. */
static uint32_t *
slot_of(struct hd_replay *replay, uint64_t path, uint32_t step, bool is_value)
{
    size_t at = key_of(path, step, is_value) & replay->mask;
    for (;; at = (at + 1) & replay->mask) {
        const uint32_t entry = replay->table[at];
        if (entry == 0) {
            return &replay->table[at];
        }
        const struct hd_deviation *item =
            &replay->schedule->items[(entry - 1) & 0x7fffffffu];
        if (item->at == path && item->step == step &&
            item->is_value == is_value) {
            return &replay->table[at];
        }
    }
}

/* Slots keep their key when used up: the top bit says so. */
#define USED_UP 0x80000000u

void
hd_replay_init(struct hd_replay *replay, const struct hd_schedule *schedule,
               bool strict)
{
    size_t slots = 16;
    while (slots < schedule->count * 2) {
        slots *= 2;
    }
    *replay = (struct hd_replay){
        .schedule = schedule,
        .drift = SIZE_MAX,
        .strict = strict,
        .mask = slots - 1,
        .table = calloc(slots, sizeof(uint32_t)),
        .next = calloc(schedule->count + 1, sizeof(uint32_t)),
        .met = calloc(schedule->count + 1, sizeof(bool)),
        .happened = calloc(schedule->count + 1, sizeof(bool)),
    };
    HD_ASSERT(replay->table != NULL);
    HD_ASSERT(replay->next != NULL);
    HD_ASSERT(replay->met != NULL);
    HD_ASSERT(replay->happened != NULL);
    for (size_t i = schedule->count; i-- > 0;) {
        const struct hd_deviation *item = &schedule->items[i];
        if (item->is_order) {
            continue;
        }
        uint32_t *slot = slot_of(replay, item->at, item->step, item->is_value);
        replay->next[i] = *slot;
        *slot = (uint32_t)i + 1;
    }
}

void
hd_replay_finish(struct hd_replay *replay)
{
    free(replay->table);
    free(replay->next);
    free(replay->met);
    free(replay->happened);
    replay->table = replay->next = NULL;
    replay->met = replay->happened = NULL;
}

size_t
hd_replay_unmet(const struct hd_replay *replay)
{
    for (size_t i = 0; i < replay->schedule->count; i++) {
        if (!replay->met[i]) {
            return i;
        }
    }
    return SIZE_MAX;
}

/* The next deviation of this key, consumed; NULL if there is none. */
static const struct hd_deviation *
consume(struct hd_replay *replay, uint64_t path, uint32_t step, bool is_value)
{
    uint32_t *slot = slot_of(replay, path, step, is_value);
    if (*slot == 0 || (*slot & USED_UP)) {
        return NULL;
    }
    const size_t index = *slot - 1;
    replay->met[index] = true;
    const uint32_t next = replay->next[index];
    *slot = next != 0 ? next : *slot | USED_UP;
    return &replay->schedule->items[index];
}

static void
note_drift(struct hd_replay *replay, const struct hd_deviation *item)
{
    const size_t index = (size_t)(item - replay->schedule->items);
    if (index < replay->drift) {
        replay->drift = index;
    }
}

/* Follow the switches; `first` is what would run without them. */
static struct hd_actor *
follow(struct hd_replay *replay, const struct hd_view *view,
       struct hd_actor *first)
{
    if (replay->strict && replay->drift != SIZE_MAX) {
        return NULL; /* a value did not fit, and choose cannot prune */
    }
    const struct hd_deviation *item =
        consume(replay, first->path, first->steps + 1, false);
    if (item == NULL) {
        return first;
    }
    for (uint32_t i = 0; i < view->ready_count; i++) {
        if (view->ready[i]->path == item->take) {
            replay->used++;
            return view->ready[i];
        }
    }
    note_drift(replay, item);
    return replay->strict ? NULL : first;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    return follow(self, view, view->first);
}

/* ---- orders ---- */

static bool
is_earlier(const struct hd_deviation *item, const struct hd_actor *actor)
{
    return item->is_order && item->take == actor->path &&
           item->take_step == actor->steps + 1;
}

static bool
is_later(const struct hd_deviation *item, const struct hd_actor *actor)
{
    return item->is_order && item->at == actor->path &&
           item->step == actor->steps + 1;
}

/* Has an actor to wait for a step that has not happened yet? */
static bool
is_held(const struct hd_replay *replay, const struct hd_actor *actor)
{
    for (size_t i = 0; i < replay->schedule->count; i++) {
        if (is_later(&replay->schedule->items[i], actor) &&
            !replay->happened[i]) {
            return true;
        }
    }
    return false;
}

/* Is somebody held back until this actor has got on? */
static bool
is_awaited(const struct hd_replay *replay, const struct hd_actor *actor)
{
    for (size_t i = 0; i < replay->schedule->count; i++) {
        const struct hd_deviation *item = &replay->schedule->items[i];
        if (item->is_order && item->take == actor->path &&
            !replay->happened[i]) {
            return true;
        }
    }
    return false;
}

/*
 * The first in line who is not held back. The line is a ring, with members that
 * are no actors; who has no place in it (the clock) comes last, and only if it
 * is waited for. Where all are held back, the first goes on.
 */
static struct hd_actor *
first_free(const struct hd_replay *replay, const struct hd_view *view)
{
    struct hd_actor *actor = view->first;
    do {
        const bool is_actor = actor->ready_at < view->ready_count &&
                              view->ready[actor->ready_at] == actor;
        if (is_actor && !is_held(replay, actor)) {
            return actor;
        }
        actor = actor->fifo_next;
    } while (actor != view->first);
    for (uint32_t i = 0; i < view->ready_count; i++) {
        if (is_awaited(replay, view->ready[i]) &&
            !is_held(replay, view->ready[i])) {
            return view->ready[i];
        }
    }
    return view->first;
}

/* An actor steps: what does that mean to the orders? */
static void
note_step(struct hd_replay *replay, const struct hd_actor *actor)
{
    for (size_t i = 0; i < replay->schedule->count; i++) {
        const struct hd_deviation *item = &replay->schedule->items[i];
        if (is_earlier(item, actor)) {
            replay->met[i] = replay->happened[i] = true;
            replay->used++;
        } else if (is_later(item, actor) && !replay->happened[i]) {
            replay->met[i] = true;
            note_drift(replay, item);
        }
    }
}

static struct hd_actor *
pick_in_order(void *self, const struct hd_view *view)
{
    struct hd_replay *replay = self;
    struct hd_actor *actor = follow(replay, view, first_free(replay, view));
    if (actor == NULL || (replay->strict && is_held(replay, actor))) {
        return NULL;
    }
    note_step(replay, actor);
    return actor;
}

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    struct hd_replay *replay = self;
    (void)view;
    const struct hd_deviation *item =
        consume(replay, value->actor->path, value->ordinal, true);
    if (item == NULL) {
        return 0;
    }
    if (item->value >= value->bound) {
        note_drift(replay, item);
        return 0;
    }
    replay->used++;
    return item->value;
}

const struct hd_strategy hd_strategy_replay = {
    .name = "replay",
    .summary = "one schedule, given with --replay",
    .abi = HD_STRATEGY_ABI,
    .bytes = sizeof(struct hd_replay),
    .pick = pick,
    .choose = choose,
};

const struct hd_strategy hd_strategy_ordered = {
    .name = "replay",
    .summary = "one schedule with orders, given with --replay",
    .abi = HD_STRATEGY_ABI,
    .wants = HD_WANT_SINGLES,
    .bytes = sizeof(struct hd_replay),
    .pick = pick_in_order,
    .choose = choose,
};

const struct hd_strategy *
hd_replay_strategy(const struct hd_schedule *schedule)
{
    return hd_schedule_has_order(schedule) ? &hd_strategy_ordered
                                           : &hd_strategy_replay;
}
