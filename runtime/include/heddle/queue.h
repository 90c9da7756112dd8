/*
 * Queues of pointers for tasks of one loop: first in first out, last in first
 * out, or by priority.
 *
 * source: asyncio.Queue, LifoQueue, PriorityQueue, Python 3.11.
 */
#ifndef HEDDLE_QUEUE_H
#define HEDDLE_QUEUE_H

#include <heddle/sync.h>

struct hd_arena;

/* Negative, zero or positive, as for qsort. Equal items: first put first. */
typedef int hd_compare_fn(const void *a, const void *b);

struct hd_queue_item {
    void *value;
    uint64_t order; /* when it was put */
};

/* Ring, stack or heap, in an array that grows. */
struct hd_queue_items {
    struct hd_queue_item *array;
    size_t count, head, capacity;
    uint64_t puts;
    hd_compare_fn *compare; /* NULL unless by priority */
    bool lifo;
    struct hd_arena *arena; /* whose the array is; NULL: malloc's */
};

struct hd_queue {
    struct hd_line getters, putters, joiners;
    uint32_t object;
    uint64_t unfinished;
    size_t size_max; /* 0: no bound */
    struct hd_queue_items items;
};

/*
 * size_max  0 for no bound.
 * The storage is the caller's; hd_queue_finish() gives back what it holds
 * (not the items, which are the caller's). Nobody may be waiting then. In a
 * simulation an abandoned execution takes care of a queue by itself.
 */
HD_API void hd_queue_init(struct hd_queue *queue, size_t size_max);
HD_API void hd_queue_init_lifo(struct hd_queue *queue, size_t size_max);
HD_API void hd_queue_init_priority(struct hd_queue *queue, size_t size_max,
                                   hd_compare_fn *compare);
HD_API void hd_queue_finish(struct hd_queue *queue);

/*
 * Put an item, waiting for room; get one, waiting for one. Who has been woken
 * may still find that somebody else was faster, and waits again, as in asyncio.
 *
 * out_item  set only on HD_OK; must not be NULL.
 * returns   HD_OK, HD_E_CANCELLED, HD_E_TIMEDOUT (_for), HD_E_NO_TASK,
 *           HD_E_FOREIGN_LOOP, HD_E_NO_MEMORY (put, _for; nothing was put)
 * suspends  if it is full, or empty; a cancellation point.
 */
HD_API HD_MUST_USE int hd_queue_put(struct hd_queue *queue, void *item);
HD_API HD_MUST_USE int hd_queue_put_for(struct hd_queue *queue, void *item,
                                        uint64_t ns);
HD_API HD_MUST_USE int hd_queue_get(struct hd_queue *queue, void **out_item);
HD_API HD_MUST_USE int hd_queue_get_for(struct hd_queue *queue, void **out_item,
                                        uint64_t ns);

/* Without waiting: HD_OK; put HD_E_FULL, HD_E_NO_MEMORY; get HD_E_EMPTY. */
HD_API HD_MUST_USE int hd_queue_put_now(struct hd_queue *queue, void *item);
HD_API HD_MUST_USE int hd_queue_get_now(struct hd_queue *queue,
                                        void **out_item);

/*
 * Every put makes an item unfinished; task_done finishes one; join waits until
 * none is unfinished.
 *
 * returns   HD_OK; task_done: HD_E_OVERRUN; join: HD_E_CANCELLED,
 *           HD_E_NO_TASK, HD_E_FOREIGN_LOOP
 * suspends  task_done no; join if any is unfinished, a cancellation point.
 */
HD_API int hd_queue_task_done(struct hd_queue *queue);
HD_API HD_MUST_USE int hd_queue_join(struct hd_queue *queue);

HD_API size_t hd_queue_size(const struct hd_queue *queue);
HD_API bool hd_queue_is_empty(const struct hd_queue *queue);
HD_API bool hd_queue_is_full(const struct hd_queue *queue);

#endif
