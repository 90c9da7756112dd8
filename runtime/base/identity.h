/*
 * Names of what steps touch (struct hd_access).
 *
 * An object of Heddle's has a dense number in its execution; here is what it is
 * called in all of them. Memory that has no such name is numbered by first use.
 * Only kept where a strategy is told what steps touch.
 */
#ifndef HD_BASE_IDENTITY_H
#define HD_BASE_IDENTITY_H

#include "base/random.h"
#include <heddle/scheduler.h>

struct hd_arena;

/*
 * Paths of actors: the root's, and that of what is born as the ordinal-th of
 * its kind. They are names of objects, too.
 */
static inline uint64_t
hd_path_of_root(void)
{
    return hd_mix(0) & ~HD_OBJECT_NEW;
}

static inline uint64_t
hd_path_of(uint64_t parent, uint64_t ordinal, bool is_task)
{
    return hd_mix(parent ^ (ordinal << 8 | (uint64_t)!is_task)) &
           ~HD_OBJECT_NEW;
}

/* What a name is the name of: two kinds of one thing are two objects. */
enum hd_identity_kind {
    HD_IS_OBJECT = 1, /* by its birth: parent and ordinal */
    HD_IS_CORO,       /* a coroutine object, by its maker's step */
    HD_IS_STATIC,     /* a variable of the program */
    HD_IS_STACK,      /* of a task: its path and how deep */
    HD_IS_CHANGED,    /* a task, a future: whether it is done, and how */
    HD_IS_COUNT,      /* how many of those have come that it counts */
    HD_IS_HANDLE,     /* its public handle: is it still good? */
    HD_IS_HOOKS,      /* the callbacks that the public has put on it */
    HD_IS_WAIT,       /* what a task waits for inside of a call */
    HD_IS_CANCELS,    /* how often a task is asked to end */
    HD_IS_TITLE,      /* what a task is called by its program */
    HD_IS_LINE,       /* of a lock, a semaphore: who is next */
    HD_IS_STATE,      /* of one: what those who ask can see */
    HD_IS_PUTS,       /* of a queue: how many were put, */
    HD_IS_GETS,       /* ... and taken */
    HD_IS_ITEM,       /* ... the n-th item, */
    HD_IS_ROOM,       /* ... the room for it, */
    HD_IS_WORK,       /* ... and what is unfinished */
    HD_IS_LOOP,       /* does the loop run? */
    HD_IS_STOP,       /* was it told to stop? */
    HD_IS_LIVE,       /* which tasks live on it? */
    HD_IS_WORLD,      /* something that there is once: hd_identity_world */
    HD_IS_BLOCK,      /* of the heap: by who took it, as his how-manieth */
    HD_IS_HEAP,       /* a piece of a block */
    HD_IS_LIFE,       /* of a block: was it given back? */
    /* Only orders: all accesses from here on are HD_ACCESS_ENABLES. */
    HD_IS_DONE,    /* a future is; a callback was put somewhere */
    HD_IS_COUNTED, /* the last one has come */
};

enum hd_identity_world {
    HD_WORLD_CLOCK,
    HD_WORLD_RANDOM,
    HD_WORLD_MEMORY, /* everything that is marked */
    HD_WORLD_CANCELS_LEFT,
    HD_WORLD_ALLOCS_LEFT,
    HD_WORLD_LOOPS,
    HD_WORLD_EVERYTHING, /* --memory=all */
};

/*
 * A name made of others, the same everywhere. Steps make several of them, so
 * it is one product of 128 bits, folded; a hash of this kind for two keys needs
 * no more.
 */
static inline uint64_t
hd_identity(enum hd_identity_kind kind, uint64_t of, uint64_t which)
{
    const uint64_t what = which << 8 | (uint64_t)kind;
    const hd_uint128 product = (hd_uint128)(of ^ UINT64_C(0x2d358dccaa6c78a5)) *
                               (what ^ UINT64_C(0x8bb84b93962eacc9));
    return ((uint64_t)product ^ (uint64_t)(product >> 64)) & ~HD_OBJECT_NEW;
}

struct hd_identities {
    uint64_t *named; /* by number; 0: it has none */
    uint32_t named_room;
    uint32_t fresh, fresh_room; /* a table, open, at most half full */
    struct hd_fresh {
        uintptr_t what;
        uint64_t name;
    } * table;
    struct hd_arena *arena;
};

/* Object number `object` is called name from here on. */
void hd_identities_put(struct hd_identities *all, uint32_t object,
                       uint64_t name);

/*
 * The name by first use of whatever the key stands for; 0 is no key. These
 * names are HD_OBJECT_NEW and a number, from 1 on without gaps.
 */
uint64_t hd_identities_fresh(struct hd_identities *all, uintptr_t what);

/* What it is called; one without a name is named by first use. */
static inline uint64_t
hd_identities_get(struct hd_identities *all, uint32_t object)
{
    const uint64_t name = object < all->named_room ? all->named[object] : 0;
    return __builtin_expect(name != 0, 1)
               ? name
               : hd_identities_fresh(all, hd_mix(object) | 1);
}

/* Another object of one that is called so. */
static inline uint64_t
hd_identities_of(struct hd_identities *all, enum hd_identity_kind kind,
                 uint64_t name, uint64_t which)
{
    const uint64_t other = hd_identity(kind, name, which);
    return __builtin_expect((name & HD_OBJECT_NEW) != 0, 0)
               ? hd_identities_fresh(all, other | 1)
               : other;
}

#endif
