/*
 * "Asyncio" (notes), 2.3 Task, its life cycle: done, cancelled, result and
 * exception of a task that is pending, done, failed and cancelled. Where Python
 * raises InvalidStateError or CancelledError, the status says so.
 *
 * Shows: nothing. Asking for a result that is not there yet is allowed; asking
 * for its error is not, so pending tasks are not asked.
 */
#include <heddle/test.h>

#include <stdio.h>

static char tea[] = "tea";

static int
brew(void *arg)
{
    const bool is_empty = arg != NULL;

    HD_TRY(hd_sleep(HD_S(1)));
    if (is_empty) {
        return hd_fail(HD_E_USER, "the kettle is empty");
    }
    hd_return(tea);
    return 0;
}

static void
describe(const char *state, struct hd_task *task)
{
    void *value = NULL;
    const int status = hd_task_result(task, &value);

    printf("%s: done=%s cancelled=%s result=%s\n", state,
           hd_task_is_done(task) ? "True" : "False",
           hd_task_is_cancelled(task) ? "True" : "False",
           status == 0 ? (char *)value : hd_status_name(status));
}

HD_TEST(n8_life_cycle)
{
    bool is_empty = true;
    struct hd_task *well = hd_task_spawn(brew, NULL);
    struct hd_task *badly = hd_task_spawn(brew, &is_empty);
    struct hd_task *never = hd_task_spawn(brew, NULL);

    describe("pending", well);
    HD_CHECK(hd_task_cancel(never));
    HD_CHECK(hd_sleep(HD_S(2)) == 0);

    describe("finished", well);
    describe("failed", badly);
    printf("failed: exception=%s\n", hd_task_error(badly)->message);
    describe("cancelled", never);
    HD_CHECK(!hd_task_cancel(well));
}
