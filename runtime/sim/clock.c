/*
 * Virtual time. In the exact mode it moves only when nothing can step; where
 * it may jump, the clock is an actor of its own, offered beside the others
 * while somebody waits for a time.
 */
#include "base/assert.h"
#include "sim/world.h"
#include "task/touch.h"

static void offer_clock(struct hd_world *world);

static void
jump(struct hd_actor *actor)
{
    struct hd_world *world = HD_CONTAINER(actor, struct hd_world, clock);
    const uint64_t before_ns = world->now_ns;
    hd_touch_world(hd_here.loop, HD_WORLD_CLOCK, HD_WRITES);
    hd_clock_advance(world);
    if (world->clock_waited) {
        world->clock_waited = false;
        world->ready.waited_ns += world->now_ns - before_ns;
    } else {
        world->jumps++;
    }
    if (hd_here.loop != NULL && hd_here.loop->ready == &world->ready) {
        hd_loop_collect(hd_here.loop, actor);
    }
    offer_clock(world);
}

void
hd_clock_begin(struct hd_world *world)
{
    world->now_ns = 0;
    world->jumps = 0;
    world->clock_waited = false;
    world->alarms = NULL;
    world->clock = (struct hd_actor){
        .step = jump, .flags = HD_ACTOR_INLINE, .ready_at = UINT32_MAX};
    if (world->rules.clock == HD_CLOCK_JUMP) {
        hd_actor_born(&world->ready, &world->clock, &world->ready.root,
                      HD_ACTOR_CLOCK);
    }
}

/* The clock stands among the candidates while it could jump. */
static void
offer_clock(struct hd_world *world)
{
    if (world->rules.clock != HD_CLOCK_JUMP ||
        world->rules.order != HD_ORDER_ANY) {
        return;
    }
    /* Who is due already must act before time can move on. */
    const bool wanted = world->alarms != NULL &&
                        world->jumps < world->rules.jumps_max &&
                        hd_clock_next(world) > world->now_ns;
    const bool there = hd_ready_has(&world->ready, &world->clock);
    if (wanted && !there) {
        hd_ready_offer(&world->ready, &world->clock, hd_here.actor);
    } else if (!wanted && there) {
        hd_ready_remove(&world->ready, &world->clock, hd_here.actor);
    }
}

bool
hd_clock_is_next(struct hd_world *world)
{
    struct hd_ready *ready = &world->ready;
    if (ready->attention || ready->view.step >= ready->step_limit ||
        ready->view.ready_count != 1 || !hd_ready_has(ready, &world->clock)) {
        return false;
    }
    world->clock_waited = true;
    hd_ready_place(ready, &world->clock);
    return true;
}

void
hd_alarm_set(struct hd_world *world, struct hd_alarm *alarm,
             uint64_t deadline_ns)
{
    const bool was = alarm->prev != NULL || world->alarms == alarm;
    const bool is = deadline_ns != HD_FOREVER;
    alarm->deadline_ns = deadline_ns;
    if (was && !is) {
        if (alarm->prev != NULL) {
            alarm->prev->next = alarm->next;
        } else {
            world->alarms = alarm->next;
        }
        if (alarm->next != NULL) {
            alarm->next->prev = alarm->prev;
        }
        alarm->next = alarm->prev = NULL;
    } else if (is && !was) {
        alarm->prev = NULL;
        alarm->next = world->alarms;
        if (alarm->next != NULL) {
            alarm->next->prev = alarm;
        }
        world->alarms = alarm;
    }
    offer_clock(world);
}

/* On a FIFO loop a slow machine shows between turns only. */
void
hd_clock_consider_jump(struct hd_world *world)
{
    if (world->rules.clock == HD_CLOCK_JUMP &&
        world->rules.order == HD_ORDER_LOOP && world->alarms != NULL &&
        world->jumps < world->rules.jumps_max &&
        hd_ready_choose(&world->ready, &world->clock, HD_VALUE_JUMP, 2) == 1) {
        world->jumps++;
        hd_clock_advance(world);
    }
}

void
hd_clock_between_turns(struct hd_world *world)
{
    if (!hd_ready_is_idle(&world->ready)) {
        hd_clock_consider_jump(world);
    }
}

uint64_t
hd_clock_next(const struct hd_world *world)
{
    uint64_t next_ns = HD_FOREVER;
    for (const struct hd_alarm *alarm = world->alarms; alarm != NULL;
         alarm = alarm->next) {
        if (alarm->deadline_ns < next_ns) {
            next_ns = alarm->deadline_ns;
        }
    }
    return next_ns;
}

void
hd_clock_move(struct hd_world *world, uint64_t now_ns)
{
    if (now_ns > world->now_ns) {
        world->now_ns = now_ns;
        world->ready.view.now_ns = now_ns;
        hd_log_put(world->log, HD_LOG_ADVANCE, 0, 0, now_ns);
    }
}

void
hd_clock_tick(struct hd_world *world, uint64_t ns)
{
    const uint64_t next_ns = hd_clock_next(world);
    const uint64_t later_ns = world->now_ns + ns;
    hd_clock_move(world, next_ns < later_ns ? next_ns : later_ns);
}

bool
hd_clock_advance(struct hd_world *world)
{
    const uint64_t next_ns = hd_clock_next(world);
    if (next_ns == HD_FOREVER) {
        return false;
    }
    hd_clock_move(world, next_ns);
    world->ready.progress = true;
    world->ready.yield_turns = 0;
    return true;
}
