/*
 * A crawler: workers take pages from a queue with room for two and put the
 * links that they find into the same queue. Once it is full and all of them
 * want to put, nobody is left to take.
 *
 * Shows: deadlock. Fixed: a queue without a bound. Near miss: the bound stays,
 * and what does not fit is visited at once.
 */
#include <heddle/test.h>

#define PAGES 7
#define ROOM 2

struct crawler {
    struct hd_queue queue;
    bool may_wait;
    int visited;
};

static int visit(struct crawler *crawler, intptr_t page);

static int
follow(struct crawler *crawler, intptr_t page)
{
    if (page > PAGES) {
        return 0;
    }
    if (crawler->may_wait) {
        return hd_queue_put(&crawler->queue, (void *)page);
    }
    if (!hd_queue_is_full(&crawler->queue)) {
        return hd_queue_put_now(&crawler->queue, (void *)page);
    }
    return visit(crawler, page);
}

static int
visit(struct crawler *crawler, intptr_t page)
{
    HD_TRY(hd_yield()); /* get the page */
    crawler->visited++;
    HD_TRY(follow(crawler, page * 2));
    return follow(crawler, page * 2 + 1);
}

static int
work(void *arg)
{
    struct crawler *crawler = arg;
    void *page;

    while (true) {
        HD_TRY(hd_queue_get(&crawler->queue, &page));
        HD_TRY(visit(crawler, (intptr_t)page));
        hd_queue_task_done(&crawler->queue);
    }
}

static void
crawl(size_t room, bool may_wait)
{
    struct crawler crawler = {.may_wait = may_wait};
    hd_queue_init(&crawler.queue, room);
    struct hd_task *a = hd_task_spawn(work, &crawler);
    struct hd_task *b = hd_task_spawn(work, &crawler);

    HD_CHECK(hd_queue_put(&crawler.queue, (void *)1) == 0);
    HD_CHECK(hd_queue_join(&crawler.queue) == 0);
    hd_task_cancel(a);
    hd_task_cancel(b);
    HD_CHECK(hd_await(a) == HD_E_CANCELLED && hd_await(b) == HD_E_CANCELLED);
    HD_CHECK(crawler.visited == PAGES);
    hd_queue_finish(&crawler.queue);
}

HD_TEST(deadlock_bad)
{
    crawl(ROOM, true);
}

HD_TEST(deadlock_fixed)
{
    crawl(0, true);
}

HD_TEST(deadlock_near)
{
    crawl(ROOM, false);
}
