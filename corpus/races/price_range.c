/*
 * The lowest and the highest price of a share belong together. A feed stores
 * one, waits for the other, and stores that; who reads in between gets a range
 * that never was.
 *
 * Shows: dirty-read of a pair. Fixed: both are stored in the step after the
 * await.
 */
#include <heddle/test.h>

struct range {
    int low, high;
};

struct chart {
    struct range *range;
    int height;
};

static int
next_price(int *out_price, int price)
{
    HD_TRY(hd_yield());
    *out_price = price;
    return 0;
}

static int
feed(void *arg)
{
    struct range *range = arg;
    int high = 0;

    range->low = 500;
    HD_TRY(next_price(&high, 520));
    range->high = high;
    return 0;
}

static int
feed_at_once(void *arg)
{
    struct range *range = arg;
    int high = 0;

    HD_TRY(next_price(&high, 520));
    *range = (struct range){.low = 500, .high = high};
    return 0;
}

static int
draw(void *arg)
{
    struct chart *chart = arg;

    chart->height = chart->range->high - chart->range->low;
    return 0;
}

static void
draw_while_fed(hd_fn *how)
{
    struct range range = {.low = 100, .high = 110};
    struct chart chart = {&range, 0};

    struct hd_task *feeding = hd_task_spawn(how, &range);
    struct hd_task *drawing = hd_task_spawn(draw, &chart);
    HD_CHECK(hd_gather(feeding, drawing) == 0);
}

HD_TEST(price_range_bad)
{
    draw_while_fed(feed);
}

HD_TEST(price_range_fixed)
{
    draw_while_fed(feed_at_once);
}
