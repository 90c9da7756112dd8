/*
 * A crash may be a stack overflow, so the handler has a stack of its own; it
 * uses open, write and close only. After it the signal takes its usual course.
 */
#include "host/recorder.h"

#include "base/assert.h"
#include <errno.h>
#include <fcntl.h>
#include <heddle/recorder.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STACK_BYTES ((size_t)65536)

struct recorder {
    const char *file;
    pid_t thread; /* whose steps SIGUSR2 asks for */
};

static struct recorder recorder HD_GLOBAL;
static pthread_mutex_t lock HD_GLOBAL = PTHREAD_MUTEX_INITIALIZER;

static pid_t
this_thread(void)
{
    return (pid_t)syscall(SYS_gettid);
}

static void
dump(void)
{
    const int fd =
        open(recorder.file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd >= 0) {
        hd_recorder_dump(fd);
        close(fd);
    }
}

static void
on_request(int signal)
{
    const int saved = errno;
    if (this_thread() == recorder.thread) {
        dump();
    } else {
        syscall(SYS_tgkill, getpid(), recorder.thread, signal);
    }
    errno = saved;
}

/* The handler is gone by now (SA_RESETHAND): the signal comes again. */
static void
on_crash(int signal)
{
    dump();
    raise(signal);
}

static void
handle(int signal, void (*handler)(int), int flags)
{
    struct sigaction was;
    const struct sigaction action = {.sa_handler = handler,
                                     .sa_flags = flags | SA_ONSTACK};
    if (sigaction(signal, NULL, &was) == 0 && !(was.sa_flags & SA_SIGINFO) &&
        was.sa_handler == SIG_DFL) {
        sigaction(signal, &action, NULL);
    }
}

static void
give_stack(void)
{
    stack_t was;
    const stack_t stack = {.ss_sp = malloc(STACK_BYTES),
                           .ss_size = STACK_BYTES};
    if (stack.ss_sp == NULL) {
        return;
    }
    if (sigaltstack(NULL, &was) == 0 && (was.ss_flags & SS_DISABLE)) {
        sigaltstack(&stack, NULL);
    } else {
        free(stack.ss_sp);
    }
}

static void
install(const char *file)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    recorder = (struct recorder){.file = file, .thread = this_thread()};
    give_stack();
    for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++) {
        handle(crashes[i], on_crash, (int)SA_RESETHAND);
    }
    handle(SIGUSR2, on_request, SA_RESTART);
}

void
hd_recorder_install(const char *file)
{
    if (file == NULL) {
        return;
    }
    pthread_mutex_lock(&lock);
    if (recorder.file == NULL) {
        install(file);
    }
    pthread_mutex_unlock(&lock);
}
