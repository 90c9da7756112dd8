#include "hooks/hooks.h"

static __attribute__((constructor)) void
announce(void)
{
    hd_memory_hooked = true;
}

__attribute__((noinline)) void
hd_hooks_note(const volatile void *memory, size_t bytes, uint64_t what,
              uint64_t place, struct hd_memory_book *book)
{
    if (bytes > HD_RANGE_MAX) {
        hd_memory_touch_all(
            book, what & HD_TOUCH_WRITES ? HD_WRITES : HD_READS, place);
        return;
    }
    hd_memory_touch(book, (uintptr_t)memory, bytes, what, place);
}
