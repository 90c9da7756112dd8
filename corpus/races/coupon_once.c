/*
 * A coupon counts once for an order. Whether it has been used is asked before
 * the shop checks it, and noted afterwards.
 *
 * Shows: lost-update of the flag: the discount is given twice. Fixed: the flag
 * is set before the await, and taken back if the coupon is void.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct order {
    int total;
    bool is_discounted;
};

static int
check_coupon(bool *out_is_valid)
{
    HD_TRY(hd_yield());
    *out_is_valid = true;
    return 0;
}

static int
redeem(void *arg)
{
    struct order *order = arg;
    bool is_valid = false;

    if (order->is_discounted) {
        return 0;
    }
    HD_TRY(check_coupon(&is_valid));
    if (is_valid) {
        order->total -= 10;
        order->is_discounted = true;
    }
    return 0;
}

static int
redeem_once(void *arg)
{
    struct order *order = arg;
    bool is_valid = false;

    if (order->is_discounted) {
        return 0;
    }
    order->is_discounted = true;
    HD_TRY(check_coupon(&is_valid));
    if (is_valid) {
        order->total -= 10;
    } else {
        order->is_discounted = false;
    }
    return 0;
}

static void
click_twice(hd_fn *how)
{
    struct order *order = malloc(sizeof(*order));

    HD_CHECK(order != NULL);
    *order = (struct order){.total = 50, .is_discounted = false};
    struct hd_task *a = hd_task_spawn(how, order);
    struct hd_task *b = hd_task_spawn(how, order);
    HD_CHECK(hd_gather(a, b) == 0);
    free(order);
}

HD_TEST(coupon_once_bad)
{
    click_twice(redeem);
}

HD_TEST(coupon_once_fixed)
{
    click_twice(redeem_once);
}
