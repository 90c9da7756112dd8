/*
 * Orders in an array that grows. Filling one keeps a pointer to it while the
 * exchange answers; a new order makes the array move.
 *
 * Shows: use-after-free: a pointer that is stale after realloc. Fixed: an index
 * across the await, and the pointer taken anew.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct order {
    int quantity, filled;
    char note[120];
};

struct book {
    struct order *orders;
    size_t count, capacity;
};

static int
ask_exchange(int *out_filled)
{
    HD_TRY(hd_yield());
    *out_filled = 5;
    return 0;
}

static int
fill(void *arg)
{
    struct book *book = arg;
    struct order *order = &book->orders[0];
    int filled = 0;

    HD_TRY(ask_exchange(&filled));
    order->filled += filled;
    return 0;
}

static int
fill_by_index(void *arg)
{
    struct book *book = arg;
    const size_t index = 0;
    int filled = 0;

    HD_TRY(ask_exchange(&filled));
    book->orders[index].filled += filled;
    return 0;
}

static int
add(void *arg)
{
    struct book *book = arg;

    if (book->count == book->capacity) {
        const size_t capacity = 64 * (book->capacity + 1);
        struct order *orders =
            realloc(book->orders, capacity * sizeof(*orders));
        if (orders == NULL) {
            return HD_E_NO_MEMORY;
        }
        book->orders = orders;
        book->capacity = capacity;
    }
    book->orders[book->count++] = (struct order){.quantity = 10};
    return 0;
}

static void
fill_and_add(hd_fn *how)
{
    struct book book = {.orders = NULL};

    book.orders = calloc(1, sizeof(*book.orders));
    HD_CHECK(book.orders != NULL);
    book.count = book.capacity = 1;
    struct hd_task *a = hd_task_spawn(how, &book);
    struct hd_task *b = hd_task_spawn(add, &book);
    HD_CHECK(hd_gather(a, b) == 0);
    free(book.orders);
}

HD_TEST(order_book_bad)
{
    fill_and_add(fill);
}

HD_TEST(order_book_fixed)
{
    fill_and_add(fill_by_index);
}
