#include "hooks/wrap.h"

void *
__wrap_memcpy(void *to, const void *from, size_t bytes)
{
    const uint64_t place = HD_PLACE();
    hd_wrap_reads(from, bytes, place);
    hd_wrap_writes(to, bytes, place);
    return __real_memcpy(to, from, bytes);
}

void *
__wrap_mempcpy(void *to, const void *from, size_t bytes)
{
    const uint64_t place = HD_PLACE();
    hd_wrap_reads(from, bytes, place);
    hd_wrap_writes(to, bytes, place);
    return __real_mempcpy(to, from, bytes);
}

void *
__wrap_memmove(void *to, const void *from, size_t bytes)
{
    const uint64_t place = HD_PLACE();
    hd_wrap_reads(from, bytes, place);
    hd_wrap_writes(to, bytes, place);
    return __real_memmove(to, from, bytes);
}

void *
__wrap_memset(void *to, int byte, size_t bytes)
{
    hd_wrap_writes(to, bytes, HD_PLACE());
    return __real_memset(to, byte, bytes);
}

int
__wrap_memcmp(const void *a, const void *b, size_t bytes)
{
    const uint64_t place = HD_PLACE();
    hd_wrap_reads(a, bytes, place);
    hd_wrap_reads(b, bytes, place);
    return __real_memcmp(a, b, bytes);
}

void *
__wrap_memchr(const void *in, int byte, size_t bytes)
{
    char *found = __real_memchr(in, byte, bytes);
    const size_t read =
        found != NULL ? (size_t)(found - (const char *)in) + 1 : bytes;
    hd_wrap_reads(in, read, HD_PLACE());
    return found;
}

int
__wrap_bcmp(const void *a, const void *b, size_t bytes)
{
    const uint64_t place = HD_PLACE();
    hd_wrap_reads(a, bytes, place);
    hd_wrap_reads(b, bytes, place);
    return __real_bcmp(a, b, bytes);
}

void
__wrap_bcopy(const void *from, void *to, size_t bytes)
{
    const uint64_t place = HD_PLACE();
    hd_wrap_reads(from, bytes, place);
    hd_wrap_writes(to, bytes, place);
    __real_bcopy(from, to, bytes);
}

void
__wrap_bzero(void *to, size_t bytes)
{
    hd_wrap_writes(to, bytes, HD_PLACE());
    __real_bzero(to, bytes);
}
