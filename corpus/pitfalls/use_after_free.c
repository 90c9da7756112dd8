/*
 * A session that a request belongs to may be closed while the request waits for
 * the database. The request then writes into what is no session any more.
 *
 * Shows: use-after-free, where memory is seen. Fixed: a request holds the
 * session, and the last one to let go frees it. Near miss: the session is
 * looked up again after the wait.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct session {
    int users, bytes;
};

static struct session *session;

static int
ask_database(void)
{
    return hd_yield();
}

static void
let_go(struct session *held)
{
    if (--held->users == 0) {
        free(held);
    }
}

static int
request(void *arg)
{
    struct session *mine = session;

    (void)arg;
    if (mine == NULL) {
        return 0;
    }
    HD_TRY(ask_database());
    mine->bytes += 100;
    return 0;
}

static int
request_holding(void *arg)
{
    struct session *mine = session;

    (void)arg;
    if (mine == NULL) {
        return 0;
    }
    mine->users++;
    const int status = ask_database();
    mine->bytes += 100;
    let_go(mine);
    return status;
}

static int
request_looking_again(void *arg)
{
    (void)arg;
    HD_TRY(ask_database());
    if (session != NULL) {
        session->bytes += 100;
    }
    return 0;
}

static int
close_session(void *arg)
{
    struct session *closed = session;

    (void)arg;
    session = NULL;
    let_go(closed);
    return 0;
}

static void
request_while_closing(hd_fn *how)
{
    session = calloc(1, sizeof(*session));
    HD_CHECK(session != NULL);
    session->users = 1;
    struct hd_task *a = hd_task_spawn(how, NULL);
    struct hd_task *b = hd_task_spawn(close_session, NULL);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(use_after_free_bad)
{
    request_while_closing(request);
}

HD_TEST(use_after_free_fixed)
{
    request_while_closing(request_holding);
}

HD_TEST(use_after_free_near)
{
    request_while_closing(request_looking_again);
}
