/*
 * Children: the futures that a combinator was given, held, and a callback of
 * its own on each.
 *
 * The public may name a future twice. It is then held twice but has only one
 * callback: what counts is how many distinct ones there are. Memory for the
 * array is the combinator's: its frame for a few, the loop's arena for many.
 */
#ifndef HD_COMPOSE_CHILDREN_H
#define HD_COMPOSE_CHILDREN_H

#include "task/callback.h"

/* So many fit into a frame; more than the other the arena cannot give. */
#define HD_CHILDREN_FEW 8u
#define HD_CHILDREN_MAX (((size_t)1 << 25) / sizeof(struct hd_child))

struct hd_child {
    struct hd_callback callback; /* idle if it is a repetition */
    struct hd_future *future;    /* retained */
    bool again;                  /* named before */
};

/*
 * each    room for count.
 * run     called once per distinct child, with owner as the callback's.
 * object  the combinator's, as the log is to know it; it goes on when any of
 *         the children has ended, or needs them all.
 */
struct hd_children {
    struct hd_child *each;
    size_t count, distinct;
    uint32_t object;
    bool any;
    void (*run)(struct hd_callback *callback);
    void *owner;
};

static inline struct hd_child *
hd_child_of(struct hd_callback *callback)
{
    return (struct hd_child *)(void *)((char *)callback -
                                       offsetof(struct hd_child, callback));
}

/* It failed; being cancelled is no failure. */
static inline bool
hd_child_failed(const struct hd_child *child)
{
    return child->future->state == HD_FUTURE_DONE && child->future->status < 0;
}

/*
 * May these be waited for, all of them on this loop?
 *
 * returns   HD_OK, HD_E_STALE, HD_E_FOREIGN_LOOP, HD_E_NO_MEMORY (too many)
 */
int hd_children_check(const struct hd_loop *loop,
                      struct hd_future *const *futures, size_t count,
                      uint64_t place);

/* Hold the futures, which have been checked, and wait for each. */
void hd_children_start(struct hd_children *children,
                       struct hd_future *const *futures, uint64_t place);

/* No callback runs from here on; the futures stay held. */
void hd_children_stop(struct hd_children *children);

/* Stop, let the futures go. Nobody remembers the memory, which may go next. */
void hd_children_finish(struct hd_children *children);

#endif
