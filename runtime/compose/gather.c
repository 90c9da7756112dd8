/*
 * Gather: one future for many.
 *
 * The outer future is a slot of the loop's pool with a way of its own to be
 * cancelled: that cancels the children and leaves it to them to end it. The
 * first child that fails ends it at once; the state stays until the last child
 * is done, because whatever fails later counts as looked at.
 *
 *   outer --value, while pending--> state --owner of--> a callback per child
 */
#include <heddle/gather.h>

#include "base/assert.h"
#include "compose/children.h"
#include "task/touch.h"

struct gather {
    struct hd_future *outer; /* retained */
    struct hd_children children;
    size_t finished; /* distinct children whose callback has run */
    unsigned flags;
    bool cancel_requested; /* and some child took it */
    struct hd_child each[];
};

/* ---- the end ---- */

static size_t
bytes_of(size_t n)
{
    return sizeof(struct gather) + n * sizeof(struct hd_child);
}

static void
drop(struct gather *gather)
{
    struct hd_arena *arena = gather->outer->loop->arena;
    const size_t bytes = bytes_of(gather->children.count);
    hd_future_unref(gather->outer);
    hd_children_finish(&gather->children);
    hd_arena_give(arena, gather, bytes);
}

/*
 * What becomes of the children counts as looked at from here on, also of those
 * that will end later: their callbacks may come too late, after the loop's end.
 */
static void
look_at_all(struct gather *gather)
{
    for (size_t i = 0; i < gather->children.count; i++) {
        gather->each[i].future->retrieved = true;
    }
}

/* All are done and none has ended it. */
static void
complete(struct gather *gather)
{
    look_at_all(gather);
    /* Who asked for the end gets it, also where errors are kept. */
    hd_future_resolve_counted(
        gather->outer, gather->cancel_requested ? HD_E_CANCELLED : HD_OK);
}

static void
judge(struct gather *gather, struct hd_child *child)
{
    struct hd_future *future = child->future;
    const bool keeps = gather->flags & HD_GATHER_KEEP_ERRORS;
    if (!keeps && future->status < 0) {
        /* A cancelled child fails the outer future, it does not cancel it. */
        look_at_all(gather);
        hd_future_resolve(gather->outer, future->status, NULL, future->failure);
    } else if (gather->finished == gather->children.distinct) {
        complete(gather);
    }
}

static void
child_done(struct hd_callback *callback)
{
    struct gather *gather = callback->owner;
    struct hd_child *child = hd_child_of(callback);
    gather->finished++;
    hd_future_count_down(gather->outer);
    if (!hd_future_done(gather->outer)) {
        judge(gather, child);
    } else if (child->future->status < 0) {
        hd_touch_outcome(gather->outer); /* it would have ended it */
    }
    if (gather->finished == gather->children.distinct) {
        HD_ASSERT(hd_future_done(gather->outer));
        drop(gather);
    }
}

/* A child has failed, and its callback will say so; nothing else counts. */
static bool
is_decided(const struct gather *gather)
{
    for (size_t i = 0; i < gather->children.count; i++) {
        const struct hd_future *future = gather->each[i].future;
        hd_touch_outcome(future);
        if (hd_future_done(future) && future->status < 0 &&
            future->status != HD_E_CANCELLED) {
            return !(gather->flags & HD_GATHER_KEEP_ERRORS);
        }
    }
    return false;
}

/*
 * True if a child took the request, and the gather will tell of it. (asyncio
 * says so also where it will tell of an error, and the request is lost.)
 */
static bool
cancel_children(struct hd_future *outer)
{
    struct gather *gather = outer->value;
    hd_touch_future(outer, HD_IS_COUNT, HD_WRITES);
    const bool decided = is_decided(gather);
    bool taken = false;
    for (size_t i = 0; i < gather->children.count; i++) {
        taken |= hd_future_do_cancel(gather->each[i].future);
    }
    gather->cancel_requested |= taken;
    return taken && !decided;
}

/* ---- the beginning ---- */

static struct hd_future *
make_outer(struct hd_loop *loop, uint32_t object, uint64_t place)
{
    struct hd_future *outer =
        hd_pool_take(loop, &loop->futures, sizeof(*outer), place);
    if (outer != NULL) {
        hd_future_init(outer, loop, HD_FUTURE_GATHER);
        outer->object = object;
    }
    return outer;
}

/* What an outer future is made of. */
struct request {
    struct hd_loop *loop;
    struct hd_future *const *futures;
    size_t n;
    unsigned flags;
    uint32_t object;
    uint64_t place;
};

static void
start(struct gather *gather, struct hd_future *outer,
      const struct request *request)
{
    *gather = (struct gather){
        .outer = outer,
        .children = {.each = gather->each,
                     .count = request->n,
                     .object = request->object,
                     .run = child_done,
                     .owner = gather},
        .flags = request->flags,
    };
    hd_future_retain(outer);
    outer->value = gather;
    outer->cancel = cancel_children;
    hd_children_start(&gather->children, request->futures, request->place);
}

static int
make(const struct request *request, struct hd_future **out_outer)
{
    struct hd_loop *loop = request->loop;
    HD_TRY(
        hd_children_check(loop, request->futures, request->n, request->place));
    const size_t bytes = bytes_of(request->n);
    struct gather *gather =
        request->n > 0 ? hd_loop_take(loop, bytes, request->place) : NULL;
    if (request->n > 0 && gather == NULL) {
        return HD_E_NO_MEMORY;
    }
    struct hd_future *outer = make_outer(loop, request->object, request->place);
    if (outer == NULL) {
        goto give_back_state;
    }
    if (gather != NULL) {
        start(gather, outer, request);
    } else {
        hd_future_resolve(outer, HD_OK, NULL, NULL);
    }
    *out_outer = outer;
    return HD_OK;

give_back_state:
    if (gather != NULL) {
        hd_arena_give(loop->arena, gather, bytes);
    }
    return HD_E_NO_MEMORY;
}

/* ---- for the public ---- */

/* The children's loop, which need not run yet; without children, this one. */
static struct hd_loop *
loop_of(struct hd_future *const *futures, size_t n, uint64_t place)
{
    if (n == 0) {
        return hd_loop_here(place, HD_OP_GATHER);
    }
    const struct hd_future *first = hd_future_get(futures[0], place);
    return first != NULL && hd_loop_usable(first->loop, place) ? first->loop
                                                               : NULL;
}

struct hd_future *
hd_gather_future(struct hd_future *const *futures, size_t n, unsigned flags)
{
    const uint64_t place = HD_PLACE();
    struct hd_loop *loop = loop_of(futures, n, place);
    if (loop == NULL) {
        return NULL;
    }
    const struct request request = {
        .loop = loop,
        .futures = futures,
        .n = n,
        .flags = flags,
        .object = hd_object_born_on(loop, HD_OBJECT_GATHER, NULL, place),
        .place = place,
    };
    struct hd_future *outer;
    return make(&request, &outer) < 0 ? NULL : hd_future_handle(outer);
}

int
hd_gather_array(struct hd_future *const *futures, size_t n, unsigned flags)
{
    const uint64_t place = HD_PLACE();
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    const struct request request = {
        .loop = hd_here.loop,
        .futures = futures,
        .n = n,
        .flags = flags,
        .object = hd_object_born(HD_OBJECT_GATHER, NULL, place),
        .place = place,
    };
    hd_task_point(HD_OP_GATHER, request.object, place);
    struct hd_future *outer;
    HD_TRY(make(&request, &outer));
    const struct hd_op op = {
        .object = request.object, .kind = HD_OP_GATHER, .place = place};
    const int status = hd_future_await(outer, op, NULL);
    hd_future_unref(outer);
    return status;
}
