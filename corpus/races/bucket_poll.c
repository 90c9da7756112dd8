/*
 * A token bucket that overflows: one task refills it, another asks for tokens
 * until there is one. How many are left depends on when it asks, and is right.
 */
#include <heddle/test.h>

#define ROOM 2

static int tokens;

static int
refill(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_yield());
        if (tokens < ROOM) {
            tokens++;
        }
    }
    return 0;
}

static int
take(void *arg)
{
    (void)arg;
    for (int i = 0; i < 2; i++) {
        while (tokens == 0) {
            HD_TRY(hd_yield());
        }
        tokens--;
    }
    return 0;
}

HD_TEST(bucket_poll_near)
{
    tokens = 1;
    struct hd_task *a = hd_task_spawn(refill, NULL);
    struct hd_task *b = hd_task_spawn(take, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}
