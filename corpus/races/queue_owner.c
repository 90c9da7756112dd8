/*
 * Orders travel through queues: one task makes them, one prices them, one ships
 * them. Each changes an order while it has it.
 *
 * Near miss: three tasks write the same memory, without a lock; whoever has the
 * pointer owns what it points to.
 */
#include <heddle/test.h>

#include <stdlib.h>

#define ORDERS 2

struct order {
    int number, price;
};

struct shop {
    struct hd_queue made, priced;
    int takings;
};

static int
make(void *arg)
{
    struct shop *shop = arg;

    for (int i = 0; i < ORDERS; i++) {
        struct order *order = calloc(1, sizeof(*order));
        if (order == NULL) {
            return HD_E_NO_MEMORY;
        }
        order->number = i + 1;
        HD_TRY(hd_queue_put(&shop->made, order));
    }
    return 0;
}

static int
price(void *arg)
{
    struct shop *shop = arg;

    for (int i = 0; i < ORDERS; i++) {
        void *item = NULL;
        HD_TRY(hd_queue_get(&shop->made, &item));
        struct order *order = item;
        const int number = order->number;
        HD_TRY(hd_yield());
        order->price = number * 5;
        HD_TRY(hd_queue_put(&shop->priced, order));
    }
    return 0;
}

static int
ship(void *arg)
{
    struct shop *shop = arg;

    for (int i = 0; i < ORDERS; i++) {
        void *item = NULL;
        HD_TRY(hd_queue_get(&shop->priced, &item));
        struct order *order = item;
        shop->takings += order->price;
        free(order);
    }
    return 0;
}

HD_TEST(queue_owner_near)
{
    struct shop shop = {.takings = 0};

    hd_queue_init(&shop.made, 0);
    hd_queue_init(&shop.priced, 0);
    struct hd_task *a = hd_task_spawn(make, &shop);
    struct hd_task *b = hd_task_spawn(price, &shop);
    struct hd_task *c = hd_task_spawn(ship, &shop);
    HD_CHECK(hd_gather(a, b, c) == 0);
    hd_queue_finish(&shop.made);
    hd_queue_finish(&shop.priced);
}
