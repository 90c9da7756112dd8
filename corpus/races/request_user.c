/*
 * The user of the present request lies in a global, as it did when each request
 * had a process of its own. After an await it is the user of another request.
 *
 * Shows: dirty-write (write, write, read): a task reads what another has put in
 * the place of its own value. Fixed: a context variable, one for each task.
 */
#include <heddle/test.h>

struct request {
    int user, written_by;
};

static int current_user;
static struct hd_local local_user = HD_LOCAL("user");

static int
load_page(void)
{
    return hd_yield();
}

static int
serve(void *arg)
{
    struct request *request = arg;

    current_user = request->user;
    HD_TRY(load_page());
    request->written_by = current_user;
    return 0;
}

static int
serve_with_local(void *arg)
{
    struct request *request = arg;

    HD_TRY(hd_local_set(&local_user, &request->user));
    HD_TRY(load_page());
    const int *user = hd_local_get(&local_user);
    request->written_by = *user;
    return 0;
}

static void
two_requests(hd_fn *how)
{
    struct request first = {.user = 501};
    struct request second = {.user = 502};

    struct hd_task *a = hd_task_spawn(how, &first);
    struct hd_task *b = hd_task_spawn(how, &second);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(request_user_bad)
{
    two_requests(serve);
}

HD_TEST(request_user_fixed)
{
    two_requests(serve_with_local);
}
