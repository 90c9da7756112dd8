/* What clang calls for copies of structs and for memcpy under ASan. */
#include "hooks/wrap.h"

void *
__wrap___asan_memcpy(void *to, const void *from, size_t bytes)
{
    const uint64_t place = HD_PLACE();
    hd_wrap_reads(from, bytes, place);
    hd_wrap_writes(to, bytes, place);
    return __real___asan_memcpy(to, from, bytes);
}

void *
__wrap___asan_memmove(void *to, const void *from, size_t bytes)
{
    const uint64_t place = HD_PLACE();
    hd_wrap_reads(from, bytes, place);
    hd_wrap_writes(to, bytes, place);
    return __real___asan_memmove(to, from, bytes);
}

void *
__wrap___asan_memset(void *to, int byte, size_t bytes)
{
    hd_wrap_writes(to, bytes, HD_PLACE());
    return __real___asan_memset(to, byte, bytes);
}
