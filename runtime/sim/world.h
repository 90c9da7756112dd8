/*
 * The world of one simulated execution: every loop of the process, one clock,
 * one ready set.
 *
 * The program runs on stacks of its own, so that an execution can be abandoned
 * at any point: the world switches back to who called hd_world_execute(), and
 * what was going on is forgotten, arena and stacks and all. Nothing here makes
 * a system call once stacks and blocks exist.
 */
#ifndef HD_SIM_WORLD_H
#define HD_SIM_WORLD_H

#include "base/arena.h"
#include "base/ready.h"
#include "context/stack.h"
#include "task/host.h"
#include <heddle/scheduler.h>

/* Where the calendar stands when an execution begins: 2000-01-01. */
#define HD_EPOCH_S UINT64_C(946684800)

enum hd_order {
    HD_ORDER_ANY,
    HD_ORDER_LOOP
};
enum hd_clock {
    HD_CLOCK_EXACT,
    HD_CLOCK_JUMP
};
enum hd_points {
    HD_POINTS_SUSPEND,
    HD_POINTS_AWAIT
};

/*
 * What makes steps depend on each other: Heddle's objects and marked memory
 * that both touch; anything; objects, marked memory and what instrumented code
 * touches, which is the default where the program is linked with the hooks.
 */
enum hd_memory {
    HD_MEMORY_OBJECTS,
    HD_MEMORY_ALL,
    HD_MEMORY_SEEN
};

/* What may be varied, and how far an execution may go. */
struct hd_rules {
    enum hd_order order;
    enum hd_clock clock;
    enum hd_points points;
    enum hd_memory memory;
    uint32_t jumps_max;       /* clock jumps in one execution */
    uint64_t steps_max;       /* in one execution */
    uint64_t idle_turns_max;  /* turns in which nobody waiting was woken */
    uint64_t yield_turns_max; /* turns of yields before time moves on */
    uint32_t made_max;        /* coroutine objects in one step */
    uint64_t data_seed;       /* of hd_random */
    uint32_t cancels_max;     /* faults: waits cut in one execution */
    uint32_t allocs_max;      /* and allocations that fail */
};

#define HD_RULES_DEFAULT                                                       \
    (struct hd_rules)                                                          \
    {                                                                          \
        .jumps_max = UINT32_MAX, .steps_max = 1000000,                         \
        .idle_turns_max = 10000, .yield_turns_max = 100, .made_max = 250000,   \
        .data_seed = 1                                                         \
    }

/* Somebody who waits for a time; linked while he does. */
struct hd_alarm {
    struct hd_alarm *next, *prev;
    uint64_t deadline_ns; /* HD_FOREVER: not linked */
};

struct hd_world {
    struct hd_ready ready;
    struct hd_arena arena;
    struct hd_log *log;
    struct hd_rules rules;
    uint64_t now_ns;
    uint32_t jumps;
    bool clock_waited; /* for everybody, before its step */
    enum hd_outcome outcome;
    struct hd_alarm *alarms;
    struct hd_loop *loops; /* all that live, latest first */
    struct hd_actor clock; /* time as an actor, where it may jump */
    struct hd_stack *root;
    struct hd_context explorer;
    void (*body)(void *arg);
    void *body_arg;
    struct hd_home home;          /* what loops of the libuv host are given */
    struct uv_loop_s *uv_default; /* uv_default_loop(), once asked for */
    struct uv_loop_s *uv_running; /* the innermost one in uv_run() */
};

/* The world whose execution runs on this thread, or NULL. */
struct hd_world *hd_world_here(void);

/* log is borrowed. Returns false when out of memory. */
bool hd_world_init(struct hd_world *world, struct hd_log *log);
void hd_world_finish(struct hd_world *world);

/*
 * Run body(arg) once, outside of any loop, from a fresh world to its end.
 *
 * rules     borrowed for the call.
 * strategy  NULL: fifo. self is its state.
 * main_is_root  the first task is called 0: body runs one loop.
 * watch     called after every step, may be NULL; may abandon the execution.
 * observer  told beside the strategy, may be NULL; borrowed.
 * returns   OK, or why it was abandoned. What happened is in the log.
 */
struct hd_execution {
    void (*body)(void *arg);
    void *arg;
    const struct hd_rules *rules;
    const struct hd_strategy *strategy;
    void *strategy_self;
    bool main_is_root;
    void (*watch)(struct hd_ready *ready);
    struct hd_observer *observer;
};
enum hd_outcome hd_world_execute(struct hd_world *world,
                                 const struct hd_execution *execution);

/* End the execution here and now, from any of its stacks. */
HD_NORETURN void hd_world_abandon(struct hd_world *world,
                                  enum hd_outcome outcome);

/*
 * From here on the rules' faults may be injected: the test's own code begins.
 */
void hd_world_allow_faults(struct hd_world *world);

/* The body has ended: close every loop that it has left open. */
void hd_world_close_loops(struct hd_world *world);

/* ---- the clock (clock.c) ---- */

void hd_clock_begin(struct hd_world *world);
/* Set, move or (HD_FOREVER) clear an alarm; it must start zeroed. */
void hd_alarm_set(struct hd_world *world, struct hd_alarm *alarm,
                  uint64_t deadline_ns);
uint64_t hd_clock_next(const struct hd_world *world);
/* Move on to the next deadline; false if there is none. */
bool hd_clock_advance(struct hd_world *world);

/*
 * Nobody else can step: where time may jump the clock does, as it would beside
 * others, and it is no jump. False: it does not stand among the candidates.
 */
bool hd_clock_is_next(struct hd_world *world);

/* Where time may jump and the order is the loop's: perhaps now. */
void hd_clock_consider_jump(struct hd_world *world);
/* The same, if anything is ready. */
void hd_clock_between_turns(struct hd_world *world);

/* Set the clock to a later time, whoever else waits for an earlier one. */
void hd_clock_move(struct hd_world *world, uint64_t now_ns);
/* Let time pass that nobody waits for: no further than the next alarm. */
void hd_clock_tick(struct hd_world *world, uint64_t ns);

/*
 * A runner found nothing to step: move time, or end the execution as
 * deadlock, livelock or pruned. Returns if there is something to do now.
 */
void hd_world_attend(struct hd_world *world);

/* ---- who is blocked by whom ---- */

/*
 * One of the loop's actors blocks this thread (host.c): what is ready on the
 * loop leaves the set until then, and nobody waits for its timers.
 */
void hd_world_park(struct hd_world *world, struct hd_loop *loop);
void hd_world_unpark(struct hd_world *world, struct hd_loop *loop);

/*
 * The uv loop `inner` (NULL: a loop of Heddle's) begins to run (uv_run.c).
 * Returns the one that it blocks, or NULL, for hd_uv_unblock().
 */
struct uv_loop_s *hd_uv_block(struct hd_world *world, struct uv_loop_s *inner);
void hd_uv_unblock(struct hd_world *world, struct uv_loop_s *outer);

#endif
