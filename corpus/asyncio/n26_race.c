/*
 * "Asyncio" (notes), Common errors: "assuming race conditions are not
 * possible". Two tasks read, suspend and write one variable; what it comes to
 * is declared as the program's result: one after the other they come to 2.
 *
 * Shows: nondeterministic-result; built by `heddle cc`, lost-update, too.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
add_one(void *arg)
{
    int *sum = arg;
    const int seen = *sum;

    HD_TRY(hd_yield());
    *sum = seen + 1;
    return 0;
}

HD_TEST(n26_race)
{
    int sum = 0;

    struct hd_task *a = hd_task_spawn(add_one, &sum);
    struct hd_task *b = hd_task_spawn(add_one, &sum);
    HD_CHECK(hd_gather(a, b) == 0);
    printf("the sum is %d\n", sum);
    HD_RESULT(sum);
}
