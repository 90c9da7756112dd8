/*
 * hd_wait: one pause that counts down. Everything lives in the waiting frame,
 * which takes its callbacks along when it goes.
 */
#include <heddle/gather.h>

#include "compose/children.h"
#include "compose/pause.h"
#include "task/touch.h"

struct wait {
    struct hd_pause pause;
    struct hd_children children;
    size_t left; /* children whose callback has not run */
    enum hd_wait_until until;
    struct hd_child few[HD_CHILDREN_FEW];
};

static bool
is_enough(const struct wait *wait, const struct hd_child *child)
{
    return wait->until == HD_FIRST_COMPLETED ||
           (wait->until == HD_FIRST_ERROR && hd_child_failed(child));
}

static void
child_done(struct hd_callback *callback)
{
    struct wait *wait = callback->owner;
    wait->left--;
    if (wait->until != HD_FIRST_COMPLETED) {
        hd_future_count_down(&wait->pause.future);
    }
    if (is_enough(wait, hd_child_of(callback))) {
        hd_pause_unlimit(&wait->pause);
        hd_pause_release(&wait->pause);
    } else if (wait->left == 0) {
        hd_pause_unlimit(&wait->pause);
        hd_future_resolve_counted(&wait->pause.future, HD_OK);
    }
}

/* Room for the children: in the frame, or from the arena. */
static bool
take_room(struct wait *wait, size_t n, uint64_t place)
{
    wait->children.each =
        n <= HD_CHILDREN_FEW
            ? wait->few
            : hd_loop_take(hd_here.loop, n * sizeof(struct hd_child), place);
    return wait->children.each != NULL;
}

static void
give_room(struct wait *wait)
{
    if (wait->children.each != wait->few) {
        hd_arena_give(hd_here.loop->arena, wait->children.each,
                      wait->children.count * sizeof(struct hd_child));
    }
}

static size_t
count_done(const struct hd_children *children)
{
    size_t count = 0;
    for (size_t i = 0; i < children->count; i++) {
        const struct hd_child *child = &children->each[i];
        hd_touch_outcome(child->future);
        count += !child->again && hd_future_done(child->future);
    }
    return count;
}

/* The futures have been checked; until is set. */
static int
run(struct wait *wait, struct hd_future *const *futures, struct hd_op op,
    size_t *out_done)
{
    hd_children_start(&wait->children, futures, op.place);
    wait->left = wait->children.distinct;
    const int status = hd_future_wait(&wait->pause.future, op);
    hd_touch_counted(&wait->pause.future);
    hd_pause_unlimit(&wait->pause);
    hd_children_stop(&wait->children);
    if (status == HD_OK && out_done != NULL) {
        *out_done = count_done(&wait->children);
    }
    hd_children_finish(&wait->children);
    return status;
}

int
hd_wait(struct hd_future *const *futures, size_t n, enum hd_wait_until until,
        uint64_t timeout_ns, size_t *out_done)
{
    const uint64_t place = HD_PLACE();
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    if (n == 0 || until > HD_FIRST_ERROR) {
        return hd_misuse(HD_E_INVALID, place);
    }
    const uint32_t object = hd_object_born(HD_OBJECT_COMPLETION, NULL, place);
    hd_task_point(HD_OP_WAIT, object, place);
    HD_TRY(hd_children_check(hd_here.loop, futures, n, place));
    struct wait wait;
    wait.until = until;
    wait.children = (struct hd_children){.count = n,
                                         .object = object,
                                         .any = until == HD_FIRST_COMPLETED,
                                         .run = child_done,
                                         .owner = &wait};
    if (!take_room(&wait, n, place)) {
        return HD_E_NO_MEMORY;
    }
    int status = hd_pause_start(&wait.pause, timeout_ns, place);
    if (status == HD_OK) {
        const struct hd_op op = {
            .object = object, .kind = HD_OP_WAIT, .place = place};
        status = run(&wait, futures, op, out_done);
    }
    give_room(&wait);
    return status;
}

int
hd_wait_refuse_coro(struct hd_coro *coro)
{
    (void)coro;
    return hd_misuse(HD_E_INVALID, HD_PLACE());
}
