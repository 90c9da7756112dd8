/*
 * How a context begins and how it is forgotten; the switch is in boost.h.
 */
#include "context/context.h"

_Thread_local struct hd_context *hd_context_here;

static void
trampoline(struct hd_transfer transfer)
{
    struct hd_context *left = transfer.data;
    left->sp = transfer.fctx;
    hd_context_arrived(left, NULL);
    const struct hd_context *self = left->to;
    self->fn(self->arg);
    __builtin_trap();
}

void
hd_context_make(struct hd_context *context, void *top, size_t bytes,
                hd_context_fn *fn, void *arg)
{
    context->sp = make_fcontext(top, bytes, trampoline);
    context->fn = fn;
    context->arg = arg;
    context->bottom = (char *)top - bytes;
    context->bytes = bytes;
    context->fake = NULL;
}

#ifdef HD_ASAN
/* Pretend to go there and to die there: that frees the fake stack. */
HD_NO_ASAN void
hd_context_drop(struct hd_context *context)
{
    if (context->fake == NULL) {
        return;
    }
    void *mine = NULL;
    const void *bottom;
    size_t bytes;
    __sanitizer_start_switch_fiber(&mine, context->bottom, context->bytes);
    __sanitizer_finish_switch_fiber(context->fake, &bottom, &bytes);
    __sanitizer_start_switch_fiber(NULL, bottom, bytes);
    __sanitizer_finish_switch_fiber(mine, NULL, NULL);
    context->fake = NULL;
}
#else
void
hd_context_drop(struct hd_context *context)
{
    (void)context;
}
#endif
