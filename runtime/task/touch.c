#include "task/touch.h"

#include "base/assert.h"
#include "task/region.h"

/* A bit for each kind from which programs get an order (HD_ACCESS_SYNCS). */
#define SYNCS                                                                  \
    (UINT32_C(1) << HD_IS_CHANGED | UINT32_C(1) << HD_IS_COUNT |               \
     UINT32_C(1) << HD_IS_STATE | UINT32_C(1) << HD_IS_ITEM |                  \
     UINT32_C(1) << HD_IS_ROOM | UINT32_C(1) << HD_IS_WORK)

static inline uint8_t
flags_of(struct hd_touch touch)
{
    if (touch.kind >= HD_IS_DONE) {
        return HD_ACCESS_ENABLES;
    }
    return (SYNCS >> touch.kind & 1 ? (uint8_t)HD_ACCESS_SYNCS : 0) |
           (touch.excludes ? (uint8_t)HD_ACCESS_EXCLUDES : 0);
}

static inline void
note(struct hd_ready *ready, uint64_t name, struct hd_touch touch)
{
    if (touch.kind != 0) {
        name =
            hd_identities_of(&ready->identities, touch.kind, name, touch.which);
    }
    hd_ready_note_at(ready, name, touch.place,
                     hd_access_how(touch.mode, flags_of(touch)));
}

void
hd_touch_note_path(const struct hd_loop *loop, uint64_t path,
                   struct hd_touch touch)
{
    note(loop->home, path, touch);
}

void
hd_touch_note_object(const struct hd_loop *loop, uint32_t object,
                     struct hd_touch touch)
{
    struct hd_ready *home = loop->home;
    note(home, hd_identities_get(&home->identities, object), touch);
}

uint64_t
hd_touch_name_at(struct hd_ready *ready, const void *address)
{
    return hd_identities_of(&ready->identities, HD_IS_OBJECT,
                            hd_region_name_any(ready, (uintptr_t)address), 0);
}

uint64_t
hd_touch_name_sync(const struct hd_loop *loop, const void *address,
                   uint32_t object)
{
    struct hd_ready *home = loop->home;
    return object != 0 ? hd_identities_get(&home->identities, object)
                       : hd_touch_name_at(home, address);
}

void
hd_touch_note_sync(const struct hd_loop *loop, const void *address,
                   uint32_t object, struct hd_touch touch)
{
    note(loop->home, hd_touch_name_sync(loop, address, object), touch);
}

/* A future that lies in a frame is called after the task that waits for it. */
static uint64_t
name_of(const struct hd_future *future)
{
    const struct hd_ready *home = future->loop->home;
    if (future->kind == HD_FUTURE_TASK) {
        return ((const struct hd_task *)(const void *)future)->actor.path;
    }
    if (future->kind == HD_FUTURE_INNER) {
        return future->waiter != NULL ? future->waiter->actor.path
                                      : home->root.path;
    }
    return hd_identities_get(&future->loop->home->identities, future->object);
}

void
hd_touch_note_future(const struct hd_future *future, struct hd_touch touch)
{
    note(future->loop->home, name_of(future), touch);
}

void
hd_touch_note_outcome(const struct hd_future *future)
{
    hd_touch_note_future(future, (struct hd_touch){.kind = HD_IS_CHANGED});
    if (future->kind == HD_FUTURE_GATHER) {
        hd_touch_note_future(future, (struct hd_touch){.kind = HD_IS_COUNT});
    }
}

void
hd_touch_note_enabled(const struct hd_future *future)
{
    hd_touch_note_future(future, (struct hd_touch){.kind = HD_IS_DONE});
    if (future->counted) {
        hd_touch_note_future(future, (struct hd_touch){.kind = HD_IS_COUNTED});
    }
}
