/*
 * The switch on Boost.Context, whose two functions have C linkage. The word
 * that travels with a jump is the context that was left, so that the arrival
 * can note where it stopped.
 *
 * Inline, and so is what suspends a task: after a switch the processor's stack
 * of return addresses is another stack's, and every return on the way back to
 * the user's code is predicted wrong. Fewer returns, a faster step.
 */
#ifndef HD_CONTEXT_BOOST_H
#define HD_CONTEXT_BOOST_H

#include "context/context.h"

struct hd_transfer {
    void *fctx;
    void *data;
};

extern struct hd_transfer jump_fcontext(void *to, void *data);
extern void *make_fcontext(void *top, size_t bytes,
                           void (*fn)(struct hd_transfer));

#ifdef HD_ASAN
static inline void
hd_context_leaving(struct hd_context *from, const struct hd_context *to)
{
    __sanitizer_start_switch_fiber(&from->fake, to->bottom, to->bytes);
}

/* The first arrival tells the bounds of the thread's own stack. */
static inline void
hd_context_arrived(struct hd_context *left, void *fake)
{
    __sanitizer_finish_switch_fiber(fake, &left->bottom, &left->bytes);
}
#else
static inline void
hd_context_leaving(struct hd_context *from, const struct hd_context *to)
{
    (void)from;
    (void)to;
}

static inline void
hd_context_arrived(struct hd_context *left, void *fake)
{
    (void)left;
    (void)fake;
}
#endif

static inline __attribute__((always_inline)) void
hd_context_switch(struct hd_context *from, struct hd_context *to)
{
    hd_context_leaving(from, to);
    from->to = to;
    hd_context_here = to;
    const struct hd_transfer transfer = jump_fcontext(to->sp, from);
    struct hd_context *left = transfer.data;
    left->sp = transfer.fctx;
    hd_context_arrived(left, from->fake);
    from->fake = NULL;
}

#endif
