/*
 * The state of the exhaustive search (dpor.c), shared by its files:
 *
 *   dpor.c         the strategy: what the ready set asks and tells
 *   dpor_steps.c   steps, each kept once; which of them conflict
 *   dpor_nodes.c   the nodes of the present execution: who is asleep, which
 *                  branches are left, where to go next
 *   dpor_races.c   happens-before, and the races in it
 *   dpor_reverse.c what has to be run because of a race
 *   dpor_wakeup.c  wakeup trees
 *   dpor_values.c  values that are chosen in a step
 *
 * A node is a point of the execution before a step; node and step have the
 * same number, from 1. Node 0 stands for what happens before the first pick.
 *
 * The state lies in two parts. The store is what the search needs to go on: it
 * grows page by page, its sections each a list of pages, so that what is in use
 * is one piece that a file can keep. The rest is about the present execution,
 * or can be computed anew from the store. Nothing in either is a pointer; index
 * 0 means none.
 */
#ifndef HD_STRATEGY_DPOR_H
#define HD_STRATEGY_DPOR_H

#include "base/assert.h"
#include <heddle/scheduler.h>

#define HD_DPOR_DEPTH_MAX 16384u /* steps of one execution */
#define HD_DPOR_ACTORS_MAX 65536u
#define HD_DPOR_STEPS_MAX ((uint32_t)1 << 20) /* different ones */
#define HD_DPOR_OBJECTS_MAX ((uint32_t)1 << 18)
#define HD_DPOR_ITEMS_MAX ((uint32_t)1 << 20) /* accesses of one execution */
#define HD_DPOR_ACCESSES_MAX 32768u           /* of one step */
#define HD_DPOR_GUESSES 1024u
#define HD_DPOR_DISABLED_MAX 4096u
#define HD_DPOR_RACES_MAX ((uint32_t)1 << 20)
#define HD_DPOR_PAGE_BITS 16u
#define HD_DPOR_PAGES_MAX 4096u
#define HD_DPOR_WORDS (HD_DPOR_DEPTH_MAX / 64 + 1)

/*
 * A step that some execution took: who, with which values, touching what. Its
 * number is its identity; conflicts are between two numbers.
 *
 * accesses   sorted by object, each once; the actor's own state is among them.
 * news       1 + the largest number of an HD_OBJECT_NEW, 0 without any.
 * wild       nobody knows what it touches: it conflicts with everything.
 * no_change, no_look   sieves, a bit for the names that share it: none of these
 *            is accessed by HD_WRITES or HD_ADDS; by HD_WRITES or HD_READS. Two
 *            steps can conflict only where one changes what the other looks at.
 */
struct hd_dpor_step {
    uint64_t hash, path;
    uint32_t access_from, access_count;
    uint32_t value_from, value_count;
    uint64_t news;
    uint32_t ordinal; /* its actor's how-manieth; 0: unknown */
    bool wild;
    uint8_t unused[3];
    uint64_t no_change, no_look;
};

/* An access of a step, or one that will be. */
struct hd_dpor_access {
    uint64_t object;
    uint8_t mode, flags;
};

/*
 * Who must not step now: what would come of it is known already.
 *
 * actor   whose number is the same in this execution, since it is older than
 *         the branch in which it stepped.
 * of      so many of its steps were taken with different values; if all of
 *         them are here, the actor is asleep, else only those values are.
 * alone   it stands only for what begins with it: its step failed, and nothing
 *         could come after it; or where it stepped no races are looked at.
 * known   HD_OBJECT_NEW objects with smaller numbers are the same in both.
 */
struct hd_dpor_sleeper {
    uint32_t step, actor;
    uint32_t of : 31, alone : 1;
    uint32_t known;
};

/* A value that was chosen in a step; first: before all others. */
struct hd_dpor_value {
    uint32_t taken, bound, first;
    uint32_t hash;
};

/*
 * A step to be taken, then those of its children, or else its next sibling.
 *
 * actor    its number at the node if the branch stands there.
 * guessed  what it touches was seen where it came after who it races with.
 */
struct hd_dpor_branch {
    uint32_t step;
    uint32_t actor : 31, guessed : 1;
    uint32_t child, next;
};

/* The same while it is in no tree; number: of the step, if it has one. */
struct hd_dpor_planned {
    uint32_t step, number;
    uint32_t actor : 31, guessed : 1;
};

enum hd_dpor_op {
    HD_DPOR_PLAIN,
    HD_DPOR_LOCK,    /* takes a mutex, for which it may have to wait */
    HD_DPOR_GENERAL, /* may have to wait for anything */
};

/*
 * hash        of the trace and the ready set.
 * path, actor, at   who steps, and where it stood in the ready array.
 * step        what came of it, 0 as long as it is not over.
 * before      the actor's step before this one; enabler: whose step made it
 *             ready; barrier: all steps below that number come before.
 * latest      of the steps that happen before, the last.
 * enabled, sleep, values   stretches of the sections of these names; of the
 *             sleepers the first `inherited` came from the node before.
 * branches    what else is to be run here; follow: after the present step.
 * forced      the step whose values it shall take first.
 * known       HD_OBJECT_NEW objects below this number were seen before.
 * done        branches that are finished.
 * paths       of shards: the product of the numbers of branches above.
 */
struct hd_dpor_node {
    uint64_t hash, path, paths;
    uint32_t actor, at, step;
    uint32_t before, enabler, barrier, latest;
    uint32_t enabled_from, enabled_count;
    uint32_t sleep_from, sleep_count, inherited;
    uint32_t value_from, value_count;
    uint32_t branches, follow, forced;
    uint32_t known, done, items, races, ordinal;
    uint8_t op;
    bool shared; /* it is above the regions that shards divide */
    bool ended;  /* its step failed, and with it the execution */
    bool plain;  /* no object was named by first use before it */
    uint8_t unused[12];
};

enum hd_dpor_section {
    HD_DPOR_NODES,
    HD_DPOR_ENABLED,
    HD_DPOR_SLEEP,
    HD_DPOR_VALUES,
    HD_DPOR_STEPS,
    HD_DPOR_ACCESSES,
    HD_DPOR_TAKEN, /* values of steps */
    HD_DPOR_BRANCHES,
    HD_DPOR_SECTIONS
};

/* What is known of an actor in the present execution. */
struct hd_dpor_actor {
    uint64_t path;
    uint32_t last, enabler, barrier;
    uint32_t since;  /* the step during which it became ready */
    uint32_t object; /* of the pending operation, if that is known */
    uint8_t mode, op;
    bool ready, pending; /* blocked, the operation known */
    bool marked;         /* asleep at the node that is looked at */
};

/* Who touched an object: the last item of a list. */
struct hd_dpor_object {
    uint64_t name;
    uint32_t last;
};

/*
 * previous   of the same object; other: the nearest of another mode.
 */
struct hd_dpor_item {
    uint32_t step, previous, other, object;
    uint8_t mode, flags;
};

/* A ready actor was disabled in this step, before it could step itself. */
struct hd_dpor_disabled {
    uint32_t step, actor;
};

struct hd_dpor_race {
    uint32_t first, second;
};

/*
 * Of the present execution, or computed from the store. The tables are hashed,
 * powers of two, at most half full, and only as large as they need be.
 */
struct hd_dpor_scratch {
    bool alive;    /* else it has to be computed */
    uint32_t seen; /* steps whose order is computed */
    uint32_t items, objects, disabled_count, race_count, born;
    uint32_t object_room, step_room; /* of the tables */
    uint32_t repeats; /* steps at whose footprints it will not look */
    struct hd_dpor_actor actors[HD_DPOR_ACTORS_MAX];
    struct hd_dpor_object object[HD_DPOR_OBJECTS_MAX]; /* from 1 on */
    struct hd_dpor_item item[HD_DPOR_ITEMS_MAX];
    struct hd_dpor_disabled disabled[HD_DPOR_DISABLED_MAX];
    struct hd_dpor_race races[HD_DPOR_RACES_MAX];
    uint32_t object_table[HD_DPOR_OBJECTS_MAX * 2];
    uint32_t guesses[HD_DPOR_GUESSES]; /* objects, by the end of their names */
    uint32_t step_table[HD_DPOR_STEPS_MAX * 2];
    uint64_t direct[HD_DPOR_WORDS], racing[HD_DPOR_WORDS];
    uint64_t causal[HD_DPOR_WORDS], inside[HD_DPOR_WORDS];
    struct hd_dpor_planned sequence[HD_DPOR_DEPTH_MAX + 2];
    struct hd_dpor_planned trail[HD_DPOR_DEPTH_MAX + 2];
    struct hd_dpor_access gathered[HD_DPOR_ACCESSES_MAX + 1];
    /* Which steps happen before which: a row of bits each. */
    uint64_t rows[(uint64_t)64 * (HD_DPOR_WORDS * (HD_DPOR_WORDS + 1) / 2)];
};

/*
 * count     nodes of the present execution, node 0 among them; the first
 *           `fresh` are those of the last one. At node `fresh` values below
 *           `fresh_values` are, too.
 * raced     steps whose races have been looked at.
 * running   an execution has begun, and nothing been learned from it yet.
 * depth     the present step; value_at: values that were asked in it.
 * quiet     when time last passed: after that step.
 * varied    some step touched something else where it was taken elsewhere.
 * lost      the rest of this execution is not looked at.
 * blocked   whoever could step is asleep; foreign: it is another shard's.
 * region    regions seen so far; region_before: when this execution began.
 */
struct hd_dpor {
    bool begun, done, optimal, cut, diverged, varied;
    bool running, lost, blocked, foreign, passes;
    uint32_t shard, shards;
    uint32_t count, fresh, fresh_values, raced;
    uint32_t depth, value_at, quiet, ready_count, free_branch, pages;
    uint64_t region, region_before, complete, pruned;
    double explored;
    uint32_t sizes[HD_DPOR_SECTIONS];
    uint16_t page[HD_DPOR_SECTIONS][HD_DPOR_PAGES_MAX];
    _Alignas(
        64) uint8_t store[(uint64_t)HD_DPOR_PAGES_MAX << HD_DPOR_PAGE_BITS];
    struct hd_dpor_scratch scratch;
};

/* ---- the store: dpor_steps.c ---- */

/* Items of 2^bits bytes; a page holds a power of two of them. */
static inline void *
hd_dpor_item_at(struct hd_dpor *dpor, enum hd_dpor_section section,
                uint32_t index, uint32_t bits)
{
    const uint32_t shift = HD_DPOR_PAGE_BITS - bits;
    const uint64_t page = dpor->page[section][index >> shift];
    const uint64_t at = index & (((uint32_t)1 << shift) - 1);
    return dpor->store + (page << HD_DPOR_PAGE_BITS) + (at << bits);
}

#define HD_DPOR_GETTER(name, type, section, bits)                              \
    static inline type *name(struct hd_dpor *dpor, uint32_t index)             \
    {                                                                          \
        static_assert(sizeof(type) == (size_t)1 << (bits), "a page's items");  \
        return hd_dpor_item_at(dpor, section, index, bits);                    \
    }

HD_DPOR_GETTER(hd_dpor_node, struct hd_dpor_node, HD_DPOR_NODES, 7)
HD_DPOR_GETTER(hd_dpor_enabled, uint32_t, HD_DPOR_ENABLED, 2)
HD_DPOR_GETTER(hd_dpor_sleeper, struct hd_dpor_sleeper, HD_DPOR_SLEEP, 4)
HD_DPOR_GETTER(hd_dpor_value, struct hd_dpor_value, HD_DPOR_VALUES, 4)
HD_DPOR_GETTER(hd_dpor_step, struct hd_dpor_step, HD_DPOR_STEPS, 6)
HD_DPOR_GETTER(hd_dpor_access, struct hd_dpor_access, HD_DPOR_ACCESSES, 4)
HD_DPOR_GETTER(hd_dpor_taken, uint32_t, HD_DPOR_TAKEN, 2)
HD_DPOR_GETTER(hd_dpor_branch, struct hd_dpor_branch, HD_DPOR_BRANCHES, 4)

/*
 * Make the section so many items long. False, and the search is cut, if there
 * is no room.
 */
bool hd_dpor_resize(struct hd_dpor *dpor, enum hd_dpor_section section,
                    uint32_t count);

/*
 * A step that was or may be taken. values: the node that has them, or NULL;
 * accesses: NULL if nobody knows, else sorted and merged in place.
 */
struct hd_dpor_draft {
    uint64_t path;
    uint32_t ordinal, count;
    const struct hd_dpor_node *values;
    struct hd_dpor_access *accesses;
};

/* Its number. 0, and the search is cut, if there is no room. */
uint32_t hd_dpor_step_find(struct hd_dpor *dpor, struct hd_dpor_draft draft);

/* What an actor may do, nobody knows. */
uint32_t hd_dpor_step_unknown(struct hd_dpor *dpor, uint64_t path);

/*
 * Do two steps conflict? They come from executions in which HD_OBJECT_NEW
 * objects below known are the same.
 */
bool hd_dpor_conflict(struct hd_dpor *dpor, uint32_t a, uint32_t b,
                      uint32_t known);

/* Do two modes of access to one object? */
static inline bool
hd_dpor_modes_conflict(uint8_t a, uint8_t b)
{
    return a != b || a == HD_WRITES;
}

/* Did both steps take the same values? */
bool hd_dpor_same_values(struct hd_dpor *dpor, uint32_t a, uint32_t b);

/* Make the table that finds them, with room for as many again. */
void hd_dpor_index_steps(struct hd_dpor *dpor);

/* ---- nodes: dpor_nodes.c ---- */

/*
 * The next node of a new stretch; view is what can step. Returns who shall, or
 * NULL if it is not worth it.
 */
struct hd_actor *hd_dpor_node_new(struct hd_dpor *dpor,
                                  const struct hd_view *view);

/* The node from which this execution leaves the last one: who shall step? */
struct hd_actor *hd_dpor_node_branch(struct hd_dpor *dpor,
                                     const struct hd_view *view);

/* Is every step of the actor asleep at the node? */
bool hd_dpor_is_asleep(struct hd_dpor *dpor, const struct hd_dpor_node *node,
                       uint32_t actor);

/* ---- values: dpor_values.c ---- */

/* Must the value index of the node's step not be this one? */
bool hd_dpor_value_sleeps(struct hd_dpor *dpor, const struct hd_dpor_node *node,
                          uint32_t index, uint32_t value);

/* The value to try first, and the next one; false: there is none. */
bool hd_dpor_value_first(struct hd_dpor *dpor, const struct hd_dpor_node *node,
                         uint32_t index);
bool hd_dpor_value_next(struct hd_dpor *dpor, const struct hd_dpor_node *node,
                        uint32_t index);

/* Add a branch to a list's end; 0 if there is no room. */
uint32_t hd_dpor_branch_add(struct hd_dpor *dpor, uint32_t *list, uint32_t step,
                            uint32_t actor);

void hd_dpor_branch_free(struct hd_dpor *dpor, uint32_t list);

/* Is the actor among the node's branches, begun or not? */
bool hd_dpor_has_branch(struct hd_dpor *dpor, const struct hd_dpor_node *node,
                        uint64_t path);

/* Run this actor at the node, too, unless it was or is asleep. */
void hd_dpor_add_actor(struct hd_dpor *dpor, uint32_t at, uint32_t actor);
/* Run all that could step there. */
void hd_dpor_add_all(struct hd_dpor *dpor, uint32_t at);

/* To the deepest node with something left to run; false: there is none. */
bool hd_dpor_go_back(struct hd_dpor *dpor);

/* ---- happens-before: dpor_races.c ---- */

/* A step to be put in order: taken, or one that somebody is blocked before. */
struct hd_dpor_event {
    uint32_t number, step, actor;
    uint32_t before, enabler, barrier;
    enum hd_dpor_op op;
    uint32_t locks[4]; /* who took the mutexes before that it takes */
    uint32_t lock_count;
    bool is_pending; /* it was never taken, */
    uint32_t own;    /* or came to something else in this step */
};

/* The bits of all steps that happen before this one. */
static inline uint64_t *
hd_dpor_row(struct hd_dpor *dpor, uint32_t number)
{
    const uint64_t block = number / 64;
    return dpor->scratch.rows + 32 * block * (block + 1) +
           number % 64 * (block + 1);
}

static inline bool
hd_dpor_has(const uint64_t *row, uint32_t number)
{
    return row[number / 64] >> (number % 64) & 1;
}

static inline void
hd_dpor_put(uint64_t *row, uint32_t number)
{
    row[number / 64] |= (uint64_t)1 << (number % 64);
}

/* Does the step a happen before b, which is later? */
static inline bool
hd_dpor_precedes(struct hd_dpor *dpor, uint32_t a, uint32_t b)
{
    return hd_dpor_has(hd_dpor_row(dpor, b), a);
}

/* A step and all before it. */
static inline void
hd_dpor_put_with_past(struct hd_dpor *dpor, uint64_t *row, uint32_t number)
{
    const uint64_t *past = hd_dpor_row(dpor, number);
    for (uint32_t i = 0; i <= number / 64; i++) {
        row[i] |= past[i];
    }
    hd_dpor_put(row, number);
}

/* Forget what is known of the steps from this one on. */
void hd_dpor_forget(struct hd_dpor *dpor, uint32_t from);

/*
 * The execution is over: look at its new steps. broke: something ended it
 * before its time.
 */
void hd_dpor_look(struct hd_dpor *dpor, bool broke);

/* ---- reversals: dpor_reverse.c ---- */

/*
 * The step e races with the event, whose direct predecessors are in scratch: at
 * the node before e, have something run in which the event comes first.
 */
void hd_dpor_reverse(struct hd_dpor *dpor, const struct hd_dpor_event *event,
                     uint32_t e);

/*
 * Sleepers race, too: one that was woken may have done something else since.
 * The first so many steps were looked at with an execution before.
 */
void hd_dpor_look_at_sleepers(struct hd_dpor *dpor, uint32_t looked_at);

/* Did it come after e, but not because of it? */
bool hd_dpor_is_between(struct hd_dpor *dpor, uint32_t e, uint32_t number);

/*
 * Which of those come before the event, into scratch.inside. False: none.
 */
bool hd_dpor_find_inside(struct hd_dpor *dpor,
                         const struct hd_dpor_event *event, uint32_t e);

bool hd_dpor_is_enabled_at(struct hd_dpor *dpor,
                           const struct hd_dpor_node *node, uint32_t actor);

/* ---- wakeup trees: dpor_wakeup.c ---- */

/* Insert what comes between e and the event, and the event, before e. */
void hd_dpor_wakeup_add(struct hd_dpor *dpor, const struct hd_dpor_event *event,
                        uint32_t e);

/*
 * The node's step is known now: what else is to be run at the node and could as
 * well come after it goes there.
 */
void hd_dpor_wakeup_sift(struct hd_dpor *dpor, struct hd_dpor_node *node);

#endif
