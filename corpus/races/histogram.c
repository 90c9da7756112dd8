/*
 * Pictures are classified elsewhere, and counted by brightness. The old number
 * of the bucket is read before the class of the next picture is known.
 *
 * Shows: lost-update of an element of an array. Fixed: a histogram for each
 * worker, added up when both are done.
 */
#include <heddle/test.h>

#define BUCKETS 4
#define PICTURES 2

struct worker {
    int *histogram;
    int pictures[PICTURES];
};

static int
look_at(int picture)
{
    HD_TRY(hd_yield());
    return picture > 255 ? HD_E_USER : 0;
}

static int
count(void *arg)
{
    const struct worker *worker = arg;

    for (int i = 0; i < PICTURES; i++) {
        const int bucket = worker->pictures[i] / 64;
        const int pictures = worker->histogram[bucket];
        HD_TRY(look_at(worker->pictures[i]));
        worker->histogram[bucket] = pictures + 1;
    }
    return 0;
}

static void
run_workers(struct worker workers[2])
{
    struct hd_task *a = hd_task_spawn(count, &workers[0]);
    struct hd_task *b = hd_task_spawn(count, &workers[1]);

    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(histogram_bad)
{
    int histogram[BUCKETS] = {0};
    struct worker workers[] = {
        {histogram, {10, 200}},
        {histogram, {130, 220}},
    };

    run_workers(workers);
}

HD_TEST(histogram_fixed)
{
    int histograms[2][BUCKETS] = {{0}};
    struct worker workers[] = {
        {histograms[0], {10, 200}},
        {histograms[1], {130, 220}},
    };

    run_workers(workers);
    for (int i = 0; i < BUCKETS; i++) {
        histograms[0][i] += histograms[1][i];
    }
}
