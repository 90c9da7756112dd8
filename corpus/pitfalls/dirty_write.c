/*
 * The user of the present request lies in a global. After a wait it is the user
 * of another request, and the page is written in his name.
 *
 * Shows: dirty-write (write, write, read). Fixed: the user is handed on as an
 * argument. Near miss: the global is set again after the wait.
 */
#include <heddle/access.h>
#include <heddle/test.h>

struct request {
    int user, written_by;
};

static int current_user;

static void
set_user(int user)
{
    HD_WRITE(&current_user);
    current_user = user;
}

static void
write_page(struct request *request)
{
    HD_READ(&current_user);
    HD_WRITE(&request->written_by);
    request->written_by = current_user;
}

static int
load_page(void)
{
    return hd_yield();
}

static int
serve(void *arg)
{
    struct request *request = arg;

    set_user(request->user);
    HD_TRY(load_page());
    write_page(request);
    return 0;
}

static int
serve_by_argument(void *arg)
{
    struct request *request = arg;
    const int user = request->user;

    HD_TRY(load_page());
    HD_WRITE(&request->written_by);
    request->written_by = user;
    return 0;
}

static int
serve_setting_again(void *arg)
{
    struct request *request = arg;

    set_user(request->user);
    HD_TRY(load_page());
    set_user(request->user);
    write_page(request);
    return 0;
}

static void
two_requests(hd_fn *how)
{
    static struct request requests[2];
    requests[0].user = 501;
    requests[1].user = 502;

    struct hd_task *a = hd_task_spawn(how, &requests[0]);
    struct hd_task *b = hd_task_spawn(how, &requests[1]);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(dirty_write_bad)
{
    two_requests(serve);
}

HD_TEST(dirty_write_fixed)
{
    two_requests(serve_by_argument);
}

HD_TEST(dirty_write_near)
{
    two_requests(serve_setting_again);
}
