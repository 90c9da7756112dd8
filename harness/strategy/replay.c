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
    };
    HD_ASSERT(replay->table != NULL);
    HD_ASSERT(replay->next != NULL);
    HD_ASSERT(replay->met != NULL);
    for (size_t i = schedule->count; i-- > 0;) {
        const struct hd_deviation *item = &schedule->items[i];
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
    replay->table = replay->next = NULL;
    replay->met = NULL;
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

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct hd_replay *replay = self;
    struct hd_actor *first = view->first;
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
