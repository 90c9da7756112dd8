/* Compiled with -DNAME(x)=plain_##x, or instrumented and seen_##x. */
#include "seen.h"

static int
increment(void *arg)
{
    int *shared = arg;
    const int seen = *shared;
    HD_TRY(hd_yield());
    *shared = seen + 1;
    return HD_OK;
}

int
NAME(p2)(void *arg)
{
    int shared = 0;
    (void)arg;
    struct hd_task *a = hd_task_spawn(increment, &shared);
    struct hd_task *b = hd_task_spawn(increment, &shared);
    HD_TRY(hd_await(a));
    return hd_await(b);
}

static long cells[SWEEP_CELLS];

int
NAME(sweep)(void *arg)
{
    const unsigned rounds = *(const unsigned *)arg;
    for (unsigned step = 0; step < SWEEP_STEPS; step++) {
        for (unsigned round = 0; round < rounds; round++) {
            for (unsigned i = 0; i < SWEEP_CELLS; i++) {
                cells[i] += (long)i;
            }
        }
        HD_TRY(hd_yield());
    }
    return HD_OK;
}
