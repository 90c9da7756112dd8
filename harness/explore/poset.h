/*
 * The steps of a recorded run as a partial order: one step is before another if
 * it has made it possible, or if both touch something in a way that may come
 * out differently in the other order. Every order of the steps that respects
 * this shows what the run has shown.
 */
#ifndef HD_EXPLORE_POSET_H
#define HD_EXPLORE_POSET_H

#include "explore/recording.h"

#define HD_POSET_NONE UINT32_MAX

/*
 * actor   dense, by first appearance; number: which step of it, from 1.
 * event   in the recording; next: the actor's next step, or NONE.
 */
struct hd_poset_step {
    uint32_t actor, number, event, next;
};

struct hd_poset_actor {
    uint32_t id, first, last; /* steps, or NONE */
    uint64_t path;
};

struct hd_poset {
    const struct hd_recording *recording; /* borrowed */
    struct hd_poset_step *steps;
    struct hd_poset_actor *actors;
    uint64_t *before; /* bit i of row s: step i is before s */
    uint32_t step_count, actor_count, words;
};

/* False: the recording is of no use, or out of memory. */
bool hd_poset_init(struct hd_poset *poset,
                   const struct hd_recording *recording);
void hd_poset_finish(struct hd_poset *poset);

/* The dense number of an actor's id, or NONE. */
uint32_t hd_poset_actor(const struct hd_poset *poset, uint32_t id);

static inline const uint64_t *
hd_poset_before(const struct hd_poset *poset, uint32_t step)
{
    return poset->before + (size_t)step * poset->words;
}

#endif
