/*
 * The watchdog looks every now and then whether the worker's log has grown. A
 * worker that has stood still for a second of its own CPU time computes for
 * ever; one that has stood still for ten seconds of wall time without
 * computing is blocked. It is asked where it is, and killed if it does not
 * answer. While no user code runs nobody is watched.
 */
#include "explore/supervise.h"

#include "base/assert.h"
#include "explore/signals.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOOK_MS 20u
#define COMPUTES_MS_MAX 1000u
#define BLOCKED_MS_MAX 10000u
#define ANSWER_MS 500u

static HD_GLOBAL volatile sig_atomic_t interrupted;

static void
on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

bool
hd_supervise_interrupted(void)
{
    return interrupted != 0;
}

void
hd_supervise_begin(void)
{
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &children, NULL);
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static uint64_t
clock_ms(clockid_t clock)
{
    struct timespec now;
    if (clock_gettime(clock, &now) != 0) {
        return 0;
    }
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t
hd_supervise_now_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

static uint64_t
cpu_ms(pid_t worker)
{
    clockid_t clock;
    return clock_getcpuclockid(worker, &clock) == 0 ? clock_ms(clock) : 0;
}

/* Sleep until a child ends, or for LOOK_MS. */
static void
nap(void)
{
    sigset_t children;
    const struct timespec look = {.tv_nsec = LOOK_MS * 1000000L};
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigtimedwait(&children, NULL, &look);
}

struct watch {
    pid_t worker;
    struct hd_shared *shared;
    uint64_t mark;             /* what moved last */
    uint64_t since_ms, cpu_ms; /* when it did */
    bool asked;
};

/* It stands still: ask where it is; if that was done already, kill it. */
static void
disturb(struct watch *watch, bool blocked)
{
    if (watch->asked) {
        kill(watch->worker, SIGKILL);
        return;
    }
    sigqueue(watch->worker, HD_SIGNAL_HANG,
             (union sigval){.sival_int = blocked});
    watch->asked = true;
    watch->since_ms = hd_supervise_now_ms();
}

static void
look(struct watch *watch)
{
    const uint64_t mark = watch->shared->log.count + watch->shared->executions;
    const uint64_t now_ms = hd_supervise_now_ms();
    if (mark != watch->mark || !watch->shared->executing) {
        watch->mark = mark;
        watch->since_ms = now_ms;
        watch->cpu_ms = cpu_ms(watch->worker);
        return;
    }
    const uint64_t still_ms = now_ms - watch->since_ms;
    if (watch->asked) {
        if (still_ms > ANSWER_MS) {
            disturb(watch, true);
        }
    } else if (cpu_ms(watch->worker) - watch->cpu_ms > COMPUTES_MS_MAX) {
        disturb(watch, false);
    } else if (still_ms > BLOCKED_MS_MAX) {
        disturb(watch, true);
    }
}

/* A worker that could not tell itself why it ended. */
static enum hd_worker_end
tell_end(struct hd_shared *shared, int status)
{
    shared->executing = false;
    if (WIFEXITED(status)) {
        const int code = WEXITSTATUS(status);
        if (code == HD_WORKER_DONE || code == HD_WORKER_FOUND ||
            code == HD_WORKER_BROKEN || code == HD_WORKER_UNABLE) {
            return (enum hd_worker_end)code;
        }
        hd_log_incident(
            &shared->log,
            (struct hd_record){.kind = HD_LOG_QUIT, .subject = (uint32_t)code});
        return HD_WORKER_BROKEN;
    }
    hd_log_incident(&shared->log,
                    (struct hd_record){.kind = HD_LOG_CRASH,
                                       .subject = (uint32_t)WTERMSIG(status)});
    return HD_WORKER_BROKEN;
}

static int
wait_for(struct hd_shared *shared, pid_t worker, uint64_t deadline_ms)
{
    struct watch watch = {.worker = worker, .shared = shared};
    watch.since_ms = hd_supervise_now_ms();
    for (;;) {
        int status;
        const pid_t ended = waitpid(worker, &status, WNOHANG);
        if (ended == worker) {
            return status;
        }
        HD_ASSERT(ended == 0 || errno == EINTR);
        if (interrupted ||
            (deadline_ms != 0 && hd_supervise_now_ms() >= deadline_ms)) {
            shared->stop = true;
        }
        look(&watch);
        nap();
    }
}

enum hd_worker_end
hd_supervise(struct hd_shared *shared, void (*task)(void *arg), void *arg,
             uint64_t deadline_ms)
{
    fflush(stdout);
    fflush(stderr);
    shared->stop = false;
    shared->executing = false;
    const pid_t worker = fork();
    if (worker < 0) {
        fprintf(stderr, "heddle: cannot start a worker: %s\n", strerror(errno));
        return HD_WORKER_UNABLE;
    }
    if (worker == 0) {
        task(arg);
        _exit(HD_WORKER_UNABLE);
    }
    return tell_end(shared, wait_for(shared, worker, deadline_ms));
}
