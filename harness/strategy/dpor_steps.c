/*
 * Steps, each kept once. Footprints repeat: the same actor does the same in
 * most executions. So a step is a number, found by its hash, and everything
 * else keeps numbers.
 */
#include "strategy/dpor.h"

#include "base/random.h"
#include <string.h>

#define ROOM_AT_FIRST 1024u /* of the table */

/* log2 of the items' sizes. */
static const uint32_t size_bits[HD_DPOR_SECTIONS] = {
    [HD_DPOR_NODES] = 7,  [HD_DPOR_ENABLED] = 2,  [HD_DPOR_SLEEP] = 4,
    [HD_DPOR_VALUES] = 4, [HD_DPOR_STEPS] = 6,    [HD_DPOR_ACCESSES] = 4,
    [HD_DPOR_TAKEN] = 2,  [HD_DPOR_BRANCHES] = 4,
};

bool
hd_dpor_resize(struct hd_dpor *dpor, enum hd_dpor_section section,
               uint32_t count)
{
    const uint32_t shift = HD_DPOR_PAGE_BITS - size_bits[section];
    const uint32_t mask = ((uint32_t)1 << shift) - 1;
    uint32_t at = (dpor->sizes[section] + mask) >> shift;
    const uint32_t wanted = (uint32_t)(((uint64_t)count + mask) >> shift);
    if (wanted > HD_DPOR_PAGES_MAX) {
        dpor->cut = true;
        return false;
    }
    for (; at < wanted; at++) {
        /* A page stays its section's; page 0 is nobody's. */
        if (dpor->page[section][at] == 0) {
            if (dpor->pages + 1 >= HD_DPOR_PAGES_MAX) {
                dpor->cut = true;
                return false;
            }
            dpor->page[section][at] = (uint16_t)++dpor->pages;
        }
    }
    dpor->sizes[section] = count;
    return true;
}

/* ---- footprints ---- */

static bool
comes_before(const struct hd_dpor_access *a, const struct hd_dpor_access *b)
{
    return a->object != b->object ? a->object < b->object : a->flags < b->flags;
}

/* Field by field: they were just written so, and a whole would wait for it. */
static inline void
copy(struct hd_dpor_access *to, const struct hd_dpor_access *from)
{
    to->object = from->object;
    to->mode = from->mode;
    to->flags = from->flags;
}

/* Shell's sort: few items, or many in order. */
static void
sort(struct hd_dpor_access *accesses, uint32_t count)
{
    for (uint32_t gap = count > 8 ? 701 : 1; gap > 0;
         gap = gap == 2 ? 1 : gap * 4 / 9) {
        for (uint32_t i = gap; i < count; i++) {
            struct hd_dpor_access item;
            uint32_t at = i;
            copy(&item, &accesses[i]);
            for (; at >= gap && comes_before(&item, &accesses[at - gap]);
                 at -= gap) {
                copy(&accesses[at], &accesses[at - gap]);
            }
            copy(&accesses[at], &item);
        }
    }
}

/* One access per object and flags: reading and adding is like writing. */
static uint32_t
merge(struct hd_dpor_access *accesses, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 1; i < count; i++) {
        struct hd_dpor_access *last = &accesses[kept];
        if (last->object != accesses[i].object ||
            last->flags != accesses[i].flags) {
            copy(&accesses[++kept], &accesses[i]);
        } else if (last->mode != accesses[i].mode) {
            last->mode = HD_WRITES;
        }
    }
    return kept + 1;
}

static uint64_t
hash_of(struct hd_dpor *dpor, const struct hd_dpor_draft *draft)
{
    uint64_t hash =
        hd_mix(draft->path + draft->count + ((uint64_t)draft->ordinal << 32));
    for (uint32_t i = 0;
         draft->values != NULL && i < draft->values->value_count; i++) {
        hash = hd_mix(
            hash ^ hd_dpor_value(dpor, draft->values->value_from + i)->taken);
    }
    for (uint32_t i = 0; i < draft->count; i++) {
        const struct hd_dpor_access *access = &draft->accesses[i];
        hash = (hash ^ access->object) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= (hash >> 29) + access->mode + ((uint64_t)access->flags << 8);
    }
    return hd_mix(hash + (draft->accesses == NULL));
}

/* ---- the steps ---- */

/* Did the same actor take it at the same place, with the same values? */
static bool
is_same_place(struct hd_dpor *dpor, const struct hd_dpor_step *step,
              const struct hd_dpor_draft *draft)
{
    const uint32_t taken =
        draft->values != NULL ? draft->values->value_count : 0;
    if (step->path != draft->path || step->ordinal != draft->ordinal ||
        step->wild != (draft->accesses == NULL) || step->value_count != taken) {
        return false;
    }
    for (uint32_t i = 0; i < taken; i++) {
        if (*hd_dpor_taken(dpor, step->value_from + i) !=
            hd_dpor_value(dpor, draft->values->value_from + i)->taken) {
            return false;
        }
    }
    return true;
}

static bool
is_same(struct hd_dpor *dpor, uint32_t number, uint64_t hash,
        const struct hd_dpor_draft *draft)
{
    const struct hd_dpor_step *step = hd_dpor_step(dpor, number);
    if (step->hash != hash || step->access_count != draft->count ||
        !is_same_place(dpor, step, draft)) {
        return false;
    }
    for (uint32_t i = 0; i < step->access_count; i++) {
        const struct hd_dpor_access *own =
            hd_dpor_access(dpor, step->access_from + i);
        const struct hd_dpor_access *other = &draft->accesses[i];
        if (own->object != other->object || own->mode != other->mode ||
            own->flags != other->flags) {
            return false;
        }
    }
    return true;
}

static uint32_t *
slot_of(struct hd_dpor *dpor, uint64_t hash)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    return &scratch->step_table[hash & (scratch->step_room - 1)];
}

static uint32_t *
next_slot(struct hd_dpor *dpor, uint32_t *slot)
{
    uint32_t *table = dpor->scratch.step_table;
    return slot + 1 < table + dpor->scratch.step_room ? slot + 1 : table;
}

/* Copy what the step is into the store. */
static bool
fill(struct hd_dpor *dpor, struct hd_dpor_step *step,
     const struct hd_dpor_draft *draft)
{
    const uint32_t taken =
        draft->values != NULL ? draft->values->value_count : 0;
    step->value_from = dpor->sizes[HD_DPOR_TAKEN];
    step->value_count = taken;
    step->access_from = dpor->sizes[HD_DPOR_ACCESSES];
    step->access_count = draft->count;
    if (!hd_dpor_resize(dpor, HD_DPOR_TAKEN, step->value_from + taken) ||
        !hd_dpor_resize(dpor, HD_DPOR_ACCESSES,
                        step->access_from + draft->count)) {
        return false;
    }
    for (uint32_t i = 0; i < taken; i++) {
        *hd_dpor_taken(dpor, step->value_from + i) =
            hd_dpor_value(dpor, draft->values->value_from + i)->taken;
    }
    step->no_change = step->no_look = UINT64_MAX;
    for (uint32_t i = 0; i < draft->count; i++) {
        const struct hd_dpor_access access = draft->accesses[i];
        const uint64_t bit = (uint64_t)1 << (access.object & 63);
        *hd_dpor_access(dpor, step->access_from + i) = access;
        step->no_change &= access.mode != HD_READS ? ~bit : UINT64_MAX;
        step->no_look &= access.mode != HD_ADDS ? ~bit : UINT64_MAX;
        if (access.object & HD_OBJECT_NEW) {
            const uint64_t number = access.object & ~HD_OBJECT_NEW;
            step->news = number >= step->news ? number + 1 : step->news;
        }
    }
    return true;
}

/* Was the step seen before, touching something else? */
static bool
varies(struct hd_dpor *dpor, const struct hd_dpor_draft *draft)
{
    for (uint32_t i = 1; i < dpor->sizes[HD_DPOR_STEPS]; i++) {
        if (is_same_place(dpor, hd_dpor_step(dpor, i), draft)) {
            return true;
        }
    }
    return false;
}

static uint32_t
find(struct hd_dpor *dpor, const struct hd_dpor_draft *draft)
{
    const uint64_t hash = hash_of(dpor, draft);
    if (dpor->sizes[HD_DPOR_STEPS] * 2 > dpor->scratch.step_room) {
        hd_dpor_index_steps(dpor);
    }
    uint32_t *slot = slot_of(dpor, hash);
    for (; *slot != 0; slot = next_slot(dpor, slot)) {
        if (is_same(dpor, *slot, hash, draft)) {
            return *slot;
        }
    }
    const uint32_t number = dpor->sizes[HD_DPOR_STEPS];
    if (number >= HD_DPOR_STEPS_MAX) {
        dpor->cut = true;
        return 0;
    }
    if (dpor->optimal && !dpor->varied && draft->ordinal != 0) {
        dpor->varied = varies(dpor, draft);
    }
    if (!hd_dpor_resize(dpor, HD_DPOR_STEPS, number + 1)) {
        return 0;
    }
    struct hd_dpor_step *step = hd_dpor_step(dpor, number);
    *step = (struct hd_dpor_step){.hash = hash,
                                  .path = draft->path,
                                  .ordinal = draft->ordinal,
                                  .wild = draft->accesses == NULL};
    if (!fill(dpor, step, draft)) {
        dpor->sizes[HD_DPOR_STEPS] = number;
        return 0;
    }
    *slot = number;
    return number;
}

uint32_t
hd_dpor_step_find(struct hd_dpor *dpor, struct hd_dpor_draft draft)
{
    HD_ASSERT(draft.count > 0);
    sort(draft.accesses, draft.count);
    draft.count = merge(draft.accesses, draft.count);
    return find(dpor, &draft);
}

uint32_t
hd_dpor_step_unknown(struct hd_dpor *dpor, uint64_t path)
{
    const struct hd_dpor_draft draft = {.path = path};
    return find(dpor, &draft);
}

void
hd_dpor_index_steps(struct hd_dpor *dpor)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    uint32_t room = ROOM_AT_FIRST;
    while (room < dpor->sizes[HD_DPOR_STEPS] * 4 &&
           room < HD_DPOR_STEPS_MAX * 2) {
        room *= 2;
    }
    scratch->step_room = room;
    memset(scratch->step_table, 0, room * sizeof(uint32_t));
    for (uint32_t i = 1; i < dpor->sizes[HD_DPOR_STEPS]; i++) {
        uint32_t *slot = slot_of(dpor, hd_dpor_step(dpor, i)->hash);
        while (*slot != 0) {
            slot = next_slot(dpor, slot);
        }
        *slot = i;
    }
}

bool
hd_dpor_same_values(struct hd_dpor *dpor, uint32_t a, uint32_t b)
{
    const struct hd_dpor_step *left = hd_dpor_step(dpor, a);
    const struct hd_dpor_step *right = hd_dpor_step(dpor, b);
    if (left->value_count != right->value_count) {
        return false;
    }
    for (uint32_t i = 0; i < left->value_count; i++) {
        if (*hd_dpor_taken(dpor, left->value_from + i) !=
            *hd_dpor_taken(dpor, right->value_from + i)) {
            return false;
        }
    }
    return true;
}

/* ---- conflicts ---- */

/* How a step's accesses of objects that only it knows come together. */
struct strangers {
    bool any, reads, others;
};

static struct strangers
strangers_of(struct hd_dpor *dpor, const struct hd_dpor_step *step,
             uint32_t known)
{
    struct strangers strangers = {0};
    for (uint32_t i = step->access_count; i-- > 0;) {
        const struct hd_dpor_access *access =
            hd_dpor_access(dpor, step->access_from + i);
        if (access->object < (HD_OBJECT_NEW | known)) {
            break;
        }
        strangers.reads |= access->mode != HD_ADDS;
        strangers.others |= access->mode != HD_READS;
        strangers.any = true;
    }
    return strangers;
}

/* They may be the same objects, by whatever number. */
static bool
strangers_conflict(struct hd_dpor *dpor, const struct hd_dpor_step *left,
                   const struct hd_dpor_step *right, uint32_t known)
{
    const struct strangers a = strangers_of(dpor, left, known);
    const struct strangers b = strangers_of(dpor, right, known);
    /* Harmless only if all read, or all add. */
    return a.any && b.any && (a.reads || b.reads) && (a.others || b.others);
}

/* Do they, in an object that has one name in both? */
static bool
names_conflict(struct hd_dpor *dpor, const struct hd_dpor_step *left,
               const struct hd_dpor_step *right)
{
    uint32_t i = 0;
    uint32_t j = 0;
    while (i < left->access_count && j < right->access_count) {
        const struct hd_dpor_access *one =
            hd_dpor_access(dpor, left->access_from + i);
        const struct hd_dpor_access *other =
            hd_dpor_access(dpor, right->access_from + j);
        if (one->object < other->object) {
            i++;
        } else if (one->object > other->object) {
            j++;
        } else if (hd_dpor_modes_conflict(one->mode, other->mode)) {
            return true;
        } else if (i + 1 < left->access_count &&
                   hd_dpor_access(dpor, left->access_from + i + 1)->object ==
                       one->object) {
            i++; /* the same object with other flags */
        } else {
            j++;
        }
    }
    return false;
}

bool
hd_dpor_conflict(struct hd_dpor *dpor, uint32_t a, uint32_t b, uint32_t known)
{
    const struct hd_dpor_step *left = hd_dpor_step(dpor, a);
    const struct hd_dpor_step *right = hd_dpor_step(dpor, b);
    if (left->wild || right->wild || left->path == right->path) {
        return true;
    }
    const uint64_t common = ~(left->no_change | right->no_look) |
                            ~(left->no_look | right->no_change);
    if (common != 0 && names_conflict(dpor, left, right)) {
        return true;
    }
    return left->news > known && right->news > known &&
           strangers_conflict(dpor, left, right, known);
}
