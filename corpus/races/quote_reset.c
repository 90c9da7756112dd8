/*
 * A price is being computed: it is set to 0 first, so that nobody takes the old
 * one, and to the new one when that is known. An order in between is free.
 *
 * Shows: dirty-read: write, read, write. Fixed: computed aside, published once.
 */
#include <heddle/test.h>

#include <stdio.h>

struct product {
    int price;
    int charged;
};

static struct product product = {.price = 30};

static int
exchange_rate(int *out_percent)
{
    HD_TRY(hd_yield());
    *out_percent = 110;
    return 0;
}

static int
reprice(void *arg)
{
    (void)arg;
    const int old = product.price;
    int percent = 0;

    product.price = 0;
    HD_TRY(exchange_rate(&percent));
    product.price = old * percent / 100;
    return 0;
}

static int
reprice_aside(void *arg)
{
    (void)arg;
    int percent = 0;

    HD_TRY(exchange_rate(&percent));
    product.price = product.price * percent / 100;
    return 0;
}

static int
order(void *arg)
{
    (void)arg;
    product.charged = product.price;
    return 0;
}

static void
order_while_repriced(hd_fn *how)
{
    struct hd_task *a = hd_task_spawn(how, NULL);
    struct hd_task *b = hd_task_spawn(order, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
    printf("%d of %d charged\n", product.charged, product.price);
}

HD_TEST(quote_reset_bad)
{
    order_while_repriced(reprice);
}

HD_TEST(quote_reset_fixed)
{
    order_while_repriced(reprice_aside);
}
