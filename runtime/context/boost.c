/*
 * The switch on Boost.Context, whose two functions have C linkage. The word
 * that travels with a jump is the context that was left, so that the arrival
 * can note where it stopped.
 */
#include "context/context.h"

typedef struct {
    void *fctx;
    void *data;
} transfer_t;

extern transfer_t jump_fcontext(void *to, void *data);
extern void *make_fcontext(void *top, size_t bytes, void (*fn)(transfer_t));

#ifdef HD_ASAN
static inline void
leaving(struct hd_context *from, const struct hd_context *to)
{
    __sanitizer_start_switch_fiber(&from->fake, to->bottom, to->bytes);
}

/* The first arrival tells the bounds of the thread's own stack. */
static inline void
arrived(struct hd_context *left, void *fake)
{
    __sanitizer_finish_switch_fiber(fake, &left->bottom, &left->bytes);
}
#else
static inline void
leaving(struct hd_context *from, const struct hd_context *to)
{
    (void)from;
    (void)to;
}

static inline void
arrived(struct hd_context *left, void *fake)
{
    (void)left;
    (void)fake;
}
#endif

_Thread_local struct hd_context *hd_context_here;

void
hd_context_switch(struct hd_context *from, struct hd_context *to)
{
    leaving(from, to);
    from->to = to;
    hd_context_here = to;
    const transfer_t transfer = jump_fcontext(to->sp, from);
    struct hd_context *left = transfer.data;
    left->sp = transfer.fctx;
    arrived(left, from->fake);
    from->fake = NULL;
}

static void
trampoline(transfer_t transfer)
{
    struct hd_context *left = transfer.data;
    left->sp = transfer.fctx;
    arrived(left, NULL);
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
