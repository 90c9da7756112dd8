/*
 * The supervisor's side of a worker: start it, watch it, tell how it ended.
 */
#ifndef HD_EXPLORE_SUPERVISE_H
#define HD_EXPLORE_SUPERVISE_H

#include "explore/settings.h"
#include "explore/shared.h"
#include <heddle/test.h>

/* The signal with which the user or the system asked us to end, or 0. */
int hd_supervise_interrupted(void);

/* Before the first worker: child signals are waited for, not delivered. */
void hd_supervise_begin(void);

/*
 * One worker's work: task(arg), in a forked process.
 *
 * watchdog  how long it may stand still.
 * again     its worker has ended: shall another go on at once? NULL: no.
 * end       how the last one ended. A worker that was killed, hung or quit is
 *           BROKEN, and why is the last record of the log. One that did not
 *           stop in time, once the user had asked us to end, is STOPPED.
 */
struct hd_shift {
    struct hd_shared *shared;
    const struct hd_watchdog *watchdog;
    void (*task)(void *arg);
    bool (*again)(const struct hd_shift *shift);
    void *arg;
    enum hd_worker_end end;
};

/*
 * Work several shifts side by side, until all are over.
 *
 * deadline_ms  of the monotonic clock; then shared->stop is set. 0: none.
 */
#define HD_SHIFTS_MAX 256u
void hd_supervise_all(struct hd_shift *shifts, uint32_t count,
                      uint64_t deadline_ms);

/* The same for one, of whom only the first worker is wanted. */
enum hd_worker_end hd_supervise(struct hd_shared *shared,
                                const struct hd_watchdog *watchdog,
                                void (*task)(void *arg), void *arg,
                                uint64_t deadline_ms);

uint64_t hd_supervise_now_ms(void);

/* While workers are watched, tick(arg) is called now and then; or NULL. */
void hd_supervise_tick(void (*tick)(const void *arg), const void *arg);

#endif
