/*
 * as_completed: a queue that children put themselves into as they are done.
 *
 * Several tasks may ask for the next one. Each claims one of as many as there
 * are children; who finds the queue empty waits in line. At the time-out as
 * many blanks are put as there are children to come. The state counts its
 * users, so that finishing while somebody waits is a misuse and no more.
 *
 * A cancelled claim is free again, where asyncio's iterator would be one short.
 */
#include <heddle/gather.h>

#include "base/assert.h"
#include "compose/children.h"
#include "compose/pause.h"
#include "compose/retire.h"
#include "sync/line.h"

struct hd_completion {
    struct hd_loop *loop;
    struct hd_children children;
    size_t left;           /* children that are neither put nor late */
    struct hd_child **put; /* in order of completion; NULL for a late one */
    size_t put_count, taken_count, claimed_count;
    struct hd_line getters;
    struct hd_callback timer; /* only if timed */
    bool timed, finished;
    uint32_t object, users;
};

/* ---- the queue: who comes first is seen by who takes ---- */

static void
touch(const struct hd_completion *state)
{
    hd_touch_object(state->loop, state->object,
                    (struct hd_touch){.kind = HD_IS_STATE, .mode = HD_WRITES});
}

static void
put(struct hd_completion *state, struct hd_child *child)
{
    HD_ASSERT(state->put_count < state->children.distinct);
    touch(state);
    state->put[state->put_count++] = child;
    hd_line_call_next(&state->getters);
}

static void
stop_timer(struct hd_completion *state)
{
    if (state->timed) {
        hd_callback_stop(&state->timer);
    }
}

static void
child_done(struct hd_callback *callback)
{
    struct hd_completion *state = callback->owner;
    state->left--;
    put(state, hd_child_of(callback));
    if (state->left == 0) {
        stop_timer(state);
    }
}

static void
time_is_up(struct hd_callback *callback)
{
    struct hd_completion *state = callback->owner;
    touch(state);
    hd_children_stop(&state->children);
    for (; state->left > 0; state->left--) {
        put(state, NULL);
    }
}

/* ---- init and finish ---- */

static size_t
bytes_of(size_t n)
{
    return sizeof(struct hd_completion) +
           n * (sizeof(struct hd_child) + sizeof(struct hd_child *));
}

static void
unuse(struct hd_completion *state)
{
    if (--state->users == 0) {
        const size_t bytes = bytes_of(state->children.count);
        struct hd_arena *arena = state->loop->arena;
        if (state->timed) {
            hd_callback_retire(&state->timer);
        }
        hd_children_finish(&state->children);
        hd_arena_give(arena, state, bytes);
    }
}

static struct hd_completion *
make(struct hd_future *const *futures, size_t n, uint64_t place)
{
    struct hd_loop *loop = hd_here.loop;
    struct hd_completion *state = hd_loop_take(loop, bytes_of(n), place);
    if (state == NULL) {
        return NULL;
    }
    struct hd_child *each = (struct hd_child *)(void *)(state + 1);
    const uint32_t object = hd_object_born(HD_OBJECT_COMPLETION, NULL, place);
    *state = (struct hd_completion){
        .loop = loop,
        .children = {.each = each,
                     .count = n,
                     .object = object,
                     .any = true,
                     .run = child_done,
                     .owner = state},
        .put = (struct hd_child **)(void *)(each + n),
        .object = object,
        .users = 1,
    };
    hd_children_start(&state->children, futures, place);
    state->left = state->children.distinct;
    return state;
}

/* False when out of memory. */
static bool
arm(struct hd_completion *state, uint64_t timeout_ns, uint64_t place)
{
    const uint64_t when_ns = hd_pause_deadline(timeout_ns);
    if (when_ns == HD_FOREVER || state->left == 0) {
        return true;
    }
    state->timed = true;
    hd_callback_init(&state->timer, state->loop, HD_ACTOR_TIMER, true,
                     time_is_up, state);
    return hd_callback_at(&state->timer, when_ns, place);
}

int
hd_as_completed_init(struct hd_as_completed *each,
                     struct hd_future *const *futures, size_t n,
                     uint64_t timeout_ns)
{
    const uint64_t place = HD_PLACE();
    each->state = NULL;
    if (hd_loop_here(place, HD_OP_WAIT) == NULL) {
        return HD_E_NO_LOOP;
    }
    HD_TRY(hd_children_check(hd_here.loop, futures, n, place));
    struct hd_completion *state = make(futures, n, place);
    if (state == NULL) {
        return HD_E_NO_MEMORY;
    }
    if (!arm(state, timeout_ns, place)) {
        unuse(state);
        return HD_E_NO_MEMORY;
    }
    each->state = state;
    return HD_OK;
}

void
hd_as_completed_finish(struct hd_as_completed *each)
{
    struct hd_completion *state = each->state;
    if (state == NULL) {
        return;
    }
    each->state = NULL;
    touch(state);
    state->finished = true;
    stop_timer(state);
    hd_children_stop(&state->children);
    hd_line_wake(&state->getters, SIZE_MAX);
    unuse(state);
}

/* ---- next ---- */

static bool
is_empty(const struct hd_completion *state)
{
    return state->taken_count == state->put_count;
}

/* Wait until something was put, for us or for who came first. */
static int
wait_in_line(struct hd_completion *state, uint64_t place)
{
    const struct hd_op op = {
        .object = state->object, .kind = HD_OP_WAIT, .place = place};
    struct hd_waiter waiter;
    const int status = hd_line_wait(&state->getters, &waiter, op);
    touch(state);
    if (status < 0 && waiter.future.state == HD_FUTURE_DONE &&
        !is_empty(state)) {
        hd_line_call_next(&state->getters); /* pass the call on */
    }
    return status;
}

/* The place in the queue that is the caller's is claimed. */
static int
take_next(struct hd_completion *state, uint64_t place,
          struct hd_future **out_future)
{
    while (is_empty(state) && !state->finished) {
        HD_TRY(wait_in_line(state, place));
    }
    if (state->finished) {
        return hd_misuse(HD_E_INVALID, place);
    }
    const struct hd_child *child = state->put[state->taken_count++];
    if (child == NULL) {
        return HD_E_TIMEDOUT;
    }
    *out_future = hd_future_handle(child->future);
    return HD_OK;
}

int
hd_as_completed_next(struct hd_as_completed *each,
                     struct hd_future **out_future)
{
    const uint64_t place = HD_PLACE();
    struct hd_completion *state = each->state;
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    if (state == NULL) {
        return hd_misuse(HD_E_INVALID, place);
    }
    if (state->loop != hd_here.loop) {
        return hd_misuse_foreign(state->loop->number, hd_here.loop->number,
                                 place);
    }
    state->users++;
    hd_task_point(HD_OP_WAIT, state->object, place);
    touch(state);
    int status = HD_E_EMPTY;
    if (state->claimed_count < state->children.distinct) {
        state->claimed_count++;
        status = take_next(state, place, out_future);
        state->claimed_count -= status == HD_E_CANCELLED;
    }
    unuse(state);
    return status;
}
