/*
 * The host port: what a loop needs from the world it lives in.
 *
 * runtime/host implements it on libuv, heddle-sim on virtual time. Each
 * library brings one default.
 */
#ifndef HD_TASK_HOST_H
#define HD_TASK_HOST_H

#include <heddle/api.h>

struct hd_loop;

/*
 * attach   make a loop's storage on behalf of a public call at place (0: of
 *          Heddle's own), hd_loop_init() it, NULL without memory.
 * detach   give back what attach took; the loop is over.
 * run      step the loop until loop->stopped.
 * now      the clock, nanoseconds.
 * alarm    the earliest deadline has changed; HD_FOREVER: there is none.
 * wake     from any thread: make run look at the loop's inbox.
 * stop     loop->stopped has just been set.
 * polls    run wants to come by between turns.
 */
struct hd_host {
    const char *name;
    bool polls;
    struct hd_loop *(*attach)(uint64_t place);
    void (*detach)(struct hd_loop *loop);
    void (*run)(struct hd_loop *loop);
    uint64_t (*now)(struct hd_loop *loop);
    void (*alarm)(struct hd_loop *loop, uint64_t deadline_ns);
    void (*wake)(struct hd_loop *loop);
    void (*stop)(struct hd_loop *loop);
};

/* The host of new loops; each library that has one defines it. */
const struct hd_host *hd_host_default(void);

/*
 * What loops of the libuv host share where many loops make one world; a new
 * one is linked into *loops. NULL in production: each has its own.
 */
struct hd_home {
    struct hd_ready *ready;
    struct hd_arena *arena;
    struct hd_log *log;
    struct hd_loop **loops;
};
const struct hd_home *hd_host_home(void);

/*
 * The libuv host is about to make handles of its own on a uv_loop_t, or has
 * made them. A simulated libuv gives these no part in the program's schedule.
 * Like hd_host_home it comes with the library that brings hd_host_default.
 */
void hd_host_quiet(void *uv_loop, bool quiet);

/* The two there are; each in its library. */
const struct hd_host *hd_host_libuv(void);
const struct hd_host *hd_host_world(void);

#endif
