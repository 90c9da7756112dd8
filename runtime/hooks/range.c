#include "hooks/hooks.h"

__attribute__((noinline)) void
hd_hooks_note(const volatile void *memory, size_t bytes, uint64_t what,
              uint64_t place, struct hd_memory_book *book)
{
    hd_memory_touch_range(book, (uintptr_t)memory, bytes, what, place);
}
