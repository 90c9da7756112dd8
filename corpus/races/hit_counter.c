/*
 * A page counter that is written to a slow disk: the number is taken, saved,
 * and only then put back. Visits that come meanwhile are not counted.
 *
 * Shows: lost-update of a global of 64 bits, across a sleep. Fixed: counted in
 * one step, then saved.
 */
#include <heddle/test.h>

#include <stdio.h>

static uint64_t hits;

static int
save(uint64_t number)
{
    HD_TRY(hd_sleep(HD_MS(4)));
    printf("saved %llu\n", (unsigned long long)number);
    return 0;
}

static int
visit(void *arg)
{
    (void)arg;
    const uint64_t number = hits + 1;

    HD_TRY(save(number));
    hits = number;
    return 0;
}

static int
visit_counted_first(void *arg)
{
    (void)arg;
    const uint64_t number = ++hits;

    return save(number);
}

static void
three_visits(hd_fn *how)
{
    struct hd_task *a = hd_task_spawn(how, NULL);
    struct hd_task *b = hd_task_spawn(how, NULL);
    struct hd_task *c = hd_task_spawn(how, NULL);

    HD_CHECK(hd_gather(a, b, c) == 0);
    printf("%llu hits\n", (unsigned long long)hits);
}

HD_TEST(hit_counter_bad)
{
    three_visits(visit);
}

HD_TEST(hit_counter_fixed)
{
    three_visits(visit_counted_first);
}
