/*
 * The switch on POSIX swapcontext: two system calls each, but everywhere.
 *
 * Where a stack stopped is saved on that stack: in the frame of the switch, or
 * above the first frame before it has begun. So a context owns no memory.
 */
#include "context/context.h"

#include <ucontext.h>

static void
trampoline(unsigned high, unsigned low)
{
    const struct hd_context *self =
        (const struct hd_context *)((uintptr_t)high << 32 | low);
    self->fn(self->arg);
    __builtin_trap();
}

_Thread_local struct hd_context *hd_context_here;

void
hd_context_switch(struct hd_context *from, struct hd_context *to)
{
    ucontext_t here;
    here.uc_stack = (stack_t){.ss_sp = NULL}; /* ASan reads it */
    from->sp = &here;
    hd_context_here = to;
    swapcontext(&here, to->sp);
}

void
hd_context_make(struct hd_context *context, void *top, size_t bytes,
                hd_context_fn *fn, void *arg)
{
    const uintptr_t self = (uintptr_t)context;
    const uintptr_t place = ((uintptr_t)top - sizeof(ucontext_t)) & ~63ul;
    char *bottom = (char *)top - bytes;
    ucontext_t *first = (ucontext_t *)place;
    context->sp = first;
    context->fn = fn;
    context->arg = arg;
    getcontext(first);
    first->uc_stack.ss_sp = bottom;
    first->uc_stack.ss_size = (size_t)(place - (uintptr_t)bottom);
    first->uc_link = NULL;
    makecontext(first, (void (*)(void))trampoline, 2, (unsigned)(self >> 32),
                (unsigned)self);
}

void
hd_context_drop(struct hd_context *context)
{
    (void)context;
}
