/*
 * Where this thread stands: the loop that runs, who steps, on which stack.
 */
#ifndef HD_TASK_HERE_H
#define HD_TASK_HERE_H

#include "base/ready.h"

struct hd_task;

struct hd_here {
    struct hd_loop *loop;          /* the innermost running loop, or NULL */
    struct hd_actor *actor;        /* who steps; NULL outside of loops */
    struct hd_task *task;          /* the same, if it is a task */
    struct hd_log *log;            /* NULL until first asked for */
    bool points;                   /* awaiting calls are scheduling points */
    bool tells;                    /* what steps touch is being noted, */
    struct hd_memory_port *memory; /* and what they do to memory, or NULL */
    struct hd_memory_port *hooked; /* the same, for instrumented code */
    struct hd_locals **locals;     /* the running callback's; NULL elsewhere */
    uint32_t loops;                /* how many have been made */
    uint32_t subtests;     /* test cases inside the test that have begun */
    uint32_t subtest;      /* the one that runs, or 0 */
    uint32_t cancels_told; /* cancellations seen outside of tasks */
};

extern _Thread_local struct hd_here hd_here
    __attribute__((tls_model("initial-exec")));

/* Where incidents go that belong to no loop: the recorder, or the world's. */
struct hd_log *hd_here_log(void);

/* The return address of the public function that says this. */
#define HD_PLACE() ((uint64_t)(uintptr_t)__builtin_return_address(0))

/* Note a misuse (invalid-call and its kin) and give its status. */
int hd_misuse(int status, uint64_t place);

/*
 * The same for an object of another loop than the one it meets: the running
 * one, or the one to be run. Numbers of loops; HD_E_FOREIGN_LOOP.
 */
int hd_misuse_foreign(uint32_t made_on, uint32_t met, uint64_t place);

/*
 * And for a handle whose object is gone.
 *
 * status   HD_E_STALE or HD_E_REUSED.
 * kind     hd_object_kind; what is its number, 0 if that is not known.
 */
int hd_misuse_stale(int status, uint8_t kind, uint32_t what, uint64_t place);

#endif
