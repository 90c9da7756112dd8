/*
 * Plain accesses. Each size is a function of its own, in which the number of
 * bytes is constant.
 */
#include "hooks/tsan.h"

#include <string.h>

HD_HOOKS_ANNOUNCE();

HD_HOOK void
__tsan_init(void)
{
}

HD_HOOK void
__tsan_func_entry(void *caller)
{
    (void)caller;
}

HD_HOOK void
__tsan_func_exit(void)
{
}

#define HOOK(name, bytes, what)                                                \
    HD_HOOK void name(void *at)                                                \
    {                                                                          \
        hd_hooks_touch(at, bytes, what, HD_PLACE());                           \
    }

#define HOOKS(n)                                                               \
    HOOK(__tsan_read##n, n, HD_READ_PLAINLY)                                   \
    HOOK(__tsan_write##n, n, HD_WRITE_PLAINLY)                                 \
    HOOK(__tsan_read_write##n, n, HD_CHANGE_PLAINLY)                           \
    HOOK(__tsan_volatile_read##n, n, HD_READ_PLAINLY)                          \
    HOOK(__tsan_volatile_write##n, n, HD_WRITE_PLAINLY)                        \
    HOOK(__tsan_unaligned_read##n, n, HD_READ_PLAINLY)                         \
    HOOK(__tsan_unaligned_write##n, n, HD_WRITE_PLAINLY)                       \
    HOOK(__tsan_unaligned_read_write##n, n, HD_CHANGE_PLAINLY)                 \
    HOOK(__tsan_unaligned_volatile_read##n, n, HD_READ_PLAINLY)                \
    HOOK(__tsan_unaligned_volatile_write##n, n, HD_WRITE_PLAINLY)
HD_TSAN_SIZES(HOOKS)

HD_HOOK void
__tsan_vptr_read(void **slot)
{
    hd_hooks_touch(slot, sizeof(*slot), HD_READ_PLAINLY, HD_PLACE());
}

HD_HOOK void
__tsan_vptr_update(void **slot, void *value)
{
    (void)value;
    hd_hooks_touch(slot, sizeof(*slot), HD_WRITE_PLAINLY, HD_PLACE());
}

HD_HOOK void
__tsan_read_range(void *memory, size_t bytes)
{
    hd_hooks_range(memory, bytes, HD_READ_PLAINLY, HD_PLACE());
}

HD_HOOK void
__tsan_write_range(void *memory, size_t bytes)
{
    hd_hooks_range(memory, bytes, HD_WRITE_PLAINLY, HD_PLACE());
}

HD_HOOK void *
__tsan_memcpy(void *to, const void *from, size_t bytes)
{
    const uint64_t place = HD_PLACE();
    hd_hooks_range(from, bytes, HD_READ_PLAINLY, place);
    hd_hooks_range(to, bytes, HD_WRITE_PLAINLY, place);
    return memcpy(to, from, bytes);
}

HD_HOOK void *
__tsan_memmove(void *to, const void *from, size_t bytes)
{
    const uint64_t place = HD_PLACE();
    hd_hooks_range(from, bytes, HD_READ_PLAINLY, place);
    hd_hooks_range(to, bytes, HD_WRITE_PLAINLY, place);
    return memmove(to, from, bytes);
}

HD_HOOK void *
__tsan_memset(void *to, int byte, size_t bytes)
{
    hd_hooks_range(to, bytes, HD_WRITE_PLAINLY, HD_PLACE());
    return memset(to, byte, bytes);
}
