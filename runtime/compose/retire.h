/*
 * Retiring a callback: its memory is about to go, so nobody may remember it.
 *
 * A callback that gives back its own memory is still the one that steps, and
 * the ready set's last; what happens until the next step would look there.
 */
#ifndef HD_COMPOSE_RETIRE_H
#define HD_COMPOSE_RETIRE_H

#include "task/loop.h"

/* The last thing to do with an idle one. */
static inline void
hd_callback_retire(struct hd_callback *callback)
{
    hd_ready_forget(callback->actor.loop->ready, &callback->actor);
    if (hd_here.actor == &callback->actor) {
        hd_here.actor = NULL;
    }
}

#endif
