/*
 * Context variables: values that follow a task and what it starts.
 *
 *     static struct hd_local request = HD_LOCAL("request");
 *     hd_local_set(&request, id);
 *
 * A task starts with the values that its spawner had at that moment, a
 * callback with those of whoever scheduled it. What either sets later is its
 * own. The values are borrowed.
 *
 * source: contextvars, as asyncio uses them, Python 3.11.
 */
#ifndef HEDDLE_LOCAL_H
#define HEDDLE_LOCAL_H

#include <heddle/status.h>

/* A variable: its address is its identity; static, and never changed. */
struct hd_local {
    const char *name;
    void *initial; /* what hd_local_get gives where nobody has set it */
};

#define HD_LOCAL(name_text)                                                    \
    {                                                                          \
        .name = (name_text), .initial = NULL                                   \
    }

/*
 * The value here: in the running task or callback, or on the thread outside of
 * loops. Never fails; does not suspend.
 */
HD_API void *hd_local_get(const struct hd_local *local);

/*
 * Set it here.
 *
 * returns   HD_OK
 *           HD_E_NO_LOOP     outside of a running loop
 *           HD_E_NO_MEMORY
 * suspends  no.
 */
HD_API int hd_local_set(const struct hd_local *local, void *value);

#endif
