#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

void
hd_assert_failed(const char *file, int line, const char *fact)
{
    fprintf(stderr, "heddle: %s:%d: broken invariant: %s\n", file, line, fact);
    abort();
}
