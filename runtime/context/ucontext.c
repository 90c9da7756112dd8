/*
 * The switch on POSIX swapcontext: two system calls each, but everywhere.
 */
#include "context/context.h"

#include "base/assert.h"
#include <stdlib.h>
#include <ucontext.h>

static void
trampoline(unsigned high, unsigned low)
{
    const struct hd_context *self =
        (const struct hd_context *)((uintptr_t)high << 32 | low);
    self->fn(self->arg);
    __builtin_trap();
}

static ucontext_t *
saved(struct hd_context *context)
{
    if (context->sp == NULL) {
        context->sp = calloc(1, sizeof(ucontext_t));
        HD_ASSERT(context->sp != NULL);
    }
    return context->sp;
}

_Thread_local struct hd_context *hd_context_here;

void
hd_context_switch(struct hd_context *from, struct hd_context *to)
{
    hd_context_here = to;
    swapcontext(saved(from), to->sp);
}

void
hd_context_make(struct hd_context *context, void *top, size_t bytes,
                hd_context_fn *fn, void *arg)
{
    ucontext_t *ucontext = saved(context);
    const uintptr_t self = (uintptr_t)context;
    context->fn = fn;
    context->arg = arg;
    getcontext(ucontext);
    ucontext->uc_stack.ss_sp = (char *)top - bytes;
    ucontext->uc_stack.ss_size = bytes;
    ucontext->uc_link = NULL;
    makecontext(ucontext, (void (*)(void))trampoline, 2, (unsigned)(self >> 32),
                (unsigned)self);
}

void
hd_context_drop(struct hd_context *context)
{
    (void)context;
}
