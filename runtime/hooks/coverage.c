/*
 * What clang calls under -fsanitize-coverage=edge,trace-loads,trace-stores.
 * Unlike -fsanitize=thread it goes together with ASan, and with libFuzzer.
 * Atomic operations that read and write are not told, nor copies of structs
 * without ASan.
 */
#include "hooks/coverage.h"

HD_HOOKS_ANNOUNCE();
const char hd_hooks_of_coverage = 1;

#define HOOKS(n)                                                               \
    HD_HOOK void __sanitizer_cov_load##n(void *at)                             \
    {                                                                          \
        hd_hooks_touch(at, n, HD_READ_PLAINLY, HD_PLACE());                    \
    }                                                                          \
    HD_HOOK void __sanitizer_cov_store##n(void *at)                            \
    {                                                                          \
        hd_hooks_touch(at, n, HD_WRITE_PLAINLY, HD_PLACE());                   \
    }
HD_COVERAGE_SIZES(HOOKS)
