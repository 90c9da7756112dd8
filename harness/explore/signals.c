#include "explore/signals.h"

#include "base/assert.h"
#include "base/sanitize.h"
#include "context/stack.h"
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define ALTERNATE_BYTES ((size_t)128 * 1024)

static HD_GLOBAL struct hd_shared *shared;
#ifdef HD_ASAN
static HD_GLOBAL bool quiet;
#endif

static uint64_t
program_counter(const void *context)
{
#if defined(__x86_64__)
    const ucontext_t *ucontext = context;
    return (uint64_t)ucontext->uc_mcontext.gregs[REG_RIP] + 1;
#elif defined(__aarch64__)
    const ucontext_t *ucontext = context;
    return (uint64_t)ucontext->uc_mcontext.pc + 1;
#else
    (void)context;
    return 0;
#endif
}

static void
on_fault(int number, siginfo_t *info, void *context)
{
    const bool overflow = (number == SIGSEGV || number == SIGBUS) &&
                          hd_stack_guards(info->si_addr);
    hd_log_incident(&shared->log,
                    (struct hd_record){.kind = HD_LOG_CRASH,
                                       .op = overflow,
                                       .subject = (uint32_t)number,
                                       .value = program_counter(context)});
    _exit(HD_WORKER_BROKEN);
}

/* The supervisor says in si_value whether we compute or are blocked. */
static void
on_hang(int number, siginfo_t *info, void *context)
{
    (void)number;
    hd_log_incident(&shared->log,
                    (struct hd_record){.kind = HD_LOG_HANG,
                                       .op = info->si_value.sival_int != 0,
                                       .value = program_counter(context)});
    _exit(HD_WORKER_BROKEN);
}

/*
 * It may interrupt a write to the log, so it only reads there: has the step
 * that is meant ended meanwhile?
 */
static void
on_where(int number, siginfo_t *info, void *context)
{
    const struct hd_log *log = &shared->log;
    (void)number;
    (void)info;
    for (uint64_t i = shared->held.at; i < log->count; i++) {
        if (log->records[i & log->mask].kind == HD_LOG_STEP) {
            return;
        }
    }
    if (shared->executing) {
        shared->held.place = program_counter(context);
    }
}

static void
on_exit_called(int status, void *arg)
{
    (void)arg;
    if (shared->executing) {
        hd_log_incident(&shared->log,
                        (struct hd_record){.kind = HD_LOG_QUIT,
                                           .subject = (uint32_t)status});
        _exit(HD_WORKER_BROKEN);
    }
}

static void
on_forked_parent(void)
{
    if (shared->executing) {
        hd_log_incident(&shared->log,
                        (struct hd_record){.kind = HD_LOG_QUIT, .op = 1});
    }
}

/*
 * A copy of the worker must not go on exploring, nor touch what is shared: its
 * parent may already be elsewhere.
 */
static void
on_forked_child(void)
{
    _exit(0);
}

static void
handle(int number, void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action = {.sa_flags =
                                   SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    action.sa_sigaction = handler;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

#ifdef HD_ASAN
static void
log_asan_error(void)
{
    const char *what = __asan_get_report_description();
    const bool overflow =
        what != NULL && __builtin_strcmp(what, "stack-overflow") == 0;
    hd_log_incident(&shared->log,
                    (struct hd_record){
                        .kind = HD_LOG_CRASH,
                        .op = overflow,
                        .subject = SIGABRT,
                        .value = (uint64_t)(uintptr_t)__asan_get_report_pc()});
}

/* ASan has reported and dies by itself; it only has to be in the log. */
static void
on_asan_death(void)
{
    log_asan_error();
    _exit(HD_WORKER_BROKEN);
}

/*
 * libasan's hook before it prints. Symbols take it longer than a hundred
 * executions: where nobody sees the report there is none.
 */
HD_API __attribute__((weak)) void
__asan_on_error(void)
{
    if (shared != NULL && quiet) {
        log_asan_error();
        _exit(HD_WORKER_BROKEN);
    }
}
#endif

void
hd_signals_install(struct hd_shared *where, bool is_quiet)
{
    shared = where;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    handle(HD_SIGNAL_HANG, on_hang);
    handle(HD_SIGNAL_WHERE, on_where);
    on_exit(on_exit_called, NULL);
    pthread_atfork(NULL, on_forked_parent, on_forked_child);
    signal(SIGINT, SIG_IGN);
    signal(SIGPIPE, SIG_DFL);
    handle(SIGABRT, on_fault);
#ifdef HD_ASAN
    quiet = is_quiet;
    __sanitizer_set_death_callback(on_asan_death);
#else
    (void)is_quiet;
    void *alternate = mmap(NULL, ALTERNATE_BYTES, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (alternate != MAP_FAILED) {
        sigaltstack(&(stack_t){.ss_sp = alternate, .ss_size = ALTERNATE_BYTES},
                    NULL);
    }
    handle(SIGSEGV, on_fault);
    handle(SIGBUS, on_fault);
    handle(SIGFPE, on_fault);
    handle(SIGILL, on_fault);
    handle(SIGTRAP, on_fault);
#endif
}
