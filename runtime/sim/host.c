/*
 * The world as a host: loops whose clock is virtual and whose memory is the
 * execution's.
 */
#include "base/assert.h"
#include "sim/world.h"
#include "task/fault.h"

struct hosted {
    struct hd_loop loop;
    struct hd_alarm alarm;
};

static struct hd_loop *
attach(uint64_t place)
{
    struct hd_world *world = hd_world_here();
    HD_ASSERT(world != NULL);
    if (world->ready.allocs && hd_fault_refuses(&world->ready, place)) {
        return NULL;
    }
    struct hosted *hosted = hd_arena_take(&world->arena, sizeof(*hosted));
    if (hosted == NULL) {
        return NULL;
    }
    struct hd_loop *loop = &hosted->loop;
    hosted->alarm = (struct hd_alarm){.deadline_ns = HD_FOREVER};
    hd_loop_init(loop, hd_host_default(), &world->ready, &world->arena,
                 world->log);
    loop->host_state = &hosted->alarm;
    loop->next_loop = world->loops;
    world->loops = loop;
    return loop;
}

/* Its memory goes with the world: a closed loop stays recognisable. */
static void
detach(struct hd_loop *loop)
{
    (void)loop;
}

static void
run(struct hd_loop *loop)
{
    struct hd_world *world = hd_world_here();
    struct uv_loop_s *blocked = hd_uv_block(world, NULL);
    hd_alarm_set(world, loop->host_state, hd_loop_deadline(loop));
    while (!loop->stopped) {
        hd_loop_pump(loop);
        if (!loop->stopped && !hd_clock_is_next(world)) {
            hd_world_attend(world);
            hd_loop_begin_turn(loop); /* time moved: timers may be due */
        }
    }
    hd_alarm_set(world, loop->host_state, HD_FOREVER);
    hd_uv_unblock(world, blocked);
}

void
hd_world_park(struct hd_world *world, struct hd_loop *loop)
{
    hd_loop_take_back_due(loop);
    hd_ready_move(loop->home, hd_loop_park(loop), loop);
    if (loop->host == hd_host_world()) {
        hd_alarm_set(world, loop->host_state, HD_FOREVER);
    }
}

void
hd_world_unpark(struct hd_world *world, struct hd_loop *loop)
{
    hd_ready_move(&loop->own, loop->home, loop);
    loop->ready = loop->home;
    if (loop->host == hd_host_world()) {
        hd_alarm_set(world, loop->host_state, hd_loop_deadline(loop));
    }
}

static uint64_t
now(struct hd_loop *loop)
{
    (void)loop;
    return hd_world_here()->now_ns;
}

/* The clock waits for loops that run; a parked one cannot act on its alarm. */
static void
alarm_at(struct hd_loop *loop, uint64_t deadline_ns)
{
    if (loop->running && loop->ready == loop->home) {
        hd_alarm_set(hd_world_here(), loop->host_state, deadline_ns);
    }
}

static void
nothing(struct hd_loop *loop)
{
    (void)loop;
}

const struct hd_host *
hd_host_world(void)
{
    static const struct hd_host host = {
        .name = "world",
        .attach = attach,
        .detach = detach,
        .run = run,
        .now = now,
        .alarm = alarm_at,
        .wake = nothing,
        .stop = nothing,
    };
    return &host;
}

const struct hd_host *
hd_host_default(void)
{
    return hd_host_world();
}
