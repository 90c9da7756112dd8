/*
 * Serial: one task of main's after the other, in a given order; what a task
 * starts belongs to it. Whoever has the turn keeps it until he has ended or
 * waits for somebody else: one that yields goes on, and for one that sleeps the
 * clock moves on. Main comes first whenever it is woken, but its own sleep
 * holds nobody up and ends last.
 *
 * It is how the program would run if nothing in it were concurrent.
 */
#include "base/assert.h"
#include "strategy/strategy.h"

#define MAIN 0u

static void
born(void *self, const struct hd_actor *actor)
{
    struct hd_serial *serial = self;
    if (actor->id >= HD_SERIAL_ACTORS_MAX) {
        serial->overfull = true;
        return;
    }
    const bool is_task = actor->kind == HD_ACTOR_TASK;
    uint32_t group = MAIN;
    if (is_task && serial->main == 0) {
        serial->main = actor->id;
    } else if (is_task && actor->parent == serial->main) {
        group = actor->ordinal;
    } else if (actor->parent < HD_SERIAL_ACTORS_MAX) {
        group = serial->group[actor->parent];
    }
    serial->group[actor->id] = group;
    serial->asleep[actor->id] = false;
    serial->born = actor->id;
}

/* Its step has ended: does it sleep now? */
static void
stepped(void *self, const struct hd_actor *actor,
        const struct hd_access *accesses, uint32_t count)
{
    struct hd_serial *serial = self;
    (void)accesses;
    (void)count;
    if (actor != NULL && actor->id < HD_SERIAL_ACTORS_MAX) {
        serial->asleep[actor->id] =
            actor->kind == HD_ACTOR_TASK && actor->hint.kind == HD_OP_SLEEP;
    }
}

static bool
is_asleep(const struct hd_serial *serial, uint32_t group)
{
    for (uint32_t id = 1; id <= serial->born; id++) {
        if (serial->group[id] == group && serial->asleep[id]) {
            return true;
        }
    }
    return false;
}

/* The eldest of a group that is ready, or NULL. */
static struct hd_actor *
find_ready(const struct hd_serial *serial, const struct hd_view *view,
           uint32_t group, bool with_timers)
{
    struct hd_actor *eldest = NULL;
    for (uint32_t i = 0; i < view->ready_count; i++) {
        struct hd_actor *actor = view->ready[i];
        if (actor->kind != HD_ACTOR_CLOCK && actor->id < HD_SERIAL_ACTORS_MAX &&
            serial->group[actor->id] == group &&
            (with_timers || actor->kind != HD_ACTOR_TIMER) &&
            (eldest == NULL || actor->id < eldest->id)) {
            eldest = actor;
        }
    }
    return eldest;
}

static struct hd_actor *
find_clock(const struct hd_view *view)
{
    for (uint32_t i = 0; i < view->ready_count; i++) {
        if (view->ready[i]->kind == HD_ACTOR_CLOCK) {
            return view->ready[i];
        }
    }
    return NULL;
}

/* The turn goes to main, or to the next in order who can step. */
static struct hd_actor *
pass_on(struct hd_serial *serial, const struct hd_view *view)
{
    serial->turn = MAIN;
    struct hd_actor *next = find_ready(serial, view, MAIN, false);
    for (uint32_t i = 0; i < serial->count && next == NULL; i++) {
        serial->turn = serial->order[i];
        next = find_ready(serial, view, serial->turn, true);
    }
    return next;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct hd_serial *serial = self;
    struct hd_actor *clock = find_clock(view);
    if (serial->overfull) {
        return NULL;
    }
    struct hd_actor *next =
        find_ready(serial, view, serial->turn, serial->turn != MAIN);
    if (next == NULL && serial->turn != MAIN && clock != NULL &&
        is_asleep(serial, serial->turn)) {
        return clock;
    }
    if (next == NULL) {
        next = pass_on(serial, view);
    }
    return next != NULL ? next : view->first;
}

const struct hd_strategy hd_strategy_serial = {
    .name = "serial",
    .summary = "one task after the other",
    .abi = HD_STRATEGY_ABI,
    .wants = HD_WANT_BIRTHS | HD_WANT_STEPS | HD_WANT_SINGLES,
    .bytes = sizeof(struct hd_serial),
    .pick = pick,
    .born = born,
    .stepped = stepped,
};
