#include "context/stack.h"

#include "base/assert.h"
#include <sys/mman.h>

#define PAGE_BYTES ((size_t)4096)
#define SLAB_STACKS 16u
/* An odd number of pages: stack tops spread over all sets of the TLB. */
#define SLOT_BYTES (HD_STACK_GUARD_BYTES + HD_STACK_BYTES + PAGE_BYTES)
#define TOP_BYTES 256u /* room for struct hd_stack, a multiple of 64 */
#define STAGGERS 64u

static_assert(sizeof(struct hd_stack) <= TOP_BYTES, "it fits its place");

/* Where slabs lie, for the signal handler. Slabs are never unmapped. */
#define SLABS_MAX 8192u
static HD_GLOBAL struct {
    struct {
        char *base;
        size_t bytes;
    } slab[SLABS_MAX];
    unsigned count; /* may exceed SLABS_MAX: those were refused */
} slabs;

static _Thread_local struct hd_stack *free_stacks;

/* Threads map at the same time: each takes an entry of its own. */
static bool
reserve_slab(unsigned *out_slab)
{
    *out_slab = __atomic_fetch_add(&slabs.count, 1, __ATOMIC_RELAXED);
    return *out_slab < SLABS_MAX;
}

/* An entry counts once its size is there. */
static void
register_slab(unsigned slab, char *base, size_t bytes)
{
    slabs.slab[slab].base = base;
    __atomic_store_n(&slabs.slab[slab].bytes, bytes, __ATOMIC_RELEASE);
}

/* Stack number i of a slab: its description lies at its top. */
static struct hd_stack *
stack_at(char *base, unsigned slab, size_t i)
{
    const size_t stagger = (slab * SLAB_STACKS + i) % STAGGERS * 64;
    return (struct hd_stack *)(void *)(base + (i + 1) * SLOT_BYTES - TOP_BYTES -
                                       stagger);
}

static void
make_life(struct hd_stack *stack)
{
    char *top = (char *)stack;
    hd_context_make(&stack->context, top, (size_t)(top - stack->low),
                    stack->life, stack);
}

/* Map some stacks in one piece; returns them as a list. */
static struct hd_stack *
map_slab(hd_context_fn *life, unsigned count)
{
    unsigned slab;
    if (!reserve_slab(&slab)) {
        return NULL;
    }
    char *base =
        mmap(NULL, count * SLOT_BYTES, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (base == MAP_FAILED) {
        return NULL;
    }
    register_slab(slab, base, count * SLOT_BYTES);
    struct hd_stack *list = NULL;
    for (unsigned i = count; i-- > 0;) {
        char *slot = base + i * SLOT_BYTES;
        struct hd_stack *stack = stack_at(base, slab, i);
        if (mprotect(slot, HD_STACK_GUARD_BYTES, PROT_NONE) != 0) {
            break;
        }
        stack->low = slot + HD_STACK_GUARD_BYTES;
        stack->life = life;
        stack->next = list;
        list = stack;
        make_life(stack);
    }
    return list;
}

struct hd_stack *
hd_stack_create(hd_context_fn *life)
{
    return map_slab(life, 1);
}

void
hd_stack_revive(struct hd_stack *stack)
{
    hd_context_drop(&stack->context);
    hd_asan_unpoison(stack->low, (size_t)((char *)stack - stack->low));
    make_life(stack);
}

struct hd_stack *
hd_stack_take(hd_context_fn *life)
{
    if (free_stacks == NULL) {
        free_stacks = map_slab(life, SLAB_STACKS);
    }
    struct hd_stack *stack = free_stacks;
    if (stack == NULL) {
        return NULL;
    }
    HD_ASSERT(stack->life == life);
    free_stacks = stack->next;
    return stack;
}

void
hd_stack_give(struct hd_stack *stack)
{
    stack->next = free_stacks;
    free_stacks = stack;
}

void
hd_stack_drop(struct hd_stack *stack)
{
    hd_stack_revive(stack);
    hd_stack_give(stack);
}

/* The slab in which the address lies, and where in it; false: in none. */
static bool
find_slab(const volatile void *address, unsigned *out_slab, size_t *out_offset)
{
    const unsigned count = __atomic_load_n(&slabs.count, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < count && i < SLABS_MAX; i++) {
        const size_t bytes =
            __atomic_load_n(&slabs.slab[i].bytes, __ATOMIC_ACQUIRE);
        const size_t offset =
            (size_t)((const volatile char *)address - slabs.slab[i].base);
        if (offset < bytes) {
            *out_slab = i;
            *out_offset = offset;
            return true;
        }
    }
    return false;
}

const struct hd_stack *
hd_stack_find(const volatile void *address, size_t *out_depth)
{
    unsigned slab;
    size_t offset;
    if (!find_slab(address, &slab, &offset)) {
        return NULL;
    }
    const struct hd_stack *stack =
        stack_at(slabs.slab[slab].base, slab, offset / SLOT_BYTES);
    const char *top = (const char *)stack;
    *out_depth = (size_t)(top - (const volatile char *)address);
    return stack;
}

bool
hd_stack_guards(const void *address)
{
    unsigned slab;
    size_t offset;
    return find_slab(address, &slab, &offset) &&
           offset % SLOT_BYTES < HD_STACK_GUARD_BYTES;
}
