/*
 * Three stages begin together, at a barrier. One fails while it prepares, and
 * the others wait for it for ever.
 *
 * Shows: deadlock. Fixed: who fails breaks the barrier. Near miss: who fails
 * comes to the barrier all the same, and says so afterwards.
 */
#include <heddle/test.h>

#define STAGES 3

static struct hd_barrier ready;

static int
prepare(void *arg)
{
    const int number = *(int *)arg;

    HD_TRY(hd_sleep(HD_MS(number)));
    return number == 2 ? hd_fail(HD_E_USER, "stage 2 is broken") : 0;
}

static int
begin(void *arg)
{
    HD_TRY(prepare(arg));
    const int place = hd_barrier_wait(&ready);
    return place < 0 ? place : 0;
}

static int
begin_or_break(void *arg)
{
    const int status = begin(arg);

    if (status < 0) {
        hd_barrier_abort(&ready);
    }
    return status;
}

static int
begin_anyway(void *arg)
{
    const int status = prepare(arg);
    const int place = hd_barrier_wait(&ready);

    return place < 0 ? place : status;
}

static void
begin_all(hd_fn *beginning)
{
    static int numbers[STAGES] = {1, 2, 3};
    struct hd_future *stages[STAGES];

    hd_barrier_init(&ready, STAGES);
    for (int i = 0; i < STAGES; i++) {
        stages[i] = HD_FUTURE(hd_task_spawn(beginning, &numbers[i]));
    }
    HD_CHECK(hd_gather_array(stages, STAGES, HD_GATHER_KEEP_ERRORS) == 0);
    HD_CHECK(hd_future_result(stages[1], NULL) == HD_E_USER);
}

HD_TEST(short_barrier_bad)
{
    begin_all(begin);
}

HD_TEST(short_barrier_fixed)
{
    begin_all(begin_or_break);
}

HD_TEST(short_barrier_near)
{
    begin_all(begin_anyway);
}
