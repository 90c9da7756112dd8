/*
 * Two workers share a list of pieces. Each takes the next one, works, and
 * writes down what it made of it and how much it has done.
 *
 * Near miss: who does what differs from order to order, and each order is
 * right.
 */
#include <heddle/test.h>

#define PIECES 3

struct shop {
    int next;
    int made_by[PIECES];
};

struct worker {
    struct shop *shop;
    int number, weight_done;
};

static int
work(void *arg)
{
    struct worker *worker = arg;
    struct shop *shop = worker->shop;

    while (shop->next < PIECES) {
        const int piece = shop->next++;
        HD_TRY(hd_yield());
        shop->made_by[piece] = worker->number;
        worker->weight_done += 10 * (piece + 1);
    }
    return 0;
}

HD_TEST(work_share_near)
{
    struct shop shop = {.next = 0};
    struct worker first = {&shop, 1, 0};
    struct worker second = {&shop, 2, 0};

    struct hd_task *a = hd_task_spawn(work, &first);
    struct hd_task *b = hd_task_spawn(work, &second);
    HD_CHECK(hd_gather(a, b) == 0);
}
