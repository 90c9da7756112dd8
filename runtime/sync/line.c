#include "sync/line.h"

#include "base/assert.h"

static void
append(struct hd_line *line, struct hd_waiter *waiter)
{
    waiter->line = line;
    waiter->next = NULL;
    waiter->prev = line->last;
    if (line->last != NULL) {
        line->last->next = waiter;
    } else {
        line->first = waiter;
    }
    line->last = waiter;
}

static void
leave(struct hd_waiter *waiter)
{
    struct hd_line *line = waiter->line;
    HD_ASSERT(line != NULL);
    if (waiter->prev != NULL) {
        waiter->prev->next = waiter->next;
    } else {
        HD_ASSERT(line->first == waiter);
        line->first = waiter->next;
    }
    if (waiter->next != NULL) {
        waiter->next->prev = waiter->prev;
    } else {
        HD_ASSERT(line->last == waiter);
        line->last = waiter->prev;
    }
    waiter->line = NULL;
}

int
hd_line_wait(struct hd_line *line, struct hd_waiter *waiter, struct hd_op op)
{
    if (hd_line_is_foreign(line)) {
        return hd_line_refuse(line, op.place);
    }
    hd_future_init(&waiter->future, hd_here.loop, HD_FUTURE_INNER);
    append(line, waiter);
    const int status = hd_future_wait(&waiter->future, op);
    HD_ASSERT(hd_future_done(&waiter->future));
    if (waiter->line != NULL) {
        leave(waiter);
    }
    return status;
}

/* Waking only posts the task: it steps, and leaves the line, later. */
static bool
wake(struct hd_waiter *waiter)
{
    if (waiter->future.state == HD_FUTURE_DONE) {
        return false; /* nobody can tell that this was tried */
    }
    return hd_future_resolve(&waiter->future, HD_OK, NULL, NULL);
}

size_t
hd_line_wake(struct hd_line *line, size_t n)
{
    size_t woken = 0;
    for (struct hd_waiter *waiter = line->first; waiter != NULL && woken < n;
         waiter = waiter->next) {
        woken += wake(waiter);
    }
    return woken;
}

void
hd_line_call_next(struct hd_line *line)
{
    bool called = false;
    while (!called && line->first != NULL) {
        struct hd_waiter *waiter = line->first;
        leave(waiter);
        called = wake(waiter);
    }
}
