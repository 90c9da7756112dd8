/*
 * Who steps next on a real loop, and how long did he take?
 *
 * FIFO costs nothing: no strategy is installed. With HEDDLE_SCHEDULER=random:
 * SEED one is that shuffles what is ready, to see in staging what an unlucky
 * order would do; loops number from 0 in the order of their making on their
 * thread, and each draws from a stream of its own. In debug mode one is that
 * times each step, and says on stderr which of them held the loop.
 */
#ifndef HD_HOST_SCHEDULER_H
#define HD_HOST_SCHEDULER_H

#include "base/random.h"
#include "task/loop.h"

/* Embedded in the host's state; zeroed storage is fifo without timing. */
struct hd_scheduler {
    struct hd_loop *loop;
    struct hd_random random;
    bool shuffles, times;
    uint64_t began_ns; /* of the step that runs, if it is timed */
    uint32_t actor;    /* whose it is; 0: nobody's */
};

/* text is what HEDDLE_SCHEDULER says, or NULL. */
void hd_scheduler_init(struct hd_scheduler *scheduler, struct hd_loop *loop,
                       const char *text);

/* Debug mode has been switched. */
void hd_scheduler_time(struct hd_scheduler *scheduler, bool times);

/* The step that runs is over. */
void hd_scheduler_stepped(struct hd_scheduler *scheduler);

/* Around each batch. */
static inline void
hd_scheduler_begin(struct hd_scheduler *scheduler)
{
    if (scheduler->loop != NULL && scheduler->loop->debug != scheduler->times) {
        hd_scheduler_time(scheduler, scheduler->loop->debug);
    }
}

static inline void
hd_scheduler_end(struct hd_scheduler *scheduler)
{
    if (scheduler->times) {
        hd_scheduler_stepped(scheduler);
    }
}

#endif
