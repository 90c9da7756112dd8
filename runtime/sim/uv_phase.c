/*
 * Idle, prepare and check: handles that are called in every turn.
 *
 * Their lists are last in, first out, as in libuv. A phase takes the whole
 * list and puts each handle back before its callback, so that one started
 * meanwhile waits for the next turn and one stopped meanwhile is not called.
 */
#include "sim/handles.h"

#include "base/assert.h"
#include "task/here.h"

/* clang-format off */
#define PHASE(name, NAME)                                                      \
    int                                                                        \
    uv_##name##_init(uv_loop_t *loop, uv_##name##_t *handle)                   \
    {                                                                          \
        hd_uv_handle_init(loop, (uv_handle_t *)handle, UV_##NAME,              \
                          HD_ACTOR_CALLBACK, HD_PLACE());                      \
        handle->name##_cb = NULL;                                              \
        return 0;                                                              \
    }                                                                          \
                                                                               \
    int                                                                        \
    uv_##name##_start(uv_##name##_t *handle, uv_##name##_cb cb)                \
    {                                                                          \
        if (hd_uv_is_active((uv_handle_t *)handle)) {                          \
            return 0;                                                          \
        }                                                                      \
        if (cb == NULL) {                                                      \
            return UV_EINVAL;                                                  \
        }                                                                      \
        hd_uv_ring_push(handle->loop->name##_handles, handle->queue);          \
        handle->name##_cb = cb;                                                \
        hd_uv_handle_start((uv_handle_t *)handle);                             \
        return 0;                                                              \
    }                                                                          \
                                                                               \
    int                                                                        \
    uv_##name##_stop(uv_##name##_t *handle)                                    \
    {                                                                          \
        if (hd_uv_is_active((uv_handle_t *)handle)) {                          \
            hd_uv_ring_remove(handle->queue);                                  \
            hd_uv_handle_stop((uv_handle_t *)handle);                          \
        }                                                                      \
        return 0;                                                              \
    }                                                                          \
                                                                               \
    void                                                                       \
    hd_uv_##name##_close(uv_handle_t *handle)                                  \
    {                                                                          \
        uv_##name##_stop((uv_##name##_t *)handle);                             \
    }                                                                          \
                                                                               \
    static void                                                                \
    call_##name(uv_handle_t *handle)                                           \
    {                                                                          \
        uv_##name##_t *self = (uv_##name##_t *)handle;                         \
        self->name##_cb(self);                                                 \
    }                                                                          \
                                                                               \
    void                                                                       \
    hd_uv_run_##name(uv_loop_t *loop)                                          \
    {                                                                          \
        void *left[2];                                                         \
        hd_uv_ring_move(loop->name##_handles, left);                           \
        while (!hd_uv_ring_is_empty(left)) {                                   \
            void **link = left[0];                                             \
            hd_uv_ring_remove(link);                                           \
            hd_uv_ring_append(loop->name##_handles, link);                     \
            uv_##name##_t *handle = HD_CONTAINER(link, uv_##name##_t, queue);  \
            hd_uv_step((uv_handle_t *)handle, call_##name);                    \
        }                                                                      \
    }

PHASE(prepare, PREPARE)
PHASE(check, CHECK)
PHASE(idle, IDLE)
