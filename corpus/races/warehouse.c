/*
 * Stock in nested structs. An order takes what it saw before the payment went
 * through; two orders sell the last piece.
 *
 * Shows: lost-update of a field of a struct in an array in a struct. Fixed: the
 * stock is looked at again after the payment, and taken in the same step.
 */
#include <heddle/test.h>

struct item {
    char name[8];
    struct {
        int pieces, reserved;
    } stock;
};

struct warehouse {
    int sold;
    struct {
        struct item items[2];
    } shelves[2];
};

static struct warehouse warehouse = {
    .shelves = {{{{"bolt", {9, 0}}, {"nut", {5, 0}}}},
                {{{"lamp", {3, 0}}, {"fuse", {1, 0}}}}},
};

static int
pay(void)
{
    return hd_yield();
}

static int
order(void *arg)
{
    (void)arg;
    struct item *item = &warehouse.shelves[1].items[1];
    const int pieces = item->stock.pieces;

    if (pieces == 0) {
        return 0;
    }
    HD_TRY(pay());
    item->stock.pieces = pieces - 1;
    warehouse.sold++;
    return 0;
}

static int
order_looking_again(void *arg)
{
    (void)arg;
    struct item *item = &warehouse.shelves[1].items[1];

    if (item->stock.pieces == 0) {
        return 0;
    }
    HD_TRY(pay());
    if (item->stock.pieces > 0) {
        item->stock.pieces--;
        warehouse.sold++;
    }
    return 0;
}

static void
two_orders(hd_fn *how)
{
    struct hd_task *a = hd_task_spawn(how, NULL);
    struct hd_task *b = hd_task_spawn(how, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(warehouse_bad)
{
    two_orders(order);
}

HD_TEST(warehouse_fixed)
{
    two_orders(order_looking_again);
}
