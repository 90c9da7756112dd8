/*
 * Functions of the C library that the linker redirects (--wrap=NAME): a call of
 * NAME becomes one of __wrap_NAME, and __real_NAME is the library's own. Each
 * does what the library does, and notes what that reads and writes.
 *
 * wrapped.txt lists them: for the linker, for the compiler, who shall not
 * expand them in line, and for Heddle's own code, which calls the real ones.
 */
#ifndef HD_HOOKS_WRAP_H
#define HD_HOOKS_WRAP_H

#include "hooks/hooks.h"
#include <stdarg.h>

#define HD_WRAP(type, name, ...)                                               \
    type __real_##name(__VA_ARGS__);                                           \
    HD_HOOK type __wrap_##name(__VA_ARGS__)

#define HD_TEXT_MAX ((size_t)PTRDIFF_MAX)

/* The bytes of a text, with its end, up to so many. */
size_t hd_wrap_text(const char *text, size_t most);

static inline void
hd_wrap_reads(const void *memory, size_t bytes, uint64_t place)
{
    hd_hooks_range(memory, bytes, HD_READ_PLAINLY, place);
}

static inline void
hd_wrap_writes(const void *memory, size_t bytes, uint64_t place)
{
    hd_hooks_range(memory, bytes, HD_WRITE_PLAINLY, place);
}

/* ---- blocks (wrap_heap.c) ---- */

HD_WRAP(void *, malloc, size_t bytes);
HD_WRAP(void *, calloc, size_t count, size_t bytes);
HD_WRAP(void *, realloc, void *block, size_t bytes);
HD_WRAP(void *, reallocarray, void *block, size_t count, size_t bytes);
HD_WRAP(void *, aligned_alloc, size_t align, size_t bytes);
HD_WRAP(int, posix_memalign, void **out, size_t align, size_t bytes);
HD_WRAP(void, free, void *block);
HD_WRAP(char *, strdup, const char *text);
HD_WRAP(char *, strndup, const char *text, size_t most);

/* ---- bytes (wrap_bytes.c) ---- */

HD_WRAP(void *, memcpy, void *to, const void *from, size_t bytes);
HD_WRAP(void *, mempcpy, void *to, const void *from, size_t bytes);
HD_WRAP(void *, memmove, void *to, const void *from, size_t bytes);
HD_WRAP(void *, memset, void *to, int byte, size_t bytes);
HD_WRAP(int, memcmp, const void *a, const void *b, size_t bytes);
HD_WRAP(void *, memchr, const void *in, int byte, size_t bytes);
HD_WRAP(int, bcmp, const void *a, const void *b, size_t bytes);
HD_WRAP(void, bcopy, const void *from, void *to, size_t bytes);
HD_WRAP(void, bzero, void *to, size_t bytes);

/* ---- texts (wrap_text.c) ---- */

HD_WRAP(char *, strcpy, char *to, const char *from);
HD_WRAP(char *, stpcpy, char *to, const char *from);
HD_WRAP(char *, strncpy, char *to, const char *from, size_t most);
HD_WRAP(char *, strcat, char *to, const char *from);
HD_WRAP(char *, strncat, char *to, const char *from, size_t most);
HD_WRAP(size_t, strlen, const char *text);
HD_WRAP(size_t, strnlen, const char *text, size_t most);
HD_WRAP(int, strcmp, const char *a, const char *b);
HD_WRAP(int, strncmp, const char *a, const char *b, size_t most);
HD_WRAP(int, strcasecmp, const char *a, const char *b);
HD_WRAP(int, strncasecmp, const char *a, const char *b, size_t most);
HD_WRAP(char *, strchr, const char *in, int byte);
HD_WRAP(char *, strrchr, const char *in, int byte);
HD_WRAP(char *, strstr, const char *in, const char *what);
HD_WRAP(size_t, strspn, const char *in, const char *of);
HD_WRAP(size_t, strcspn, const char *in, const char *of);
HD_WRAP(char *, strpbrk, const char *in, const char *of);
HD_WRAP(int, vsnprintf, char *to, size_t bytes, const char *format,
        va_list args);
HD_WRAP(int, vsprintf, char *to, const char *format, va_list args);
HD_WRAP(int, snprintf, char *to, size_t bytes, const char *format, ...);
HD_WRAP(int, sprintf, char *to, const char *format, ...);

/* ---- copies under ASan (wrap_asan.c) ---- */

HD_WRAP(void *, __asan_memcpy, void *to, const void *from, size_t bytes);
HD_WRAP(void *, __asan_memmove, void *to, const void *from, size_t bytes);
HD_WRAP(void *, __asan_memset, void *to, int byte, size_t bytes);

#endif
