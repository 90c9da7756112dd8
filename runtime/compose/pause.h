/*
 * A pause: what a combinator suspends on. It lives in the waiting frame and
 * ends when it is released, when its time is up, or by cancellation, whichever
 * comes first.
 */
#ifndef HD_COMPOSE_PAUSE_H
#define HD_COMPOSE_PAUSE_H

#include "task/callback.h"

struct hd_pause {
    struct hd_future future;  /* to be waited for */
    struct hd_callback timer; /* only if timed */
    bool timed;
};

/* When ns from now is; HD_FOREVER if the clock cannot say it. */
uint64_t hd_pause_deadline(uint64_t ns);

/* ns from now, HD_FOREVER for no limit. Returns HD_OK, HD_E_NO_MEMORY. */
int hd_pause_start(struct hd_pause *pause, uint64_t ns, uint64_t place);
void hd_pause_release(struct hd_pause *pause);

/* The time is no longer looked at. */
void hd_pause_unlimit(struct hd_pause *pause);

#endif
