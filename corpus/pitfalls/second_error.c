/*
 * Several uploads, and at the first error it is over: the error is told, the
 * others are cancelled and awaited with wait. One of them had failed, too, and
 * nobody ever looks at that.
 *
 * Shows: unretrieved-error. Fixed: a gather that keeps errors looks at each.
 * Near miss: a gather that does not wait for all; it still looks at the rest.
 */
#include <heddle/test.h>

#define UPLOADS 3

static int
upload(void *arg)
{
    const int ms = *(int *)arg;

    HD_TRY(hd_sleep(HD_MS(ms)));
    return ms < 5 ? hd_fail(HD_E_USER, "upload %d failed", ms) : 0;
}

static void
begin(struct hd_future **uploads)
{
    static int ms[UPLOADS] = {1, 1, 5};

    for (int i = 0; i < UPLOADS; i++) {
        uploads[i] = HD_FUTURE(hd_task_spawn(upload, &ms[i]));
    }
}

/* The status of the first that has failed. */
static int
first_failure(struct hd_future **uploads)
{
    for (int i = 0; i < UPLOADS; i++) {
        if (hd_future_is_done(uploads[i])) {
            const int status = hd_future_result(uploads[i], NULL);
            if (status < 0) {
                return status;
            }
        }
    }
    return 0;
}

static void
cancel_all(struct hd_future **uploads)
{
    for (int i = 0; i < UPLOADS; i++) {
        hd_future_cancel(uploads[i]);
    }
}

HD_TEST(second_error_bad)
{
    struct hd_future *uploads[UPLOADS];

    begin(uploads);
    HD_CHECK(hd_wait(uploads, UPLOADS, HD_FIRST_ERROR, HD_FOREVER, NULL) == 0);
    HD_CHECK(first_failure(uploads) == HD_E_USER);
    cancel_all(uploads);
    HD_CHECK(hd_wait(uploads, UPLOADS, HD_ALL_COMPLETED, HD_FOREVER, NULL) ==
             0);
}

HD_TEST(second_error_fixed)
{
    struct hd_future *uploads[UPLOADS];

    begin(uploads);
    HD_CHECK(hd_wait(uploads, UPLOADS, HD_FIRST_ERROR, HD_FOREVER, NULL) == 0);
    HD_CHECK(first_failure(uploads) == HD_E_USER);
    cancel_all(uploads);
    HD_CHECK(hd_gather_array(uploads, UPLOADS, HD_GATHER_KEEP_ERRORS) == 0);
}

HD_TEST(second_error_near)
{
    struct hd_future *uploads[UPLOADS];

    begin(uploads);
    HD_CHECK(hd_gather_array(uploads, UPLOADS, 0) == HD_E_USER);
    HD_CHECK(hd_wait(uploads, UPLOADS, HD_ALL_COMPLETED, HD_FOREVER, NULL) ==
             0);
}
