/*
 * Footprints, as a strategy is told them: what each step of an execution
 * touched, which steps depend on each other, and which trace that makes.
 */
#ifndef TESTS_SUPPORT_FOOTPRINTS_H
#define TESTS_SUPPORT_FOOTPRINTS_H

#include "sim.h"

#define FOOTPRINT_STEPS_MAX 512u
#define FOOTPRINT_ACCESSES_MAX 16384u
#define FOOTPRINT_ACTORS_MAX 256u

/* One step. by: index of the step that made it ready; NONE, or ALL so far. */
#define FOOTPRINT_BY_NONE UINT32_MAX
#define FOOTPRINT_BY_ALL (UINT32_MAX - 1)
struct footprint {
    uint64_t path, hash;
    uint32_t actor, number; /* its how-manieth step, from 1 */
    uint32_t by, previous;  /* previous: its own step before, or NONE */
    uint32_t first, count;  /* of the accesses */
};

struct footprints {
    struct footprint steps[FOOTPRINT_STEPS_MAX];
    struct hd_access accesses[FOOTPRINT_ACCESSES_MAX];
    uint32_t step_count, access_count;
    struct {
        uint64_t path;
        uint32_t parent, ordinal, steps, last, by;
        uint8_t kind;
    } actors[FOOTPRINT_ACTORS_MAX]; /* by id */
    uint32_t actor_count, stepping;
    uint64_t trace; /* the same for executions that differ in nothing else than
                       the order of independent steps */
    bool full;      /* something did not fit: nothing here counts */
};

/* What a strategy that records has to call, beside picking. */
void footprints_begin(struct footprints *all);
void footprints_born(struct footprints *all, const struct hd_actor *actor);
void footprints_ready(struct footprints *all, const struct hd_actor *actor,
                      const struct hd_actor *by);
void footprints_picked(struct footprints *all, const struct hd_actor *actor);
void footprints_stepped(struct footprints *all,
                        const struct hd_access *accesses, uint32_t count);
#define FOOTPRINTS_WANTS                                                       \
    (HD_WANT_BIRTHS | HD_WANT_READY | HD_WANT_STEPS | HD_WANT_SINGLES)

/* Run fn(arg) under fifo and record; the result lives until the next call. */
const struct footprints *footprints_of(hd_fn *fn, void *arg,
                                       const struct hd_rules *rules);

/* A step, from 1 on, of main's child; child 0 is main. Fails if none is. */
const struct footprint *footprint_of(const struct footprints *all,
                                     uint32_t child, uint32_t number);

/* Do they depend on each other by what they touch? */
bool footprints_conflict(const struct footprints *all,
                         const struct footprint *a, const struct footprint *b);

/*
 * Two tasks, each of which does one thing with what they share, up to where it
 * waits; before, main prepares it. Do these steps depend on each other?
 */
struct footprint_pair {
    void (*prepare)(void *shared); /* may be NULL */
    void (*one)(void *shared);
    void (*other)(void *shared);
    void *shared;
    uint32_t before; /* tasks that main had spawned by then; it is filled in */
};
bool footprints_depend(const struct footprint_pair *pair);

/* The same, where what they share is known to them. */
bool pair_depends(void (*prepare)(void *), void (*one)(void *),
                  void (*other)(void *));

/* Does it touch the object, or is the object its own actor's state? */
bool footprint_touches(const struct footprints *all,
                       const struct footprint *step, uint64_t object);

#endif
