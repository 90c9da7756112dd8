#include <heddle/access.h>

#include "memory/memory.h"
#include "task/here.h"

_Thread_local bool hd_access_probed;

/* What cannot be told apart from another addition is one. */
static uint64_t
what_is(enum hd_access_mode mode)
{
    switch (mode) {
    case HD_READS:
        return HD_TOUCH_READS | HD_TOUCH_PLAINLY;
    case HD_WRITES:
        return HD_TOUCH_WRITES | HD_TOUCH_PLAINLY;
    default:
        return HD_TOUCH_READS | HD_TOUCH_WRITES | HD_TOUCH_ALSO_PLAIN;
    }
}

void
hd_access_note(const volatile void *at, size_t bytes, enum hd_access_mode mode)
{
    struct hd_memory_book *memory = hd_memory_noting(hd_here.memory);
    if (memory == NULL || bytes == 0) {
        return;
    }
    hd_memory_touch_range(memory, (uintptr_t)at, bytes, what_is(mode),
                          HD_PLACE());
}
