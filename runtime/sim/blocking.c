/*
 * Blocking calls and clocks of the C library, inside an execution virtual.
 *
 * sleep and its kin hold the loop: the clock moves, nobody else steps, and it
 * is the incident blocking-call where a loop runs. Clocks tell the world's
 * time. Outside of executions everything is the kernel's: sanitizers, fuzzing
 * engines and the supervisor live there.
 *
 * These definitions come before the C library's when a program is linked; one
 * that calls none of them does not get them.
 */
#include "sim/world.h"
#include "task/touch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Time goes by while the caller holds whatever it holds. */
static void
hold(struct hd_world *world, uint64_t ns, uint64_t place)
{
    if (hd_here.loop != NULL) {
        const uint64_t ms = ns / HD_MS(1);
        hd_log_incident(world->log,
                        (struct hd_record){.kind = HD_LOG_BLOCKING,
                                           .subject = ms > UINT32_MAX
                                                          ? UINT32_MAX
                                                          : (uint32_t)ms,
                                           .value = place});
        hd_touch_world(hd_here.loop, HD_WORLD_CLOCK, HD_WRITES);
    }
    hd_clock_move(world, world->now_ns + ns);
    if (hd_here.loop != NULL) {
        hd_loop_offer_due(hd_here.loop);
    }
}

static uint64_t
to_ns(const struct timespec *time)
{
    return HD_S((uint64_t)time->tv_sec) + (uint64_t)time->tv_nsec;
}

static bool
is_time(const struct timespec *time)
{
    return time->tv_sec >= 0 && time->tv_nsec >= 0 &&
           time->tv_nsec < 1000000000L;
}

/* What a clock shows in the world; monotonic ones start at 0. */
static uint64_t
world_ns(const struct hd_world *world, clockid_t clock)
{
    hd_touch_world(hd_here.loop, HD_WORLD_CLOCK, HD_READS);
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE ||
                   clock == CLOCK_TAI
               ? HD_S(HD_EPOCH_S) + world->now_ns
               : world->now_ns;
}

/* ---- sleeping ---- */

int
clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                struct timespec *left)
{
    struct hd_world *world = hd_world_here();
    if (world == NULL) {
        return syscall(SYS_clock_nanosleep, clock, flags, request, left) == 0
                   ? 0
                   : errno;
    }
    if (!is_time(request)) {
        return EINVAL;
    }
    uint64_t ns = to_ns(request);
    if (flags & TIMER_ABSTIME) {
        const uint64_t now_ns = world_ns(world, clock);
        ns = ns > now_ns ? ns - now_ns : 0;
    }
    hold(world, ns, HD_PLACE());
    return 0;
}

int
nanosleep(const struct timespec *request, struct timespec *left)
{
    struct hd_world *world = hd_world_here();
    if (world == NULL) {
        return (int)syscall(SYS_nanosleep, request, left);
    }
    if (!is_time(request)) {
        errno = EINVAL;
        return -1;
    }
    hold(world, to_ns(request), HD_PLACE());
    return 0;
}

unsigned
sleep(unsigned seconds)
{
    struct hd_world *world = hd_world_here();
    if (world == NULL) {
        struct timespec left = {.tv_sec = (time_t)seconds};
        return syscall(SYS_nanosleep, &left, &left) == 0
                   ? 0
                   : (unsigned)left.tv_sec;
    }
    hold(world, HD_S(seconds), HD_PLACE());
    return 0;
}

int
usleep(useconds_t microseconds)
{
    struct hd_world *world = hd_world_here();
    if (world == NULL) {
        const struct timespec request = {
            .tv_sec = (time_t)(microseconds / 1000000),
            .tv_nsec = (long)(microseconds % 1000000) * 1000};
        return (int)syscall(SYS_nanosleep, &request, NULL);
    }
    hold(world, HD_US(microseconds), HD_PLACE());
    return 0;
}

/* ---- clocks ---- */

int
clock_gettime(clockid_t clock, struct timespec *out)
{
    const struct hd_world *world = hd_world_here();
    if (world == NULL || clock == CLOCK_PROCESS_CPUTIME_ID ||
        clock == CLOCK_THREAD_CPUTIME_ID || clock < 0) {
        return (int)syscall(SYS_clock_gettime, clock, out);
    }
    const uint64_t ns = world_ns(world, clock);
    out->tv_sec = (time_t)(ns / HD_S(1));
    out->tv_nsec = (long)(ns % HD_S(1));
    return 0;
}

time_t
time(time_t *out)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return (time_t)-1;
    }
    if (out != NULL) {
        *out = now.tv_sec;
    }
    return now.tv_sec;
}

int
gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return -1;
    }
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}
