/*
 * Two sites of HD_SOMETIMES that no test comes by, in a function that the
 * compiler may drop and in one that it may not.
 */
#include <heddle/test.h>

static inline void
nobody_calls_it(bool condition)
{
    HD_SOMETIMES(condition);
}

static void
go(volatile bool far)
{
    HD_SOMETIMES(!far);
    if (far) {
        HD_SOMETIMES(far);
        nobody_calls_it(far);
    }
}

HD_TEST(one)
{
    go(false);
}

HD_TEST(two)
{
    go(false);
}
