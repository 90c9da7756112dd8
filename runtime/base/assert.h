/*
 * Assertions that stay on in every build. A false one prints its place, hands
 * the schedule to whoever listens (the explorer's worker), and aborts.
 */
#ifndef HD_BASE_ASSERT_H
#define HD_BASE_ASSERT_H

#include <assert.h> /* static_assert */
#include <heddle/api.h>

#define HD_ASSERT(fact)                                                        \
    (__builtin_expect(!!(fact), 1)                                             \
         ? (void)0                                                             \
         : hd_assert_failed(__FILE__, __LINE__, #fact))

HD_NORETURN void hd_assert_failed(const char *file, int line, const char *fact);

/* The struct of the given type whose member lies at pointer. */
#define HD_CONTAINER(pointer, type, member)                                    \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/*
 * Heddle's own writable globals live in one section, so that the explorer can
 * tell them from those of the program under test.
 */
#define HD_GLOBAL __attribute__((section("hd_state")))

#endif
