#include "memory.h"

#include "base/arena.h"

void *__real_hd_arena_take(struct hd_arena *arena, size_t size);
void __real_hd_arena_give(struct hd_arena *arena, void *memory, size_t size);
void *__wrap_hd_arena_take(struct hd_arena *arena, size_t size);
void __wrap_hd_arena_give(struct hd_arena *arena, void *memory, size_t size);

static size_t left, held;
static bool failed;

void
memory_fail_at(size_t nth)
{
    left = nth;
    failed = false;
}

bool
memory_has_failed(void)
{
    return failed;
}

size_t
memory_held(void)
{
    return held;
}

void *
__wrap_hd_arena_take(struct hd_arena *arena, size_t size)
{
    if (left > 0 && --left == 0) {
        failed = true;
        return NULL;
    }
    void *memory = __real_hd_arena_take(arena, size);
    held += memory != NULL ? size : 0;
    return memory;
}

void
__wrap_hd_arena_give(struct hd_arena *arena, void *memory, size_t size)
{
    held -= size;
    __real_hd_arena_give(arena, memory, size);
}
