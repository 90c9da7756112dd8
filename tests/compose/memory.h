/*
 * The loop's arena, watched and made to fail. Needs hd_arena_take and
 * hd_arena_give to be wrapped by the linker.
 */
#ifndef TESTS_COMPOSE_MEMORY_H
#define TESTS_COMPOSE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Let the nth taking from here on fail; 0: none. */
void memory_fail_at(size_t nth);

/* Has it come to that since? */
bool memory_has_failed(void);

/* Bytes taken and not given back, since the program began. */
size_t memory_held(void);

#endif
