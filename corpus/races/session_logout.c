/*
 * A request works on its session; a logout frees it. The request holds a
 * pointer across an await.
 *
 * Shows: use-after-free. Fixed: each user of the session holds a reference, and
 * the last one frees it.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct session {
    int refs, user, requests;
};

static struct session *the_session;

static int
query_database(void)
{
    return hd_yield();
}

static void
session_release(struct session *session)
{
    if (--session->refs == 0) {
        free(session);
    }
}

static int
serve(void *arg)
{
    (void)arg;
    struct session *session = the_session;

    if (session == NULL) {
        return 0;
    }
    HD_TRY(query_database());
    session->requests++;
    return 0;
}

static int
serve_holding(void *arg)
{
    (void)arg;
    struct session *session = the_session;

    if (session == NULL) {
        return 0;
    }
    session->refs++;
    const int status = query_database();
    session->requests++;
    session_release(session);
    return status;
}

static int
log_out(void *arg)
{
    (void)arg;
    struct session *session = the_session;

    the_session = NULL;
    session_release(session);
    return 0;
}

static void
log_out_during(hd_fn *how)
{
    the_session = calloc(1, sizeof(*the_session));
    HD_CHECK(the_session != NULL);
    the_session->refs = 1;
    the_session->user = 501;
    struct hd_task *request = hd_task_spawn(how, NULL);
    struct hd_task *logout = hd_task_spawn(log_out, NULL);
    HD_CHECK(hd_gather(request, logout) == 0);
}

HD_TEST(session_logout_bad)
{
    log_out_during(serve);
}

HD_TEST(session_logout_fixed)
{
    log_out_during(serve_holding);
}
