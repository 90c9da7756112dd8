/*
 * An object is a slot of its loop's pool, like a future: its generation makes
 * one that was used up recognisable, and what is pending when the loop closes
 * was never used.
 */
#include "task/coro.h"

#include "base/assert.h"
#include "task/complain.h"
#include "task/touch.h"

struct hd_coro {
    struct hd_future slot; /* its generation, free links and object are used */
    hd_fn *fn;
    void *arg;
    uint64_t place;
    uint32_t actor; /* who made it */
    uint64_t name;  /* for footprints: who, in which step, as which */
};

/* A number for an object, unless this step makes objects without end. */
static uint32_t
number_next(struct hd_ready *home)
{
    if (home->made_in != home->view.step) {
        home->made_in = home->view.step;
        home->made = 0;
    }
    home->made++;
    if (home->overrun != NULL && home->made > home->made_max) {
        home->overrun(home);
    }
    return ++home->coroutines;
}

struct hd_coro *
hd_coro_create(hd_fn *fn, void *arg)
{
    struct hd_loop *loop = hd_loop_default_at(HD_PLACE());
    if (loop == NULL || !hd_loop_usable(loop, HD_PLACE())) {
        return NULL;
    }
    struct hd_coro *coro =
        hd_pool_take(loop, &loop->coros, sizeof(*coro), HD_PLACE());
    if (coro == NULL) {
        return NULL;
    }
    coro->slot.loop = loop;
    coro->slot.state = HD_FUTURE_PENDING;
    coro->slot.object = number_next(loop->home);
    coro->fn = fn;
    coro->arg = arg;
    coro->place = HD_PLACE();
    coro->actor = hd_loop_parent(loop)->id;
    if (__builtin_expect(loop->home->tells, 0)) {
        const struct hd_actor *maker = hd_loop_parent(loop);
        coro->name =
            hd_identity(HD_IS_CORO, maker->path,
                        (uint64_t)maker->steps << 32 | loop->home->made);
    }
    hd_log_put(loop->home->log, HD_LOG_CORO, HD_CORO_MADE, coro->slot.object,
               coro->place);
    return (struct hd_coro *)(void *)hd_future_handle(&coro->slot);
}

static struct hd_coro *
coro_peek(const struct hd_coro *handle)
{
    return (struct hd_coro *)(void *)hd_future_peek(
        (const struct hd_future *)(const void *)handle);
}

/* What an object was; taking it gives its slot back. */
struct call {
    hd_fn *fn;
    void *arg;
};

/* Also of one that was used up: its slot is not used again (hd_pool_give()). */
static void
note_use(const struct hd_coro *handle)
{
    const struct hd_loop *loop = hd_here.loop;
    if (hd_touch_wanted()) {
        const uintptr_t mask = (uintptr_t)HD_ARENA_ALIGN - 1;
        const struct hd_coro *coro =
            (const struct hd_coro *)((uintptr_t)handle & ~mask);
        hd_ready_touch(loop->home, coro->name, HD_WRITES, 0);
    }
}

/* Use an object up, once. */
static int
use(struct hd_coro *handle, enum hd_coro_act act, uint64_t place,
    struct call *out_call)
{
    if (handle == NULL) {
        return hd_misuse(HD_E_INVALID, place);
    }
    struct hd_coro *coro = coro_peek(handle);
    note_use(handle);
    if (coro == NULL) {
        return hd_misuse_stale(
            HD_E_REUSED, HD_OBJECT_CORO,
            hd_future_last((const struct hd_future *)(const void *)handle),
            place);
    }
    struct hd_loop *loop = coro->slot.loop;
    *out_call = (struct call){coro->fn, coro->arg};
    hd_log_put(loop->home->log, HD_LOG_CORO, (uint8_t)act, coro->slot.object,
               place);
    hd_pool_give(&loop->coros, &coro->slot);
    return HD_OK;
}

void
hd_coro_destroy(struct hd_coro *coro)
{
    struct call call;
    if (coro != NULL) {
        use(coro, HD_CORO_DESTROYED, HD_PLACE(), &call);
    }
}

/* ---- waiting for what an object does ---- */

struct hd_coro_wait
hd_coro_wait_begin(const struct hd_coro *handle)
{
    const struct hd_coro *coro = coro_peek(handle);
    const struct hd_task *task = hd_here.task;
    const struct hd_ready *home = task->future.loop->home;
    return (struct hd_coro_wait){
        .before = task->slow,
        .waited_ns = home->waited_ns,
        .number = coro != NULL ? coro->slot.object : 0,
        .maker = coro != NULL ? coro->actor : 0,
        .made = home->coroutines,
    };
}

static uint32_t
milliseconds(uint64_t ns)
{
    const uint64_t ms = ns / 1000000;
    return ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

static void
note_sequential(struct hd_log *log, const struct hd_slow_await *first,
                const struct hd_slow_await *second)
{
    hd_log_incident(log,
                    (struct hd_record){.kind = HD_LOG_SEQUENTIAL,
                                       .subject = milliseconds(second->took_ns),
                                       .value = second->place});
    hd_log_put(log, HD_LOG_BEFORE, 0, milliseconds(first->took_ns),
               first->place);
}

/*
 * Both objects were there when the first of the two waits began, so they could
 * have been tasks and waited side by side. Where the first one failed, the
 * second may be what is done about it.
 */
void
hd_coro_wait_end(const struct hd_coro_wait *wait, int status, uint64_t place)
{
    struct hd_task *task = hd_here.task;
    const struct hd_ready *home = task->future.loop->home;
    const struct hd_slow_await *before = &wait->before;
    if (home->waited_ns == wait->waited_ns) {
        return;
    }
    const struct hd_slow_await now = {
        .place = place,
        .took_ns = home->waited_ns - wait->waited_ns,
        .began = status >= 0 ? wait->made : 0,
        .maker = wait->maker,
    };
    if (wait->number <= before->began && wait->maker == before->maker) {
        note_sequential(home->log, before, &now);
    }
    task->slow = now;
}

/* ---- ways to run one ---- */

static int
run_coro(struct hd_task *task, struct call call, void **out_value)
{
    void *outer_value = task->future.value;
    task->future.value = NULL;
    int status = call.fn(call.arg);
    if (status > 0) {
        hd_log_incident(task->future.loop->home->log,
                        (struct hd_record){.kind = HD_LOG_POSITIVE,
                                           .subject = task->actor.id,
                                           .value = (uint64_t)status});
        status = HD_OK;
    }
    if (status >= 0 && out_value != NULL) {
        *out_value = task->future.value;
    }
    task->future.value = outer_value;
    return status;
}

int
hd_coro_await(struct hd_coro *coro, void **out_value, uint64_t place)
{
    struct call call;
    const struct hd_coro_wait wait = hd_coro_wait_begin(coro);
    HD_TRY(use(coro, HD_CORO_AWAITED, place, &call));
    const int status = run_coro(hd_here.task, call, out_value);
    hd_task_note_passing(status, place);
    hd_coro_wait_end(&wait, status, place);
    return status;
}

int
hd_await_coro(struct hd_coro *coro, void **out_value)
{
    const uint64_t place = HD_PLACE();
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    return hd_coro_await(coro, out_value, place);
}

int
hd_coro_start(struct hd_coro *coro, uint64_t place, struct hd_task **out_task)
{
    struct call call;
    HD_TRY(use(coro, HD_CORO_STARTED, place, &call));
    struct hd_task *task =
        hd_task_start(hd_here.loop, call.fn, call.arg, place);
    if (task == NULL) {
        return HD_E_NO_MEMORY;
    }
    *out_task = task;
    return HD_OK;
}

struct hd_task *
hd_task_from_coro(struct hd_coro *coro)
{
    const uint64_t place = HD_PLACE();
    struct hd_task *task;
    if (hd_loop_here(place, HD_OP_START) == NULL ||
        hd_coro_start(coro, place, &task) < 0) {
        return NULL;
    }
    return hd_task_handle(task);
}

void
hd_coro_drop_all(struct hd_loop *loop)
{
    for (struct hd_future *slot = loop->coros.made_first; slot != NULL;
         slot = slot->slot_next) {
        const struct hd_coro *coro = HD_CONTAINER(slot, struct hd_coro, slot);
        if (slot->state == HD_FUTURE_PENDING && !loop->muted) {
            hd_log_incident(loop->home->log,
                            (struct hd_record){.kind = HD_LOG_NEVER_AWAITED,
                                               .subject = coro->actor,
                                               .value = coro->place});
            const struct hd_error error = {.code = HD_E_INVALID,
                                           .message = "it was never awaited"};
            hd_complain(loop, NULL, "a coroutine", &error);
        }
    }
    loop->coros = (struct hd_pool){.first = NULL};
}
