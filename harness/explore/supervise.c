/*
 * The watchdog looks every now and then whether the worker's log has grown. A
 * worker that has stood still for a second of its own CPU time computes for
 * ever; one that has stood still for ten seconds of wall time without
 * computing is blocked; one that computes slowly, since the machine is busy, is
 * not. It is asked where it is, and killed if it does not answer. One that only
 * computes for long is asked and goes on. While no user code runs nobody is
 * watched.
 *
 * Once the user wants to end, a worker has a moment to finish its execution.
 */
#include "explore/supervise.h"

#include "base/assert.h"
#include "explore/signals.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOOK_MS 20u
#define ANSWER_MS 500u
#define FINISH_MS 300u

static HD_GLOBAL volatile sig_atomic_t interrupted;

static void
on_interrupt(int number)
{
    interrupted = number;
}

static HD_GLOBAL struct {
    void (*tick)(const void *arg);
    const void *arg;
} ticking;

void
hd_supervise_tick(void (*tick)(const void *arg), const void *arg)
{
    ticking.tick = tick;
    ticking.arg = arg;
}

int
hd_supervise_interrupted(void)
{
    return interrupted;
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
    const struct hd_watchdog *limits;
    uint64_t records, executions; /* how many there were, when ... */
    uint64_t since_ms, cpu_ms;    /* ... anybody last stepped */
    uint64_t ran_ms, ran_cpu_ms;  /* when it was last seen to compute */
    bool asked, blocked;
    bool held;        /* the present step computes for longer than it should */
    uint64_t ends_ms; /* when the user's patience is over, or 0 */
    bool stopped;
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
    watch->blocked = blocked;
    watch->since_ms = hd_supervise_now_ms();
}

/* Is there a step among the newest records? One that only writes is none. */
static bool
has_stepped(const struct hd_log *log, uint64_t since)
{
    const uint64_t count = log->count;
    for (uint64_t i = count; i > since && i + log->mask >= count; i--) {
        if (log->records[(i - 1) & log->mask].kind == HD_LOG_STEP) {
            return true;
        }
    }
    return count < since;
}

/*
 * The step computes: longer than it should? Measured from when it was first
 * seen, so rather too short. One step of an execution is noted.
 */
static void
note_held(struct watch *watch, uint64_t ms)
{
    struct hd_shared *shared = watch->shared;
    struct hd_held *held = &shared->held;
    const uint64_t ms_max = watch->limits->held_ms_max;
    if (ms_max == 0 || ms <= ms_max) {
        return;
    }
    if (watch->held) {
        held->ms = (uint32_t)ms;
    } else if (held->ms == 0 || held->execution != watch->executions) {
        held->execution = watch->executions;
        held->at = watch->records;
        held->place = 0;
        held->ms = (uint32_t)ms;
        watch->held = true;
        kill(watch->worker, HD_SIGNAL_WHERE);
    }
}

static void
look(struct watch *watch)
{
    const struct hd_shared *shared = watch->shared;
    const struct hd_watchdog *limits = watch->limits;
    const uint64_t now_ms = hd_supervise_now_ms();
    const uint64_t worker_ms = cpu_ms(watch->worker);
    const bool moved = shared->executions != watch->executions ||
                       has_stepped(&shared->log, watch->records);
    watch->records = shared->log.count;
    watch->executions = shared->executions;
    if (moved || !shared->executing) {
        watch->since_ms = now_ms;
        watch->cpu_ms = worker_ms;
        watch->asked = watch->held = false;
    }
    note_held(watch, worker_ms - watch->cpu_ms);
    if (moved || !shared->executing || worker_ms != watch->ran_cpu_ms) {
        watch->ran_ms = now_ms;
        watch->ran_cpu_ms = worker_ms;
    }
    if (watch->asked) {
        if (now_ms - watch->since_ms > ANSWER_MS) {
            disturb(watch, watch->blocked);
        }
    } else if (worker_ms - watch->cpu_ms > limits->computes_ms_max) {
        disturb(watch, false);
    } else if (now_ms - watch->ran_ms > limits->blocked_ms_max) {
        disturb(watch, true);
    }
}

/* The user wants to end: soon this worker ends, whatever it does. */
static void
hurry(struct watch *watch)
{
    const uint64_t now_ms = hd_supervise_now_ms();
    watch->shared->stop = true;
    if (watch->ends_ms == 0) {
        watch->ends_ms = now_ms + FINISH_MS;
    } else if (now_ms >= watch->ends_ms && !watch->stopped) {
        watch->stopped = true;
        kill(watch->worker, SIGKILL);
    }
}

/* The worker said so itself; the program may leave with the same status. */
static bool
is_own_end(const struct hd_shared *shared, int code, bool executing)
{
    const uint64_t broken = UINT64_C(1) << HD_LOG_CRASH |
                            UINT64_C(1) << HD_LOG_HANG |
                            UINT64_C(1) << HD_LOG_QUIT;
    if (code == HD_WORKER_BROKEN) {
        return shared->log.seen & broken;
    }
    return !executing && (code == HD_WORKER_DONE || code == HD_WORKER_FOUND ||
                          code == HD_WORKER_UNABLE || code == HD_WORKER_RENEW);
}

/* A worker that could not tell itself why it ended. */
static enum hd_worker_end
tell_end(const struct watch *watch, int status)
{
    struct hd_shared *shared = watch->shared;
    const bool executing = shared->executing;
    shared->executing = false;
    if (WIFEXITED(status) &&
        is_own_end(shared, WEXITSTATUS(status), executing)) {
        return (enum hd_worker_end)WEXITSTATUS(status);
    }
    if (watch->stopped) {
        return HD_WORKER_STOPPED;
    }
    struct hd_record record = {.kind = HD_LOG_CRASH};
    if (WIFEXITED(status)) {
        record.kind = HD_LOG_QUIT;
        record.subject = (uint32_t)WEXITSTATUS(status);
    } else if (watch->asked && WTERMSIG(status) == SIGKILL) {
        record.kind = HD_LOG_HANG;
        record.op = watch->blocked;
    } else {
        record.subject = (uint32_t)WTERMSIG(status);
    }
    hd_log_incident(&shared->log, record);
    return HD_WORKER_BROKEN;
}

/* Start a worker for the shift; false, and told, if it cannot be. */
static bool
start(struct watch *watch, struct hd_shift *shift)
{
    fflush(stdout);
    fflush(stderr);
    shift->shared->stop = false;
    shift->shared->executing = false;
    const pid_t supervisor = getpid();
    const pid_t worker = fork();
    if (worker < 0) {
        fprintf(stderr, "heddle: cannot start a worker: %s\n", strerror(errno));
        shift->end = HD_WORKER_UNABLE;
        return false;
    }
    if (worker == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == supervisor) {
            shift->task(shift->arg);
        }
        _exit(HD_WORKER_UNABLE);
    }
    *watch = (struct watch){
        .worker = worker, .shared = shift->shared, .limits = shift->watchdog};
    watch->since_ms = watch->ran_ms = hd_supervise_now_ms();
    return true;
}

/* Look after one worker. False: its shift is over. */
static bool
attend(struct watch *watch, struct hd_shift *shift, bool late)
{
    int status;
    const pid_t ended = waitpid(watch->worker, &status, WNOHANG);
    if (ended == watch->worker) {
        shift->end = tell_end(watch, status);
        const bool more = shift->again != NULL && shift->again(shift);
        return more && !late && interrupted == 0 && start(watch, shift);
    }
    HD_ASSERT(ended == 0 || errno == EINTR);
    if (late) {
        watch->shared->stop = true;
    }
    if (interrupted) {
        hurry(watch);
    }
    look(watch);
    return true;
}

void
hd_supervise_all(struct hd_shift *shifts, uint32_t count, uint64_t deadline_ms)
{
    struct watch watches[HD_SHIFTS_MAX];
    bool works[HD_SHIFTS_MAX];
    uint32_t working = 0;
    HD_ASSERT(count <= HD_SHIFTS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        works[i] = start(&watches[i], &shifts[i]);
        working += works[i];
    }
    while (working > 0) {
        const bool late =
            deadline_ms != 0 && hd_supervise_now_ms() >= deadline_ms;
        for (uint32_t i = 0; i < count; i++) {
            if (works[i] && !attend(&watches[i], &shifts[i], late)) {
                works[i] = false;
                working--;
            }
        }
        if (working > 0) {
            nap();
            if (ticking.tick != NULL) {
                ticking.tick(ticking.arg);
            }
        }
    }
}

enum hd_worker_end
hd_supervise(struct hd_shared *shared, const struct hd_watchdog *watchdog,
             void (*task)(void *arg), void *arg, uint64_t deadline_ms)
{
    struct hd_shift shift = {
        .shared = shared, .watchdog = watchdog, .task = task, .arg = arg};
    hd_supervise_all(&shift, 1, deadline_ms);
    return shift.end;
}
