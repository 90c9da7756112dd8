/*
 * Blocks of the heap. realloc always moves, wherever the library could enlarge
 * the block in its place: who still has the old address errs in any case.
 */
#include "hooks/wrap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
took(void *block, size_t bytes, uint64_t place)
{
    struct hd_memory_book *book = hd_memory_present;
    if (book != NULL) {
        hd_memory_took(book, block, bytes, place);
    }
    return block;
}

/* The library would say so, if it notices, and end the program, too. */
static void
give(void *block, uint64_t place)
{
    struct hd_memory_book *book = hd_memory_present;
    if (book == NULL || block == NULL) {
        __real_free(block);
        return;
    }
    switch (hd_memory_gave(book, block, place)) {
    case HD_GIVEN_TWICE:
        if (hd_memory_tells_twice(book, block, place)) {
            break;
        }
        fputs("free(): the block was given back before\n", stderr);
        abort();
    case HD_GIVEN_LATER:
        break;
    case HD_GIVEN_NOW:
    case HD_GIVEN_UNKNOWN:
        __real_free(block);
        break;
    }
}

/* The bytes of a block that is known to be in use; false: it is not. */
static bool
is_known(void *block, size_t *out_bytes)
{
    struct hd_memory_book *book = hd_memory_present;
    const uint32_t number =
        book != NULL ? hd_blocks_find(&book->blocks, (uintptr_t)block) : 0;
    if (number == 0 || book->blocks.items[number].address != (uintptr_t)block) {
        return false;
    }
    *out_bytes = book->blocks.items[number].bytes;
    return true;
}

static void *
resize(void *block, size_t bytes, uint64_t place)
{
    size_t old_bytes = 0;
    if (block == NULL || !is_known(block, &old_bytes)) {
        return took(__real_realloc(block, bytes), bytes, place);
    }
    if (bytes == 0) {
        give(block, place);
        return NULL;
    }
    void *moved = took(__real_malloc(bytes), bytes, place);
    if (moved != NULL) {
        const size_t count = bytes < old_bytes ? bytes : old_bytes;
        hd_wrap_reads(block, count, place);
        hd_wrap_writes(moved, count, place);
        __real_memcpy(moved, block, count);
        give(block, place);
    }
    return moved;
}

void *
__wrap_malloc(size_t bytes)
{
    return took(__real_malloc(bytes), bytes, HD_PLACE());
}

void *
__wrap_calloc(size_t count, size_t bytes)
{
    return took(__real_calloc(count, bytes), count * bytes, HD_PLACE());
}

void *
__wrap_realloc(void *block, size_t bytes)
{
    return resize(block, bytes, HD_PLACE());
}

void *
__wrap_reallocarray(void *block, size_t count, size_t bytes)
{
    size_t all;
    if (__builtin_mul_overflow(count, bytes, &all)) {
        errno = ENOMEM;
        return NULL;
    }
    return resize(block, all, HD_PLACE());
}

void *
__wrap_aligned_alloc(size_t align, size_t bytes)
{
    return took(__real_aligned_alloc(align, bytes), bytes, HD_PLACE());
}

int
__wrap_posix_memalign(void **out, size_t align, size_t bytes)
{
    const uint64_t place = HD_PLACE();
    const int status = __real_posix_memalign(out, align, bytes);
    if (status == 0) {
        hd_wrap_writes(out, sizeof(*out), place);
        took(*out, bytes, place);
    }
    return status;
}

void
__wrap_free(void *block)
{
    const int kept = errno;
    give(block, HD_PLACE());
    errno = kept;
}

static char *
copy_text(const char *text, size_t most, uint64_t place)
{
    const size_t length = __real_strnlen(text, most);
    char *copy = took(__real_malloc(length + 1), length + 1, place);
    hd_wrap_reads(text, hd_wrap_text(text, most), place);
    if (copy != NULL) {
        hd_wrap_writes(copy, length + 1, place);
        __real_memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char *
__wrap_strdup(const char *text)
{
    return copy_text(text, HD_TEXT_MAX, HD_PLACE());
}

char *
__wrap_strndup(const char *text, size_t most)
{
    return copy_text(text, most, HD_PLACE());
}
