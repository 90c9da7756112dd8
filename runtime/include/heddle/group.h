/*
 * Task groups: tasks that end together. If one fails, the others are
 * cancelled; the group ends when all have.
 *
 *     struct hd_group group;
 *     hd_group_begin(&group);
 *     hd_group_spawn(&group, fetch, &a);
 *     hd_group_spawn(&group, fetch, &b);
 *     int status = hd_group_end(&group, HD_OK);
 *
 * source: asyncio.TaskGroup, Python 3.11.
 */
#ifndef HEDDLE_GROUP_H
#define HEDDLE_GROUP_H

#include <heddle/task.h>

struct hd_group {
    struct hd_group_state *state; /* ours, from begin to end */
};

/* returns HD_OK, HD_E_NO_TASK, HD_E_NO_MEMORY. Does not suspend. */
HD_API int hd_group_begin(struct hd_group *group);

/*
 * Start fn(arg) in the group. The handle is lent as by hd_task_spawn: it is
 * good after the end of the group, too, and may be detached before; the group
 * holds its tasks itself.
 *
 * returns   NULL before begin, after the end, while it shuts down, or when
 *           out of memory. Members may spawn while the parent waits in end.
 */
HD_API struct hd_task *hd_group_spawn(struct hd_group *group, hd_fn *fn,
                                      void *arg);

/*
 * Wait for all tasks of the group.
 *
 * status    what the code in the scope came to: if negative, the tasks are
 *           cancelled first.
 * returns   HD_OK
 *           HD_E_GROUP       tasks failed: hd_group_errors(), of which the
 *                            scope's own failure is the last
 *           HD_E_CANCELLED   the caller was cancelled and no task failed
 *           status           if it was negative and no task failed
 *           HD_E_NO_TASK, HD_E_FOREIGN_LOOP
 *           HD_E_INVALID     not begun, or ended before
 * suspends  while tasks run; a cancellation point.
 * note      when out of memory HD_E_GROUP comes without an error of its own.
 *           A request to cancel the caller that came from outside of the group
 *           is not lost to HD_E_GROUP: the caller's next wait is cancelled.
 * source    TaskGroup.__aexit__; docs/guide/asyncio-differences.md has what is
 *           not as in 3.11.
 */
HD_API HD_MUST_USE int hd_group_end(struct hd_group *group, int status);

/*
 * The errors behind HD_E_GROUP in order of completion; valid until the next
 * begin on this storage or the end of the loop.
 *
 * out_errors  untouched if there are none.
 * returns   how many there are.
 */
HD_API size_t hd_group_errors(const struct hd_group *group,
                              const struct hd_error *const **out_errors);

#endif
