#include "base/identity.h"

#include "base/arena.h"
#include "base/assert.h"
#include <string.h>

#define NAMED_AT_FIRST 64u
#define FRESH_AT_FIRST 64u

/* A piece of the arena, twice as large as the old one, which is copied. */
static void *
enlarge(struct hd_arena *arena, void *old, size_t bytes)
{
    void *piece = hd_arena_take(arena, bytes * 2);
    HD_ASSERT(piece != NULL);
    memcpy(piece, old, bytes);
    hd_arena_give(arena, old, bytes);
    return piece;
}

void
hd_identities_put(struct hd_identities *all, uint32_t object, uint64_t name)
{
    if (all->named == NULL) {
        all->named_room = NAMED_AT_FIRST;
        all->named =
            hd_arena_take(all->arena, NAMED_AT_FIRST * sizeof(uint64_t));
        HD_ASSERT(all->named != NULL);
        memset(all->named, 0, NAMED_AT_FIRST * sizeof(uint64_t));
    }
    while (object >= all->named_room) {
        const size_t bytes = all->named_room * sizeof(uint64_t);
        all->named = enlarge(all->arena, all->named, bytes);
        memset(all->named + all->named_room, 0, bytes);
        all->named_room *= 2;
    }
    all->named[object] = name;
}

/* ---- by first use: where in the table the hash says, or after it ---- */

static struct hd_fresh *
find(const struct hd_identities *all, uintptr_t what)
{
    uint32_t at = (uint32_t)hd_mix(what);
    for (;; at++) {
        struct hd_fresh *entry = &all->table[at & (all->fresh_room - 1)];
        if (entry->what == what || entry->what == 0) {
            return entry;
        }
    }
}

static void
make_table(struct hd_identities *all, uint32_t room)
{
    struct hd_fresh *old = all->table;
    const uint32_t old_room = all->fresh_room;
    all->table = hd_arena_take(all->arena, room * sizeof(*all->table));
    HD_ASSERT(all->table != NULL);
    memset(all->table, 0, room * sizeof(*all->table));
    all->fresh_room = room;
    if (old_room == 0) {
        return;
    }
    for (uint32_t i = 0; i < old_room; i++) {
        if (old[i].what != 0) {
            *find(all, old[i].what) = old[i];
        }
    }
    hd_arena_give(all->arena, old, old_room * sizeof(*old));
}

uint64_t
hd_identities_fresh(struct hd_identities *all, uintptr_t what)
{
    if (all->fresh * 2 >= all->fresh_room) {
        make_table(all,
                   all->fresh_room > 0 ? all->fresh_room * 2 : FRESH_AT_FIRST);
    }
    struct hd_fresh *entry = find(all, what);
    if (entry->what == 0) {
        *entry = (struct hd_fresh){.what = what,
                                   .name = HD_OBJECT_NEW | ++all->fresh};
    }
    return entry->name;
}
