#include "hooks/hooks.h"

/*
 * Where Heddle's own code was linked as if it were the program's, what the book
 * does would be noted in the book.
 */
__attribute__((noinline)) void
hd_hooks_note(const volatile void *memory, size_t bytes, uint64_t what,
              uint64_t place, struct hd_memory_book *book)
{
    if (!book->busy) {
        book->busy = true;
        hd_memory_touch_range(book, (uintptr_t)memory, bytes, what, place);
        book->busy = false;
    }
}
