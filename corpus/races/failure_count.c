/*
 * Failures in a row: each failure adds one, a success sets it back. Requests
 * end in any order.
 *
 * Near miss: what it ends with depends on who was last, and some of it comes
 * about in no serial order.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct breaker {
    int failures;
    bool is_open;
};

static int
failing_twice(void *arg)
{
    struct breaker *breaker = arg;

    for (int i = 0; i < 2; i++) {
        HD_TRY(hd_yield());
        breaker->failures++;
        if (breaker->failures >= 5) {
            breaker->is_open = true;
        }
    }
    return 0;
}

static int
succeeding(void *arg)
{
    struct breaker *breaker = arg;

    HD_TRY(hd_yield());
    breaker->failures = 0;
    return 0;
}

HD_TEST(failure_count_near)
{
    struct breaker *breaker = calloc(1, sizeof(*breaker));

    HD_CHECK(breaker != NULL);
    struct hd_task *a = hd_task_spawn(failing_twice, breaker);
    struct hd_task *b = hd_task_spawn(succeeding, breaker);
    HD_CHECK(hd_gather(a, b) == 0);
    free(breaker);
}
