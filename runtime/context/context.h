/*
 * One C stack becomes another.
 *
 * A context is a stopped stack: where it stopped, and for ASan what it must be
 * told. Switching saves here and goes on there. The switch itself is
 * Boost.Context's (5.5 ns: it keeps the floating-point control words), or
 * swapcontext where that is missing (meson option `context`).
 */
#ifndef HD_CONTEXT_CONTEXT_H
#define HD_CONTEXT_CONTEXT_H

#include "base/sanitize.h"
#include <heddle/api.h>

/* Runs on a fresh stack; it never returns. */
typedef void hd_context_fn(void *arg);

struct hd_context {
    void *sp;              /* where it stopped; the switch's business */
    struct hd_context *to; /* where it last went */
    hd_context_fn *fn;     /* what it began with */
    void *arg;
    const void *bottom; /* lowest byte of its stack; for ASan only */
    size_t bytes;
    void *fake; /* ASan's fake stack while stopped */
};

/* The context that runs on this thread, if it was switched to. */
extern _Thread_local struct hd_context *hd_context_here
    __attribute__((tls_model("initial-exec")));

/*
 * Save the running stack in from, go on in to; returns when somebody switches
 * to from. to must be stopped.
 */
#ifdef HD_CONTEXT_UCONTEXT
void hd_context_switch(struct hd_context *from, struct hd_context *to);
#else
static inline void hd_context_switch(struct hd_context *from,
                                     struct hd_context *to);
#endif

/*
 * Make a stopped context that will call fn(arg) on the given stack.
 *
 * top       one past the highest byte, aligned to 16.
 */
void hd_context_make(struct hd_context *context, void *top, size_t bytes,
                     hd_context_fn *fn, void *arg);

/*
 * Forget a stopped context without resuming it: its frames are never unwound,
 * its ASan fake stack is given back. Runs on another stack than its own.
 */
void hd_context_drop(struct hd_context *context);

#ifndef HD_CONTEXT_UCONTEXT
#include "context/boost.h"
#endif

#endif
