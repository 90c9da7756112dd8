#include "trace/waits.h"

#include "trace/records.h"
#include <heddle/scheduler.h>
#include <stdlib.h>

static int
by_actor(const void *a, const void *b)
{
    const struct hd_wait *left = a;
    const struct hd_wait *right = b;
    return (left->actor > right->actor) - (left->actor < right->actor);
}

/* Takes note of one record; `steps` is who steps. */
static void
note(struct hd_waits *waits, struct hd_wait *by_id, uint32_t steps,
     const struct hd_record *record, uint64_t index)
{
    switch (record->kind) {
    case HD_LOG_SUSPEND:
        by_id[steps] = (struct hd_wait){.actor = steps,
                                        .object = record->subject,
                                        .op = record->op,
                                        .place = record->value,
                                        .record = index};
        break;
    case HD_LOG_ACT:
        if (record->subject < waits->object_count) {
            if (record->op == HD_ACT_ACQUIRE) {
                waits->holders[record->subject] = steps;
            } else if (record->op == HD_ACT_RELEASE) {
                waits->holders[record->subject] = 0;
            }
        }
        break;
    default:
        break;
    }
}

bool
hd_waits_init(struct hd_waits *waits, const struct hd_log *log,
              const struct hd_names *names)
{
    *waits = (struct hd_waits){.object_count = names->object_count + 1};
    const size_t actors = names->actor_count + 1;
    waits->items = calloc(actors, sizeof(*waits->items));
    waits->holders = calloc(waits->object_count, sizeof(*waits->holders));
    if (waits->items == NULL || waits->holders == NULL) {
        hd_waits_finish(waits);
        return false;
    }
    uint32_t steps = 0;
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP) {
            steps = record->subject < actors ? record->subject : 0;
            waits->items[steps] = (struct hd_wait){0};
        } else if (record->kind == HD_LOG_OUTSIDE) {
            steps = 0;
        }
        note(waits, waits->items, steps, record, i);
    }
    for (size_t i = 1; i < actors; i++) {
        if (waits->items[i].actor != 0) {
            waits->items[waits->count++] = waits->items[i];
        }
    }
    return true;
}

void
hd_waits_finish(struct hd_waits *waits)
{
    free(waits->items);
    free(waits->holders);
    *waits = (struct hd_waits){0};
}

const struct hd_wait *
hd_waits_of(const struct hd_waits *waits, uint32_t actor)
{
    const struct hd_wait key = {.actor = actor};
    return waits->count > 0 ? bsearch(&key, waits->items, waits->count,
                                      sizeof(key), by_actor)
                            : NULL;
}

uint32_t
hd_waits_next(const struct hd_waits *waits, const struct hd_wait *wait)
{
    if (wait->object & HD_OBJECT_IS_TASK) {
        return wait->object & ~HD_OBJECT_IS_TASK;
    }
    return wait->object < waits->object_count ? waits->holders[wait->object]
                                              : 0;
}

size_t
hd_waits_cycle(const struct hd_waits *waits, uint32_t *cycle, size_t capacity)
{
    for (size_t start = 0; start < waits->count; start++) {
        const uint32_t first = waits->items[start].actor;
        uint32_t actor = first;
        for (size_t length = 0; length < capacity;) {
            const struct hd_wait *wait = hd_waits_of(waits, actor);
            if (wait == NULL) {
                break;
            }
            cycle[length++] = actor;
            actor = hd_waits_next(waits, wait);
            if (actor == first) {
                return length;
            }
        }
    }
    return 0;
}
