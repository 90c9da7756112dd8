#include "trace/waits.h"

#include "trace/records.h"
#include <heddle/scheduler.h>
#include <stdlib.h>

/* ---- life ---- */

bool
hd_waits_init(struct hd_waits *waits, const struct hd_names *names)
{
    *waits = (struct hd_waits){.names = names,
                               .actor_count = names->actor_count,
                               .object_count = names->object_count};
    waits->actors = calloc(waits->actor_count + 1, sizeof(*waits->actors));
    waits->holders = calloc(waits->object_count + 1, sizeof(*waits->holders));
    waits->families = calloc(waits->object_count + 1, sizeof(*waits->families));
    if (waits->actors == NULL || waits->holders == NULL ||
        waits->families == NULL) {
        hd_waits_finish(waits);
        return false;
    }
    return true;
}

void
hd_waits_finish(struct hd_waits *waits)
{
    free(waits->actors);
    free(waits->holders);
    free(waits->families);
    free(waits->children);
    *waits = (struct hd_waits){.names = NULL};
}

/* ---- events: timers and callbacks ---- */

static bool
is_event(const struct hd_waits *waits, uint32_t actor)
{
    const uint8_t kind = waits->names->actors[actor].kind;
    return kind == HD_ACTOR_TIMER || kind == HD_ACTOR_CALLBACK;
}

/* Whose event it is. A log may have lost him. */
static struct hd_waits_actor *
owner_of(struct hd_waits *waits, uint32_t event)
{
    const uint32_t parent = waits->names->actors[event].parent;
    return &waits->actors[parent < waits->actor_count ? parent : 0];
}

static void
arm(struct hd_waits *waits, uint32_t event)
{
    struct hd_waits_actor *actor = &waits->actors[event];
    if (actor->state != HD_WAITS_ACTIVE) {
        actor->state = HD_WAITS_ACTIVE;
        owner_of(waits, event)->events++;
        waits->events++;
    }
}

static void
disarm(struct hd_waits *waits, uint32_t event)
{
    struct hd_waits_actor *actor = &waits->actors[event];
    if (actor->state == HD_WAITS_ACTIVE) {
        actor->state = HD_WAITS_ABSENT;
        owner_of(waits, event)->events--;
        waits->events--;
    }
}

/* ---- tasks ---- */

static bool
is_task(const struct hd_waits *waits, uint32_t actor)
{
    return waits->names->actors[actor].kind == HD_ACTOR_TASK;
}

static void
move(struct hd_waits *waits, uint32_t task, enum hd_waits_state state)
{
    struct hd_waits_actor *actor = &waits->actors[task];
    waits->active -= actor->state == HD_WAITS_ACTIVE;
    waits->active += state == HD_WAITS_ACTIVE;
    actor->state = (uint8_t)state;
}

static void
suspend(struct hd_waits *waits, const struct hd_record *record, uint64_t index)
{
    struct hd_waits_actor *actor = &waits->actors[waits->steps];
    if (!is_task(waits, waits->steps)) {
        return;
    }
    move(waits, waits->steps, HD_WAITS_WAITS);
    actor->cancelled = false;
    actor->wait = (struct hd_wait){.actor = waits->steps,
                                   .object = record->subject,
                                   .op = record->op,
                                   .place = record->value,
                                   .record = index};
}

/* What happens to an actor, which exists. */
static void
happen(struct hd_waits *waits, const struct hd_record *record)
{
    const uint32_t actor = record->subject;
    const bool born = record->kind == HD_LOG_BORN;
    if (is_event(waits, actor)) {
        if (born ? record->op == HD_ACTOR_TIMER : record->kind == HD_LOG_WAKE) {
            arm(waits, actor);
        } else if (record->kind == HD_LOG_STEP || record->kind == HD_LOG_STOP) {
            disarm(waits, actor);
        }
    } else if (!is_task(waits, actor)) {
        waits->has_outside |= born && record->op == HD_ACTOR_IO;
    } else if (record->kind == HD_LOG_CANCEL) {
        waits->actors[actor].cancelled = true;
    } else if (record->kind == HD_LOG_DONE) {
        move(waits, actor, HD_WAITS_ENDED);
    } else {
        move(waits, actor, HD_WAITS_ACTIVE);
    }
}

/* ---- objects ---- */

static void
act(struct hd_waits *waits, const struct hd_record *record)
{
    if (record->subject >= waits->object_count) {
        return;
    }
    if (record->op == HD_ACT_ACQUIRE) {
        waits->holders[record->subject] = waits->steps;
    } else if (record->op == HD_ACT_RELEASE) {
        waits->holders[record->subject] = 0;
    }
}

static void
adopt(struct hd_waits *waits, const struct hd_record *record)
{
    if (record->subject == 0 || record->subject >= waits->object_count) {
        return;
    }
    if (waits->child_count + 1 >= waits->child_capacity) {
        const size_t capacity = waits->child_capacity * 2 + 16;
        void *more =
            realloc(waits->children, capacity * sizeof(*waits->children));
        if (more == NULL) {
            return; /* one ring less is seen */
        }
        waits->children = more;
        waits->child_capacity = capacity;
    }
    const uint32_t at = (uint32_t)++waits->child_count;
    waits->children[at] =
        (struct hd_waits_child){.child = (uint32_t)record->value,
                                .next = waits->families[record->subject],
                                .any = record->op != 0};
    waits->families[record->subject] = at;
}

/* ---- reading ---- */

void
hd_waits_read(struct hd_waits *waits, const struct hd_log *log, uint64_t index)
{
    const struct hd_record *record = hd_record_at(log, index);
    const bool known = record->subject < waits->actor_count;
    waits->read = hd_record_next(log, index);
    switch (record->kind) {
    case HD_LOG_STEP:
        waits->steps = known ? record->subject : 0;
        happen(waits, &(struct hd_record){.kind = HD_LOG_STEP,
                                          .subject = waits->steps});
        break;
    case HD_LOG_OUTSIDE:
        waits->steps = 0;
        break;
    case HD_LOG_BORN:
    case HD_LOG_WAKE:
    case HD_LOG_STOP:
    case HD_LOG_CANCEL:
    case HD_LOG_DONE:
        if (known) {
            happen(waits, record);
        }
        break;
    case HD_LOG_SUSPEND:
        suspend(waits, record, index);
        break;
    case HD_LOG_ACT:
        act(waits, record);
        break;
    case HD_LOG_CHILD:
        adopt(waits, record);
        break;
    default:
        return;
    }
    waits->changed_at = waits->read;
}

void
hd_waits_read_to(struct hd_waits *waits, const struct hd_log *log, uint64_t end)
{
    const uint64_t first = hd_record_first(log);
    uint64_t index = waits->read > first ? waits->read : first;
    for (; index < end && index < log->count;
         index = hd_record_next(log, index)) {
        hd_waits_read(waits, log, index);
    }
}

/* ---- looking ---- */

const struct hd_wait *
hd_waits_of(const struct hd_waits *waits, uint32_t actor)
{
    return actor < waits->actor_count &&
                   waits->actors[actor].state == HD_WAITS_WAITS
               ? &waits->actors[actor].wait
               : NULL;
}

uint8_t
hd_waits_kind(const struct hd_waits *waits, uint32_t object)
{
    if (object & HD_OBJECT_IS_TASK) {
        return HD_OBJECT_TASK;
    }
    return object != 0 && object < waits->object_count
               ? waits->names->objects[object].kind
               : (uint8_t)HD_OBJECT_COMPLETION;
}

bool
hd_waits_has_ended(const struct hd_waits *waits, uint32_t actor)
{
    return actor < waits->actor_count &&
           waits->actors[actor].state == HD_WAITS_ENDED;
}

bool
hd_waits_at_rest(const struct hd_waits *waits)
{
    return waits->active == 0 && waits->events == 0 && !waits->has_outside;
}
