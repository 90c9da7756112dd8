/*
 * Texts. What a function reads is counted to where it has to stop, which may be
 * a little more than it does read.
 */
#include "hooks/wrap.h"

#include <ctype.h>
#include <string.h>

size_t
hd_wrap_text(const char *text, size_t most)
{
    const size_t length = __real_strnlen(text, most);
    return length < most ? length + 1 : length;
}

static void
reads_text(const char *text, size_t most, uint64_t place)
{
    if (hd_hooks_book() != NULL) {
        hd_wrap_reads(text, hd_wrap_text(text, most), place);
    }
}

/* ---- copying ---- */

char *
__wrap_strcpy(char *to, const char *from)
{
    const size_t bytes = hd_wrap_text(from, HD_TEXT_MAX);
    hd_wrap_reads(from, bytes, HD_PLACE());
    hd_wrap_writes(to, bytes, HD_PLACE());
    return __real_strcpy(to, from);
}

char *
__wrap_stpcpy(char *to, const char *from)
{
    const size_t bytes = hd_wrap_text(from, HD_TEXT_MAX);
    hd_wrap_reads(from, bytes, HD_PLACE());
    hd_wrap_writes(to, bytes, HD_PLACE());
    return __real_stpcpy(to, from);
}

char *
__wrap_strncpy(char *to, const char *from, size_t most)
{
    reads_text(from, most, HD_PLACE());
    hd_wrap_writes(to, most, HD_PLACE());
    return __real_strncpy(to, from, most);
}

char *
__wrap_strcat(char *to, const char *from)
{
    const uint64_t place = HD_PLACE();
    const size_t bytes = hd_wrap_text(from, HD_TEXT_MAX);
    reads_text(to, HD_TEXT_MAX, place);
    hd_wrap_reads(from, bytes, place);
    hd_wrap_writes(to + __real_strlen(to), bytes, place);
    return __real_strcat(to, from);
}

char *
__wrap_strncat(char *to, const char *from, size_t most)
{
    const uint64_t place = HD_PLACE();
    reads_text(to, HD_TEXT_MAX, place);
    reads_text(from, most, place);
    hd_wrap_writes(to + __real_strlen(to), __real_strnlen(from, most) + 1,
                   place);
    return __real_strncat(to, from, most);
}

/* ---- looking ---- */

size_t
__wrap_strlen(const char *text)
{
    reads_text(text, HD_TEXT_MAX, HD_PLACE());
    return __real_strlen(text);
}

size_t
__wrap_strnlen(const char *text, size_t most)
{
    reads_text(text, most, HD_PLACE());
    return __real_strnlen(text, most);
}

/* Up to where they differ, or end. */
static void
reads_both(const char *a, const char *b, size_t most, uint64_t place)
{
    size_t i = 0;
    if (hd_hooks_book() == NULL) {
        return;
    }
    while (i < most && a[i] != '\0' &&
           tolower((unsigned char)a[i]) == tolower((unsigned char)b[i])) {
        i++;
    }
    hd_wrap_reads(a, i < most ? i + 1 : i, place);
    hd_wrap_reads(b, i < most ? i + 1 : i, place);
}

int
__wrap_strcmp(const char *a, const char *b)
{
    reads_both(a, b, HD_TEXT_MAX, HD_PLACE());
    return __real_strcmp(a, b);
}

int
__wrap_strncmp(const char *a, const char *b, size_t most)
{
    reads_both(a, b, most, HD_PLACE());
    return __real_strncmp(a, b, most);
}

int
__wrap_strcasecmp(const char *a, const char *b)
{
    reads_both(a, b, HD_TEXT_MAX, HD_PLACE());
    return __real_strcasecmp(a, b);
}

int
__wrap_strncasecmp(const char *a, const char *b, size_t most)
{
    reads_both(a, b, most, HD_PLACE());
    return __real_strncasecmp(a, b, most);
}

char *
__wrap_strchr(const char *in, int byte)
{
    char *found = __real_strchr(in, byte);
    reads_text(in, found != NULL ? (size_t)(found - in) + 1 : HD_TEXT_MAX,
               HD_PLACE());
    return found;
}

char *
__wrap_strrchr(const char *in, int byte)
{
    reads_text(in, HD_TEXT_MAX, HD_PLACE());
    return __real_strrchr(in, byte);
}

char *
__wrap_strstr(const char *in, const char *what)
{
    reads_text(in, HD_TEXT_MAX, HD_PLACE());
    reads_text(what, HD_TEXT_MAX, HD_PLACE());
    return __real_strstr(in, what);
}

size_t
__wrap_strspn(const char *in, const char *of)
{
    const size_t count = __real_strspn(in, of);
    reads_text(in, count + 1, HD_PLACE());
    reads_text(of, HD_TEXT_MAX, HD_PLACE());
    return count;
}

size_t
__wrap_strcspn(const char *in, const char *of)
{
    const size_t count = __real_strcspn(in, of);
    reads_text(in, count + 1, HD_PLACE());
    reads_text(of, HD_TEXT_MAX, HD_PLACE());
    return count;
}

char *
__wrap_strpbrk(const char *in, const char *of)
{
    char *found = __real_strpbrk(in, of);
    reads_text(in, found != NULL ? (size_t)(found - in) + 1 : HD_TEXT_MAX,
               HD_PLACE());
    reads_text(of, HD_TEXT_MAX, HD_PLACE());
    return found;
}

/* ---- printing: what is written; what a %s reads is not seen ---- */

static void
writes_print(char *to, size_t most, const char *format, va_list args,
             uint64_t place)
{
    va_list again;
    if (hd_hooks_book() == NULL || most == 0) {
        return;
    }
    va_copy(again, args);
    const int length = __real_vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length >= 0) {
        hd_wrap_writes(to, (size_t)length < most ? (size_t)length + 1 : most,
                       place);
    }
}

int
__wrap_vsnprintf(char *to, size_t bytes, const char *format, va_list args)
{
    writes_print(to, bytes, format, args, HD_PLACE());
    return __real_vsnprintf(to, bytes, format, args);
}

int
__wrap_vsprintf(char *to, const char *format, va_list args)
{
    writes_print(to, HD_TEXT_MAX, format, args, HD_PLACE());
    return __real_vsprintf(to, format, args);
}

int
__wrap_snprintf(char *to, size_t bytes, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    writes_print(to, bytes, format, args, HD_PLACE());
    const int count = __real_vsnprintf(to, bytes, format, args);
    va_end(args);
    return count;
}

int
__wrap_sprintf(char *to, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    writes_print(to, HD_TEXT_MAX, format, args, HD_PLACE());
    const int count = __real_vsprintf(to, format, args);
    va_end(args);
    return count;
}
