/* Hooks of clang's sanitizer coverage for loads and stores. */
#ifndef HD_HOOKS_COVERAGE_H
#define HD_HOOKS_COVERAGE_H

#include "hooks/hooks.h"

#define HD_COVERAGE_SIZES(each) each(1) each(2) each(4) each(8) each(16)
#define HD_COVERAGE_DECLARE(n)                                                 \
    void __sanitizer_cov_load##n(void *at);                                    \
    void __sanitizer_cov_store##n(void *at);
HD_COVERAGE_SIZES(HD_COVERAGE_DECLARE)

/*
 * Runtimes of sanitizers have such hooks, too, which do nothing and give way to
 * others; but where there are some, nobody misses those of a library. So the
 * linker is told to miss this.
 */
extern const char hd_hooks_of_coverage;

#endif
