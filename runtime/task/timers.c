/*
 * A loop's timers: a heap of callbacks by deadline and start. With each turn
 * those that are due get their places in the FIFO, after what is ready.
 *
 * Under --order=any nobody has to wait for a turn, which comes early or late as
 * others step: a timer that is armed with a deadline that has passed, or made
 * due by a call that blocks, is offered at once. It stands in a ring beside the
 * FIFO until the turn gives it the place that it has on a FIFO loop, so that
 * the default is the same.
 */
#include "base/assert.h"
#include "task/loop.h"

void
hd_loop_update_alarm(struct hd_loop *loop)
{
    const uint64_t deadline_ns = hd_loop_deadline(loop);
    if (deadline_ns != loop->alarm_ns) {
        loop->alarm_ns = deadline_ns;
        loop->host->alarm(loop, deadline_ns);
    }
}

/* The first timer in the heap if it is due, taken out of it; else NULL. */
static struct hd_callback *
take_due(struct hd_loop *loop, uint64_t now_ns)
{
    struct hd_heap_entry *entry = hd_heap_first(&loop->timers);
    if (entry == NULL || entry->key > now_ns) {
        return NULL;
    }
    hd_heap_remove(&loop->timers, entry);
    return HD_CONTAINER(entry, struct hd_callback, timer);
}

static void
place_due(struct hd_loop *loop)
{
    while (loop->due.fifo_next != &loop->due) {
        hd_ready_place(loop->ready, loop->due.fifo_next);
    }
}

void
hd_loop_collect(struct hd_loop *loop, struct hd_actor *by)
{
    if (__builtin_expect(loop->can_be_due, 0)) {
        place_due(loop);
    }
    if (loop->timers.count == 0) {
        return;
    }
    const uint64_t now_ns = loop->host->now(loop);
    struct hd_callback *callback = take_due(loop, now_ns);
    while (callback != NULL) {
        hd_ready_post(loop->ready, &callback->actor, by);
        callback = take_due(loop, now_ns);
    }
    hd_loop_update_alarm(loop);
}

/* ---- timers that are due before their turn ---- */

static bool
offers(const struct hd_loop *loop)
{
    return loop->ready == loop->home && loop->running &&
           loop->home->any_order && !loop->host->polls;
}

/* They stand in the order in which the heap would give them. */
static void
offer(struct hd_loop *loop, struct hd_callback *timer)
{
    if (!loop->can_be_due) {
        loop->can_be_due = true;
        loop->due.fifo_next = loop->due.fifo_prev = &loop->due;
    }
    struct hd_actor *before = loop->due.fifo_prev;
    while (before != &loop->due &&
           HD_CONTAINER(before, struct hd_callback, actor)->timer.key >
               timer->timer.key) {
        before = before->fifo_prev;
    }
    hd_ready_offer(loop->ready, &timer->actor, hd_here.actor);
    hd_ready_link(before->fifo_next, &timer->actor);
}

bool
hd_loop_offer_timer(struct hd_loop *loop, struct hd_callback *timer)
{
    if (!offers(loop) || timer->timer.key > loop->host->now(loop)) {
        return false;
    }
    offer(loop, timer);
    return true;
}

void
hd_loop_offer_due(struct hd_loop *loop)
{
    if (!offers(loop)) {
        return;
    }
    const uint64_t now_ns = loop->host->now(loop);
    struct hd_callback *timer = take_due(loop, now_ns);
    while (timer != NULL) {
        offer(loop, timer);
        timer = take_due(loop, now_ns);
    }
    hd_loop_update_alarm(loop);
}

/* There was room for them in the heap, or nearly. */
void
hd_loop_take_back_due(struct hd_loop *loop)
{
    if (!loop->can_be_due) {
        return;
    }
    while (loop->due.fifo_next != &loop->due) {
        struct hd_callback *timer =
            HD_CONTAINER(loop->due.fifo_next, struct hd_callback, actor);
        hd_ready_remove(loop->ready, &timer->actor, loop->ready->view.last);
        const bool added =
            hd_heap_add(&loop->timers, loop->arena, &timer->timer);
        HD_ASSERT(added);
    }
}
