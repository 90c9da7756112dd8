/*
 * Queues: who waits for an item, for room, or for the work to be done.
 *
 * A put calls the next getter, a get the next putter, out of the line; the
 * called one looks again when it steps, for somebody else may have been
 * faster, and then goes to the end of the line. One that was called and turns
 * out to be cancelled passes the call on: that keeps items from lying in a
 * queue whose getters all wait.
 *
 * What depends on what, where items leave in the order in which they came: puts
 * on each other and gets on each other; the n-th get on the n-th put, and a put
 * into a bounded queue on the get that makes the room for it. So a put and a
 * get are independent while there are items and room. Other queues are one
 * thing.
 *
 * A bounded queue that is full has room in its array for its bound, so a
 * put that had to wait needs no memory any more: no call is lost for want
 * of it.
 */
#include <heddle/queue.h>

#include "base/assert.h"
#include "sync/items.h"
#include "sync/line.h"
#include "task/timeout.h"

static inline void
name(struct hd_queue *queue, uint64_t place)
{
    hd_sync_name(&queue->object, HD_OBJECT_QUEUE, queue, place);
}

static int
enter(struct hd_queue *queue, enum hd_op_kind kind, uint64_t place)
{
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    name(queue, place);
    hd_task_point(kind, queue->object, place);
    return HD_OK;
}

static int
wait_in(struct hd_line *line, struct hd_waiter *waiter,
        const struct hd_queue *queue, struct hd_op op)
{
    op.object = queue->object;
    return hd_line_wait(line, waiter, op);
}

/* ---- what a call touches ---- */

static bool
is_fifo(const struct hd_queue *queue)
{
    return !queue->items.lifo && queue->items.compare == NULL;
}

/* Several of what a queue is made of, in one call at place. */
struct touched {
    const struct hd_loop *loop;
    uint64_t name, place;
};

static struct touched
touched_of(const struct hd_queue *queue, uint64_t place)
{
    const struct hd_loop *loop = hd_here.loop;
    return (struct touched){
        .loop = loop,
        .name = hd_touch_name_sync(loop, queue, queue->object),
        .place = place,
    };
}

static inline void
touch(const struct touched *touched, enum hd_identity_kind kind,
      enum hd_access_mode mode, uint64_t which)
{
    hd_touch_note_path(touched->loop, touched->name,
                       (struct hd_touch){.kind = kind,
                                         .mode = mode,
                                         .which = which,
                                         .place = touched->place});
}

/* At one end: the item of this number, and the room for that one. */
static void
note_end(const struct hd_queue *queue, enum hd_identity_kind own, uint64_t item,
         uint64_t room, uint64_t place)
{
    const struct touched touched = touched_of(queue, place);
    touch(&touched, own, HD_WRITES, 0);
    if (!is_fifo(queue)) {
        touch(&touched, own == HD_IS_PUTS ? HD_IS_GETS : HD_IS_PUTS, HD_WRITES,
              0);
        return;
    }
    touch(&touched, HD_IS_ITEM, HD_WRITES, item);
    if (queue->size_max > 0) {
        touch(&touched, HD_IS_ROOM, HD_WRITES, room);
    }
}

/* A put, or one that has to wait: it wants to be the next. */
static inline void
touch_put(const struct hd_queue *queue, uint64_t place)
{
    if (hd_touch_wanted()) {
        const uint64_t number = queue->items.puts + 1;
        note_end(queue, HD_IS_PUTS, number, number, place);
    }
}

/* A get, or one that has to wait. */
static inline void
touch_get(const struct hd_queue *queue, uint64_t place)
{
    if (hd_touch_wanted()) {
        const uint64_t number = queue->items.puts - queue->items.count + 1;
        note_end(queue, HD_IS_GETS, number, number + queue->size_max, place);
    }
}

static void
touch_look(const struct hd_queue *queue, uint64_t place)
{
    if (hd_touch_wanted()) {
        const struct touched touched = touched_of(queue, place);
        touch(&touched, HD_IS_PUTS, HD_READS, 0);
        touch(&touched, HD_IS_GETS, HD_READS, 0);
    }
}

/* A call too many is an error, so the order of those that end work is seen. */
static inline void
touch_work(const struct hd_queue *queue, enum hd_access_mode mode,
           uint64_t place)
{
    hd_sync_touch(queue, queue->object, HD_IS_WORK, mode, place);
}

/* Was it called, and asked to end before it could step? */
static bool
must_pass_on(int status, const struct hd_waiter *waiter)
{
    return status == HD_E_CANCELLED &&
           waiter->future.state != HD_FUTURE_CANCELLED;
}

static bool
is_full(const struct hd_queue *queue)
{
    return queue->size_max > 0 && queue->items.count >= queue->size_max;
}

/* ---- put ---- */

/* What it touches is noted already. */
static int
put_now(struct hd_queue *queue, void *item, uint64_t place)
{
    if (is_full(queue)) {
        return HD_E_FULL;
    }
    if (!hd_items_add(&queue->items, item, place)) {
        return HD_E_NO_MEMORY;
    }
    name(queue, place);
    touch_work(queue, HD_WRITES, place);
    queue->unfinished++;
    hd_sync_log(HD_ACT_PUT, queue->object, place);
    hd_line_call_next(&queue->getters);
    return HD_OK;
}

static int
put(struct hd_queue *queue, void *item, uint64_t place)
{
    const struct hd_op op = {.kind = HD_OP_PUT, .place = place};
    touch_put(queue, place);
    while (is_full(queue)) {
        struct hd_waiter waiter;
        const int status = wait_in(&queue->putters, &waiter, queue, op);
        touch_put(queue, place);
        if (must_pass_on(status, &waiter) && !is_full(queue)) {
            hd_line_call_next(&queue->putters);
        }
        HD_TRY(status);
    }
    return put_now(queue, item, place);
}

int
hd_queue_put(struct hd_queue *queue, void *item)
{
    const uint64_t place = HD_PLACE();
    HD_TRY(enter(queue, HD_OP_PUT, place));
    return put(queue, item, place);
}

int
hd_queue_put_for(struct hd_queue *queue, void *item, uint64_t ns)
{
    const uint64_t place = HD_PLACE();
    struct hd_timeout timeout;
    HD_TRY(enter(queue, HD_OP_PUT, place));
    HD_TRY(hd_timeout_start(&timeout, ns, place));
    return hd_timeout_end(&timeout, put(queue, item, place));
}

int
hd_queue_put_now(struct hd_queue *queue, void *item)
{
    const uint64_t place = HD_PLACE();
    touch_put(queue, place);
    return put_now(queue, item, place);
}

/* ---- get ---- */

static int
get_now(struct hd_queue *queue, void **out_item, uint64_t place)
{
    if (queue->items.count == 0) {
        return HD_E_EMPTY;
    }
    name(queue, place);
    *out_item = hd_items_take(&queue->items);
    hd_sync_log(HD_ACT_GET, queue->object, place);
    hd_line_call_next(&queue->putters);
    return HD_OK;
}

static int
get(struct hd_queue *queue, void **out_item, uint64_t place)
{
    const struct hd_op op = {.kind = HD_OP_GET, .place = place};
    touch_get(queue, place);
    while (queue->items.count == 0) {
        struct hd_waiter waiter;
        const int status = wait_in(&queue->getters, &waiter, queue, op);
        touch_get(queue, place);
        if (must_pass_on(status, &waiter) && queue->items.count > 0) {
            hd_line_call_next(&queue->getters);
        }
        HD_TRY(status);
    }
    return get_now(queue, out_item, place);
}

int
hd_queue_get(struct hd_queue *queue, void **out_item)
{
    const uint64_t place = HD_PLACE();
    HD_TRY(enter(queue, HD_OP_GET, place));
    return get(queue, out_item, place);
}

int
hd_queue_get_for(struct hd_queue *queue, void **out_item, uint64_t ns)
{
    const uint64_t place = HD_PLACE();
    struct hd_timeout timeout;
    HD_TRY(enter(queue, HD_OP_GET, place));
    HD_TRY(hd_timeout_start(&timeout, ns, place));
    /* A time-out while it waits ends the wait: it never has the item too. */
    const int status = get(queue, out_item, place);
    HD_ASSERT(status < 0 || !hd_timeout_is_expired(&timeout));
    return hd_timeout_end(&timeout, status);
}

int
hd_queue_get_now(struct hd_queue *queue, void **out_item)
{
    const uint64_t place = HD_PLACE();
    touch_get(queue, place);
    return get_now(queue, out_item, place);
}

/* ---- work that is done ---- */

int
hd_queue_task_done(struct hd_queue *queue)
{
    const uint64_t place = HD_PLACE();
    touch_work(queue, HD_WRITES, place);
    if (queue->unfinished == 0) {
        return hd_misuse(HD_E_OVERRUN, place);
    }
    name(queue, place);
    queue->unfinished--;
    hd_sync_log(HD_ACT_FINISH, queue->object, place);
    if (queue->unfinished == 0) {
        hd_line_wake(&queue->joiners, SIZE_MAX);
    }
    return HD_OK;
}

int
hd_queue_join(struct hd_queue *queue)
{
    const uint64_t place = HD_PLACE();
    const struct hd_op op = {.kind = HD_OP_JOIN, .place = place};
    HD_TRY(enter(queue, HD_OP_JOIN, place));
    touch_work(queue, HD_READS, place);
    if (queue->unfinished == 0) {
        return HD_OK;
    }
    struct hd_waiter waiter;
    const int status = wait_in(&queue->joiners, &waiter, queue, op);
    if (status < 0) {
        touch_work(queue, HD_READS, place); /* it leaves the line */
    }
    return status;
}

/* ---- life and looking ---- */

static void
make(struct hd_queue *queue, size_t size_max, uint64_t place)
{
    *queue =
        (struct hd_queue){.object = hd_sync_born(HD_OBJECT_QUEUE, queue, place),
                          .size_max = size_max};
}

void
hd_queue_init(struct hd_queue *queue, size_t size_max)
{
    make(queue, size_max, HD_PLACE());
}

void
hd_queue_init_lifo(struct hd_queue *queue, size_t size_max)
{
    make(queue, size_max, HD_PLACE());
    queue->items.lifo = true;
}

void
hd_queue_init_priority(struct hd_queue *queue, size_t size_max,
                       hd_compare_fn *compare)
{
    HD_ASSERT(compare != NULL);
    make(queue, size_max, HD_PLACE());
    queue->items.compare = compare;
}

void
hd_queue_finish(struct hd_queue *queue)
{
    hd_items_drop(&queue->items);
}

size_t
hd_queue_size(const struct hd_queue *queue)
{
    touch_look(queue, HD_PLACE());
    return queue->items.count;
}

bool
hd_queue_is_empty(const struct hd_queue *queue)
{
    touch_look(queue, HD_PLACE());
    return queue->items.count == 0;
}

bool
hd_queue_is_full(const struct hd_queue *queue)
{
    touch_look(queue, HD_PLACE());
    return is_full(queue);
}
