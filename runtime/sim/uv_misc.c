/*
 * Clocks, requests in general, and what has nothing to simulate.
 *
 * Inside an execution clocks are virtual: uv_hrtime() counts from 0, the
 * calendar from HD_EPOCH_S. Outside they are the machine's.
 */
#include "sim/handles.h"

#include "task/touch.h"

#include <errno.h>
#include <time.h>

/* ---- clocks ---- */

static uint64_t
real_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return HD_S((uint64_t)now.tv_sec) + (uint64_t)now.tv_nsec;
}

uint64_t
uv_hrtime(void)
{
    const struct hd_world *world = hd_world_here();
    hd_touch_world(hd_here.loop, HD_WORLD_CLOCK, HD_READS);
    return world != NULL ? world->now_ns : real_ns(CLOCK_MONOTONIC);
}

int
uv_gettimeofday(uv_timeval64_t *tv)
{
    const struct hd_world *world = hd_world_here();
    if (tv == NULL) {
        return UV_EINVAL;
    }
    const uint64_t ns = world != NULL ? HD_S(HD_EPOCH_S) + world->now_ns
                                      : real_ns(CLOCK_REALTIME);
    tv->tv_sec = (int64_t)(ns / HD_S(1));
    tv->tv_usec = (int32_t)(ns % HD_S(1) / HD_US(1));
    return 0;
}

/* The caller holds its loop meanwhile, so the clock just moves. */
void
uv_sleep(unsigned int msec)
{
    struct hd_world *world = hd_world_here();
    if (world != NULL) {
        hd_clock_move(world, world->now_ns + HD_MS(msec));
        return;
    }
    struct timespec left = {.tv_sec = msec / 1000,
                            .tv_nsec = (long)HD_MS(msec % 1000)};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

uint64_t
uv_metrics_idle_time(uv_loop_t *loop)
{
    (void)loop;
    return 0;
}

/* ---- requests ---- */

void *
uv_req_get_data(const uv_req_t *req)
{
    return req->data;
}

void
uv_req_set_data(uv_req_t *req, void *data)
{
    req->data = data;
}

uv_req_type
uv_req_get_type(const uv_req_t *req)
{
    return req->type;
}

const char *
uv_req_type_name(uv_req_type type)
{
    switch (type) {
#define NAME(upper, lower)                                                     \
    case UV_##upper:                                                           \
        return #lower;
        UV_REQ_TYPE_MAP(NAME)
#undef NAME
    default:
        return NULL;
    }
}

size_t
uv_req_size(uv_req_type type)
{
    switch (type) {
#define SIZE(upper, lower)                                                     \
    case UV_##upper:                                                           \
        return sizeof(uv_##lower##_t);
        UV_REQ_TYPE_MAP(SIZE)
#undef SIZE
    default:
        return (size_t)-1;
    }
}

/* ---- nothing to simulate ---- */

uv_buf_t
uv_buf_init(char *base, unsigned int len)
{
    return (uv_buf_t){.base = base, .len = len};
}

/* Loops live in the execution's arena, whatever the program wants. */
int
uv_replace_allocator(uv_malloc_func malloc_func, uv_realloc_func realloc_func,
                     uv_calloc_func calloc_func, uv_free_func free_func)
{
    const bool whole = malloc_func != NULL && realloc_func != NULL &&
                       calloc_func != NULL && free_func != NULL;
    return whole ? 0 : UV_EINVAL;
}

void
uv_library_shutdown(void)
{
}
