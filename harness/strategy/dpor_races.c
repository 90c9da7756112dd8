/*
 * Happens-before, and what has to be run because of it.
 *
 * When an execution is over, its new steps are looked at in order. A step comes
 * after the one of its actor before it, after the step that made its actor
 * ready, and after those that it conflicts with: the lists of who touched an
 * object since it was last written give them. Each step has a row of bits, one
 * for every step that happens before it. Of its direct predecessors those that
 * are in the row of another are no news; the rest are races if the order could
 * have been another one.
 *
 * A mutex: what races with taking it is who took it last, not who gave it back.
 * Whatever else may block (the model programs of the tests have that) races
 * with everything that it conflicts with, and then all who could step there are
 * run. So do those who are blocked in the end.
 */
#include "strategy/dpor.h"

#include "base/random.h"
#include <string.h>

/* ---- objects ---- */

#define OBJECTS_AT_FIRST 256u

static uint32_t *
slot_of(struct hd_dpor *dpor, uint64_t name)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    uint64_t at = hd_mix(name);
    for (;; at++) {
        uint32_t *slot =
            &scratch->object_table[at & (scratch->object_room - 1)];
        if (*slot == 0 || scratch->object[*slot].name == name) {
            return slot;
        }
    }
}

static void
grow_objects(struct hd_dpor *dpor)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    const uint32_t room = scratch->object_room;
    scratch->object_room = room > 0 ? room * 2 : OBJECTS_AT_FIRST;
    memset(scratch->object_table, 0, scratch->object_room * sizeof(uint32_t));
    for (uint32_t i = 1; i <= scratch->objects; i++) {
        *slot_of(dpor, scratch->object[i].name) = i;
    }
}

/* NULL, and the search is cut, if there are too many. */
static struct hd_dpor_object *
object_of(struct hd_dpor *dpor, uint64_t name)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    if ((scratch->objects + 1) * 2 > scratch->object_room) {
        grow_objects(dpor);
    }
    uint32_t *slot = slot_of(dpor, name);
    if (*slot == 0) {
        if (scratch->objects + 1 == HD_DPOR_OBJECTS_MAX) {
            dpor->cut = true;
            return NULL;
        }
        *slot = ++scratch->objects;
        scratch->object[*slot] = (struct hd_dpor_object){.name = name};
    }
    return &scratch->object[*slot];
}

/* The same of one that is known already, as most are. */
static inline struct hd_dpor_object *
object_at(struct hd_dpor *dpor, const struct hd_dpor_access *access)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    uint32_t *guess = &scratch->guesses[access->object % HD_DPOR_GUESSES];
    if (*guess > 0 && *guess <= scratch->objects &&
        scratch->object[*guess].name == access->object) {
        return &scratch->object[*guess];
    }
    struct hd_dpor_object *object = object_of(dpor, access->object);
    if (object != NULL) {
        *guess = (uint32_t)(object - scratch->object);
    }
    return object;
}

static void
forget_all(struct hd_dpor *dpor)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    memset(scratch->object_table, 0, scratch->object_room * sizeof(uint32_t));
    scratch->objects = scratch->items = scratch->seen = 0;
    scratch->race_count = 0;
}

void
hd_dpor_forget(struct hd_dpor *dpor, uint32_t from)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    if (from > scratch->seen) {
        return;
    }
    const uint32_t items = hd_dpor_node(dpor, from)->items;
    while (scratch->items > items) {
        const struct hd_dpor_item *item = &scratch->item[scratch->items--];
        scratch->object[item->object].last = item->previous;
    }
    scratch->race_count = hd_dpor_node(dpor, from)->races;
    scratch->seen = from - 1;
    /* Names of objects that exist no longer are forgotten now and then. */
    if (scratch->objects > HD_DPOR_OBJECTS_MAX / 2) {
        forget_all(dpor);
    }
}

static void
note_items(struct hd_dpor *dpor, const struct hd_dpor_event *event)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    const struct hd_dpor_step *step = hd_dpor_step(dpor, event->step);
    for (uint32_t i = 0; i < step->access_count; i++) {
        const struct hd_dpor_access *access =
            hd_dpor_access(dpor, step->access_from + i);
        struct hd_dpor_object *object = object_at(dpor, access);
        if (object == NULL || scratch->items + 1 == HD_DPOR_ITEMS_MAX) {
            dpor->cut = true;
            return;
        }
        const uint32_t previous = object->last;
        uint32_t other = previous;
        if (previous != 0 && scratch->item[previous].mode == access->mode) {
            other = scratch->item[previous].other;
        }
        object->last = ++scratch->items;
        scratch->item[object->last] = (struct hd_dpor_item){
            .step = event->number,
            .previous = previous,
            .other = other,
            .object = (uint32_t)(object - scratch->object),
            .mode = access->mode,
            .flags = access->flags,
        };
    }
}

/* ---- direct predecessors ---- */

/* How a direct predecessor is one; the strongest reason counts. */
enum reason {
    ORDERED, /* it comes before, which says nothing else */
    RACING,  /* it could come after */
    CAUSAL,  /* it could not: it is why this step is possible */
};

static void
put_direct(struct hd_dpor *dpor, uint32_t number, enum reason reason)
{
    if (number != 0) {
        hd_dpor_put(dpor->scratch.direct, number);
        if (reason == RACING) {
            hd_dpor_put(dpor->scratch.racing, number);
        } else if (reason == CAUSAL) {
            hd_dpor_put(dpor->scratch.causal, number);
        }
    }
}

/* Both flagged: an enabler and who was enabled, or two enablers. */
static enum reason
reason_of(const struct hd_dpor_item *item, const struct hd_dpor_access *access)
{
    if (item->flags & access->flags & HD_ACCESS_ENABLES) {
        return access->mode == HD_READS ? CAUSAL : ORDERED;
    }
    return RACING;
}

/* Whom an access comes after: back to the last who wrote. */
static void
come_after(struct hd_dpor *dpor, const struct hd_dpor_access *access,
           bool races)
{
    const struct hd_dpor_object *object = object_at(dpor, access);
    uint32_t at = object != NULL ? object->last : 0;
    while (at != 0) {
        const struct hd_dpor_item *item = &dpor->scratch.item[at];
        if (!hd_dpor_modes_conflict(item->mode, access->mode)) {
            at = item->other;
            continue;
        }
        put_direct(dpor, item->step, races ? reason_of(item, access) : ORDERED);
        at = item->mode == HD_WRITES ? 0 : item->previous;
    }
}

/* Does it happen before, but for the mutex? */
static bool
is_ordered_already(struct hd_dpor *dpor, const struct hd_dpor_event *event,
                   uint32_t number)
{
    if (number < event->barrier) {
        return true;
    }
    for (uint32_t i = event->number; i-- > number;) {
        if (hd_dpor_has(dpor->scratch.direct, i) &&
            (i == number || hd_dpor_precedes(dpor, number, i))) {
            return true;
        }
    }
    return false;
}

/* It takes a mutex: who took it last? */
static void
take_after(struct hd_dpor *dpor, struct hd_dpor_event *event,
           const struct hd_dpor_access *access)
{
    const struct hd_dpor_object *object = object_at(dpor, access);
    uint32_t at = object != NULL ? object->last : 0;
    while (at != 0 && !(dpor->scratch.item[at].flags & HD_ACCESS_TAKES)) {
        at = dpor->scratch.item[at].previous;
    }
    if (at != 0 && event->lock_count < 4 &&
        !is_ordered_already(dpor, event, dpor->scratch.item[at].step)) {
        event->locks[event->lock_count++] = dpor->scratch.item[at].step;
    }
}

static bool
takes(const struct hd_dpor_event *event, const struct hd_dpor_access *access)
{
    return event->op == HD_DPOR_LOCK && (access->flags & HD_ACCESS_TAKES);
}

static void
find_direct(struct hd_dpor *dpor, struct hd_dpor_event *event)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    const struct hd_dpor_step *step = hd_dpor_step(dpor, event->step);
    const size_t bytes = (event->number / 64 + 1) * sizeof(uint64_t);
    memset(scratch->direct, 0, bytes);
    memset(scratch->racing, 0, bytes);
    memset(scratch->causal, 0, bytes);
    put_direct(dpor, event->before, CAUSAL);
    put_direct(dpor, event->enabler, CAUSAL);
    for (uint32_t i = 0; i < step->access_count; i++) {
        const struct hd_dpor_access *access =
            hd_dpor_access(dpor, step->access_from + i);
        /* Who is disabled may be so by a write to its own state. */
        const bool own = event->is_pending && access->object == step->path;
        if (!own && !takes(event, access)) {
            come_after(dpor, access, true);
        }
    }
    for (uint32_t i = 0; i < step->access_count; i++) {
        const struct hd_dpor_access *access =
            hd_dpor_access(dpor, step->access_from + i);
        if (takes(event, access)) {
            take_after(dpor, event, access);
            come_after(dpor, access, false);
        }
    }
}

/* Nobody knows what it touched: it comes after everything. */
static void
find_all(struct hd_dpor *dpor, const struct hd_dpor_event *event)
{
    for (uint32_t i = 1; i < event->number; i++) {
        put_direct(dpor, i, RACING);
    }
}

/* ---- races ---- */

/*
 * It may have had to wait for anything: it races with all that its actor did
 * not come after by itself.
 */
static void
race_with_all(struct hd_dpor *dpor, const struct hd_dpor_event *event)
{
    const struct hd_dpor_step *step = hd_dpor_step(dpor, event->step);
    for (uint32_t i = 0; i < step->access_count; i++) {
        const struct hd_dpor_access *access =
            hd_dpor_access(dpor, step->access_from + i);
        const struct hd_dpor_object *object = object_at(dpor, access);
        uint32_t at = object != NULL ? object->last : 0;
        for (; at != 0; at = dpor->scratch.item[at].previous) {
            const struct hd_dpor_item *item = &dpor->scratch.item[at];
            const uint32_t e = item->step;
            const bool own =
                e < event->barrier || e == event->before ||
                (e < event->before && hd_dpor_precedes(dpor, e, event->before));
            if (!own && reason_of(item, access) == RACING &&
                hd_dpor_modes_conflict(item->mode, access->mode)) {
                hd_dpor_reverse(dpor, event, e);
            }
        }
    }
}

/* It does not race for its mutex alone: who wrote its actor's state? */
static bool
races_besides(struct hd_dpor *dpor, const struct hd_dpor_event *event)
{
    const struct hd_dpor_scratch *scratch = &dpor->scratch;
    for (uint32_t i = 0; i <= event->number / 64; i++) {
        if (scratch->racing[i] & ~scratch->causal[i]) {
            return true;
        }
    }
    return false;
}

/* Put the event in its place; the last predecessor, 0 if there is none. */
static uint32_t
order(struct hd_dpor *dpor, struct hd_dpor_event *event, bool races)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    uint64_t *row = hd_dpor_row(dpor, event->number);
    uint32_t latest = event->barrier > 0 ? event->barrier - 1 : 0;
    memset(row, 0, (event->number / 64 + 1) * sizeof(uint64_t));
    for (uint32_t i = 1; i < event->barrier; i++) {
        hd_dpor_put(row, i);
    }
    find_direct(dpor, event);
    if (hd_dpor_step(dpor, event->step)->wild) {
        find_all(dpor, event);
    }
    if (event->op == HD_DPOR_LOCK && races_besides(dpor, event)) {
        event->op = HD_DPOR_GENERAL;
    }
    for (uint32_t word = event->number / 64 + 1; word-- > 0;) {
        uint64_t left;
        while ((left = scratch->direct[word] & ~row[word]) != 0) {
            const uint32_t e = word * 64 + 63 - (uint32_t)__builtin_clzll(left);
            latest = e > latest ? e : latest;
            hd_dpor_put_with_past(dpor, row, e);
            if (races && hd_dpor_has(scratch->racing, e) &&
                !hd_dpor_has(scratch->causal, e)) {
                hd_dpor_reverse(dpor, event, e);
            }
        }
    }
    for (uint32_t i = 0; races && i < event->lock_count; i++) {
        hd_dpor_reverse(dpor, event, event->locks[i]);
    }
    if (races && event->op == HD_DPOR_GENERAL) {
        race_with_all(dpor, event);
    }
    return latest;
}

static struct hd_dpor_event
event_of(struct hd_dpor *dpor, uint32_t number)
{
    const struct hd_dpor_node *node = hd_dpor_node(dpor, number);
    return (struct hd_dpor_event){
        .number = number,
        .step = node->step,
        .actor = node->actor,
        .before = node->before,
        .enabler = node->enabler,
        .barrier = node->barrier,
        .op = node->op,
    };
}

static void
look_at_step(struct hd_dpor *dpor, uint32_t number)
{
    struct hd_dpor_node *node = hd_dpor_node(dpor, number);
    struct hd_dpor_event event = event_of(dpor, number);
    node->items = dpor->scratch.items;
    node->races = dpor->scratch.race_count;
    node->latest = order(dpor, &event, dpor->optimal || number > dpor->raced);
    note_items(dpor, &event);
    dpor->scratch.seen = number;
}

/* Somebody waits in the end: what for? */
static void
look_at_waiter(struct hd_dpor *dpor, uint32_t id)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    const struct hd_dpor_actor *actor = &scratch->actors[id];
    struct hd_dpor_access accesses[2] = {
        {.object = actor->path, .mode = HD_WRITES},
        {.object = actor->object,
         .mode = actor->mode,
         .flags = actor->op == HD_DPOR_LOCK ? HD_ACCESS_TAKES : 0},
    };
    struct hd_dpor_event event = {
        .number = dpor->count,
        .step = hd_dpor_step_find(dpor,
                                  (struct hd_dpor_draft){.path = actor->path,
                                                         .count = 2,
                                                         .accesses = accesses}),
        .actor = id,
        .before = actor->last,
        .enabler = actor->enabler,
        .barrier = actor->barrier,
        .op = actor->op,
        .is_pending = true,
    };
    if (event.step == 0) {
        return;
    }
    const struct hd_dpor_object *own = object_of(dpor, actor->path);
    const uint32_t last =
        own != NULL && own->last != 0 ? scratch->item[own->last].step : 0;
    if (last > actor->last && last != actor->enabler) {
        event.op = HD_DPOR_GENERAL; /* that may have ended it */
    }
    order(dpor, &event, true);
}

/*
 * Somebody was disabled before he could step: he has to come first. What he
 * would have done nobody knows, unless he is asleep there: then he may have to
 * come after something else that came after the one who disabled him.
 */
static void
look_at_disabled(struct hd_dpor *dpor, const struct hd_dpor_disabled *disabled)
{
    const struct hd_dpor_node *node = hd_dpor_node(dpor, disabled->step);
    const struct hd_dpor_actor *actor = &dpor->scratch.actors[disabled->actor];
    struct hd_dpor_event event = {
        .number = dpor->count,
        .actor = disabled->actor,
        .before = actor->last,
        .enabler = actor->enabler,
        .barrier = actor->barrier,
        .is_pending = true,
    };
    if (!hd_dpor_is_asleep(dpor, node, disabled->actor)) {
        if (!dpor->optimal) {
            hd_dpor_add_actor(dpor, disabled->step, disabled->actor);
            return;
        }
        event.step = hd_dpor_step_unknown(dpor, actor->path);
        order(dpor, &event, false);
        hd_dpor_reverse(dpor, &event, disabled->step);
        return;
    }
    for (uint32_t i = 0; i < node->sleep_count; i++) {
        const struct hd_dpor_sleeper *sleeper =
            hd_dpor_sleeper(dpor, node->sleep_from + i);
        if (sleeper->actor == disabled->actor) {
            event.step = sleeper->step;
            order(dpor, &event, false);
            hd_dpor_reverse(dpor, &event, disabled->step);
        }
    }
}

/*
 * Is there more to be run for a race than the last time? Then the second step
 * is new, or something that does not come after the first.
 */
static bool
is_news(struct hd_dpor *dpor, const struct hd_dpor_race *race)
{
    bool news = race->second > dpor->raced;
    for (uint32_t i = dpor->raced + 1; !news && i < dpor->count; i++) {
        news = !hd_dpor_precedes(dpor, race->first, i);
    }
    return news;
}

void
hd_dpor_look(struct hd_dpor *dpor, bool broke)
{
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    const uint32_t looked_at = dpor->raced;
    for (uint32_t i = scratch->seen + 1; i < dpor->count; i++) {
        look_at_step(dpor, i);
    }
    for (uint32_t i = 0; i < scratch->race_count; i++) {
        if (is_news(dpor, &scratch->races[i])) {
            const struct hd_dpor_event event =
                event_of(dpor, scratch->races[i].second);
            hd_dpor_wakeup_add(dpor, &event, scratch->races[i].first);
        }
    }
    dpor->raced = dpor->count - 1;
    for (uint32_t i = 1; i <= scratch->born; i++) {
        const struct hd_dpor_actor *actor = &scratch->actors[i];
        if (actor->pending && actor->op != HD_DPOR_PLAIN && !actor->ready &&
            !dpor->lost) {
            look_at_waiter(dpor, i);
        }
    }
    for (uint32_t i = 0; i < scratch->disabled_count; i++) {
        look_at_disabled(dpor, &scratch->disabled[i]);
    }
    hd_dpor_look_at_sleepers(dpor, looked_at);
    if (broke && dpor->count > 1) {
        hd_dpor_node(dpor, dpor->count - 1)->ended = true;
        hd_dpor_add_all(dpor, dpor->count - 1);
    }
}
