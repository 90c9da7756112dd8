#include "compose/pause.h"

#include "task/loop.h"

uint64_t
hd_pause_deadline(uint64_t ns)
{
    const uint64_t now_ns = hd_loop_now(hd_here.loop);
    return ns > HD_FOREVER - now_ns ? HD_FOREVER : now_ns + ns;
}

static void
time_is_up(struct hd_callback *callback)
{
    hd_pause_release(callback->owner);
}

int
hd_pause_start(struct hd_pause *pause, uint64_t ns, uint64_t place)
{
    struct hd_loop *loop = hd_here.loop;
    const uint64_t when_ns = hd_pause_deadline(ns);
    hd_future_init(&pause->future, loop, HD_FUTURE_INNER);
    pause->timed = when_ns != HD_FOREVER;
    if (!pause->timed) {
        return HD_OK;
    }
    hd_callback_init(&pause->timer, loop, HD_ACTOR_TIMER, true, time_is_up,
                     pause);
    return hd_callback_at(&pause->timer, when_ns, place) ? HD_OK
                                                         : HD_E_NO_MEMORY;
}

void
hd_pause_release(struct hd_pause *pause)
{
    hd_future_resolve(&pause->future, HD_OK, NULL, NULL);
}

void
hd_pause_unlimit(struct hd_pause *pause)
{
    if (pause->timed) {
        hd_callback_stop(&pause->timer);
    }
}
