/*
 * What variables.c, which each compiler compiles as it likes, tells the test
 * about its own memory: what that should be called.
 */
#ifndef TESTS_REPORT_VARIABLES_H
#define TESTS_REPORT_VARIABLES_H

#include <stddef.h>

struct called {
    const char *name, *within;
};

void expect_static(const void *at, size_t bytes, struct called called);

/* Only the bits that are set in changed, counted from the first byte. */
void expect_bits(const void *at, unsigned char changed, struct called called);

/* at lies in the frame of a function that is waiting for this call. */
void expect_local(const void *at, size_t bytes, struct called called);

/* Memory whose place is that of this call. */
void *allocate(size_t bytes);

/* Where offset bytes in the last block are. name NULL: nobody can say. */
void expect_block(size_t offset, size_t bytes, struct called called);

void tell_everything(void);

#endif
