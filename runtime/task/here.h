/*
 * Where this thread stands: the loop that runs, who steps, on which stack.
 */
#ifndef HD_TASK_HERE_H
#define HD_TASK_HERE_H

#include "base/ready.h"

struct hd_task;

struct hd_here {
    struct hd_loop *loop;      /* the innermost running loop, or NULL */
    struct hd_actor *actor;    /* who steps; NULL outside of loops */
    struct hd_task *task;      /* the same, if it is a task */
    struct hd_log *log;        /* NULL until first asked for */
    bool points;               /* awaiting calls are scheduling points */
    struct hd_locals **locals; /* the running callback's; NULL elsewhere */
};

extern _Thread_local struct hd_here hd_here
    __attribute__((tls_model("initial-exec")));

/* Where incidents go that belong to no loop: the recorder, or the world's. */
struct hd_log *hd_here_log(void);

/* The return address of the public function that says this. */
#define HD_PLACE() ((uint64_t)(uintptr_t)__builtin_return_address(0))

/* Note a misuse (invalid-call and its kin) and give its status. */
int hd_misuse(int status, uint64_t place);

#endif
