/*
 * What steps touch of Heddle's own objects, as a strategy is told it.
 *
 * Where no strategy wants to be told, every function here is one branch that is
 * predicted. docs/decisions/0020-footprints.md says what touches what, and why.
 */
#ifndef HD_TASK_TOUCH_H
#define HD_TASK_TOUCH_H

#include "task/loop.h"

/*
 * How, and of which of several things of one kind (enum hd_identity_kind, enum
 * hd_access_mode); excludes: it is a lock's. The rest is rare.
 */
struct hd_touch {
    uint8_t kind, mode;
    uint64_t which : 47, excludes : 1;
    uint64_t place;
};
static_assert(sizeof(struct hd_touch) == 16, "is passed in registers");

/* The name of an object that is called after where it lies. */
uint64_t hd_touch_name_at(struct hd_ready *ready, const void *address);

/* Of one that has no number before it is first used: object may be 0. */
uint64_t hd_touch_name_sync(const struct hd_loop *loop, const void *address,
                            uint32_t object);

/* The functions below, once somebody wants to be told. */
void hd_touch_note_object(const struct hd_loop *loop, uint32_t object,
                          struct hd_touch touch);
/* For hd_touch_name_sync(). */
void hd_touch_note_sync(const struct hd_loop *loop, const void *address,
                        uint32_t object, struct hd_touch touch);
void hd_touch_note_future(const struct hd_future *future,
                          struct hd_touch touch);
void hd_touch_note_path(const struct hd_loop *loop, uint64_t path,
                        struct hd_touch touch);
void hd_touch_note_outcome(const struct hd_future *future);
/* This step could not have come before the future was done. */
void hd_touch_note_enabled(const struct hd_future *future);

/* Does anybody want to know what this step touches? Then a loop runs here. */
static inline bool
hd_touch_wanted(void)
{
    return __builtin_expect(hd_here.tells, 0);
}

/* An object with a number. */
static inline void
hd_touch_object(const struct hd_loop *loop, uint32_t object,
                struct hd_touch touch)
{
    if (hd_touch_wanted()) {
        hd_touch_note_object(loop, object, touch);
    }
}

static inline void
hd_touch_future(const struct hd_future *future, enum hd_identity_kind kind,
                enum hd_access_mode mode)
{
    if (hd_touch_wanted()) {
        hd_touch_note_future(future,
                             (struct hd_touch){.kind = kind, .mode = mode});
    }
}

/* Somebody asks whether it is done, or how it ended. */
static inline void
hd_touch_outcome(const struct hd_future *future)
{
    if (hd_touch_wanted()) {
        hd_touch_note_outcome(future);
    }
}

/* This step could not have come before the last of many that end the future:
   hd_future_count_down(). */
static inline void
hd_touch_counted(const struct hd_future *future)
{
    if (future->counted) {
        hd_touch_future(future, HD_IS_COUNTED, HD_READS);
    }
}

/* Another actor's own state; kind 0: all of it. */
static inline void
hd_touch_actor(const struct hd_loop *loop, const struct hd_actor *actor,
               enum hd_identity_kind kind, enum hd_access_mode mode)
{
    if (hd_touch_wanted() && (kind != 0 || actor != hd_here.actor)) {
        hd_touch_note_path(loop, actor->path,
                           (struct hd_touch){.kind = kind, .mode = mode});
    }
}

/* What there is once per loop. */
static inline void
hd_touch_loop(const struct hd_loop *loop, enum hd_identity_kind kind,
              enum hd_access_mode mode)
{
    if (hd_touch_wanted()) {
        hd_ready_touch(loop->home, hd_identity(kind, loop->number, 0), mode, 0);
    }
}

/* What there is once in the world. loop: the running one. */
static inline void
hd_touch_world(const struct hd_loop *loop, enum hd_identity_world what,
               enum hd_access_mode mode)
{
    if (hd_touch_wanted()) {
        hd_ready_touch(loop->home, hd_identity(HD_IS_WORLD, 0, what), mode, 0);
    }
}

#endif
