#include "explore/observers.h"

static void
became_ready(struct hd_observer *observer, const struct hd_ready *ready,
             const struct hd_actor *actor, const struct hd_actor *by)
{
    struct hd_observers *both = (struct hd_observers *)observer;
    for (uint32_t i = 0; i < HD_OBSERVERS_MAX; i++) {
        if (both->each[i]->ready != NULL) {
            both->each[i]->ready(both->each[i], ready, actor, by);
        }
    }
}

static void
touched(struct hd_observer *observer, const struct hd_ready *ready,
        uint32_t actor, const struct hd_granule *granules, uint32_t count)
{
    struct hd_observers *both = (struct hd_observers *)observer;
    for (uint32_t i = 0; i < HD_OBSERVERS_MAX; i++) {
        if (both->each[i]->touched != NULL) {
            both->each[i]->touched(both->each[i], ready, actor, granules,
                                   count);
        }
    }
}

static void
stepped(struct hd_observer *observer, const struct hd_ready *ready,
        uint32_t actor, const struct hd_access *accesses, uint32_t count)
{
    struct hd_observers *both = (struct hd_observers *)observer;
    for (uint32_t i = 0; i < HD_OBSERVERS_MAX; i++) {
        if (both->each[i]->stepped != NULL) {
            both->each[i]->stepped(both->each[i], ready, actor, accesses,
                                   count);
        }
    }
}

static void
chose(struct hd_observer *observer, const struct hd_value *value,
      uint64_t taken)
{
    struct hd_observers *both = (struct hd_observers *)observer;
    for (uint32_t i = 0; i < HD_OBSERVERS_MAX; i++) {
        if (both->each[i]->chose != NULL) {
            both->each[i]->chose(both->each[i], value, taken);
        }
    }
}

struct hd_observer *
hd_observers_join(struct hd_observers *both, struct hd_observer *one,
                  struct hd_observer *other)
{
    if (one == NULL || other == NULL) {
        return one != NULL ? one : other;
    }
    *both = (struct hd_observers){
        .observer = {.ready = became_ready,
                     .touched = touched,
                     .stepped = stepped,
                     .chose = chose},
        .each = {one, other},
    };
    return &both->observer;
}
