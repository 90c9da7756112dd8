/*
 * Stacks: mapped in slabs, kept in a pool for ever, each behind a guard region
 * of 64 KiB that no frame is likely to jump over.
 *
 *   low                                                             high
 *   | guard, no access | free stack ......... frames | struct hd_stack |
 *                                             ^ sp
 *
 * A pooled stack carries a coroutine that never ends: it runs what it is told,
 * goes back to the pool and stops; so a new task costs a switch, not a set-up.
 * Tops are staggered by 64 bytes, lest all of them fall into one cache set.
 *
 * One pool per thread; nothing here is for sharing.
 */
#ifndef HD_CONTEXT_STACK_H
#define HD_CONTEXT_STACK_H

#include "context/context.h"

/* Usable bytes; sanitizers need room for their own frames. */
#ifdef HD_ASAN
#define HD_STACK_BYTES ((size_t)1024 * 1024)
#else
#define HD_STACK_BYTES ((size_t)256 * 1024)
#endif
#define HD_STACK_GUARD_BYTES ((size_t)64 * 1024)

struct hd_stack {
    struct hd_context context;
    struct hd_stack *next; /* in the pool */
    char *low;             /* lowest usable byte */
    hd_context_fn *life;   /* what it runs, with itself as argument */
    uint64_t owner;        /* path of the task that lives on it, or last did */
};

/*
 * A stack whose context, when switched to, runs life(stack) from the start, or
 * from where an earlier life went to sleep after hd_stack_give().
 *
 * life      the same function for all stacks of one pool.
 * returns   NULL when out of memory.
 */
struct hd_stack *hd_stack_take(hd_context_fn *life);

/* A stack of its own, never pooled; hd_stack_revive() starts it afresh. */
struct hd_stack *hd_stack_create(hd_context_fn *life);
void hd_stack_revive(struct hd_stack *stack);

/* Back to the pool; the caller may still run on it until its next switch. */
void hd_stack_give(struct hd_stack *stack);

/* Back to the pool although something was going on there: it is forgotten. */
void hd_stack_drop(struct hd_stack *stack);

/*
 * The stack in which the address lies, and how far from its top; NULL: none.
 * What lies deeper than the running code may belong to nobody.
 */
const struct hd_stack *hd_stack_find(const volatile void *address,
                                     size_t *out_depth);

/* True if the address lies in a stack's guard. Async-signal-safe. */
bool hd_stack_guards(const void *address);

#endif
