/*
 * A memo of a function that is expensive and always gives the same: who does
 * not find the value computes it and stores it.
 *
 * Near miss: two tasks may compute it both, and both store the same value. That
 * costs time, and nothing else.
 */
#include <heddle/test.h>

#define NUMBERS 8

static uint64_t memo[NUMBERS];

static int
factorial(unsigned n, uint64_t *out_value)
{
    uint64_t value = 1;

    for (unsigned i = 2; i <= n; i++) {
        value *= i;
    }
    HD_TRY(hd_yield());
    *out_value = value;
    return 0;
}

static int
look_up(void *arg)
{
    const unsigned n = *(const unsigned *)arg;

    if (memo[n] == 0) {
        uint64_t value = 0;
        HD_TRY(factorial(n, &value));
        memo[n] = value;
    }
    return memo[n] > 0 ? 0 : HD_E_USER;
}

HD_TEST(memo_twice_near)
{
    unsigned five = 5;

    struct hd_task *a = hd_task_spawn(look_up, &five);
    struct hd_task *b = hd_task_spawn(look_up, &five);
    HD_CHECK(hd_gather(a, b) == 0);
}
