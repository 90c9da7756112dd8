/*
 * An access token that has expired is fetched anew. Two requests find it so,
 * and the second new token makes the first one void.
 *
 * Shows: lost-update of a string. Fixed: a lock, and a look once it is held.
 */
#include <heddle/test.h>

#include <stdio.h>
#include <string.h>

#define TOKEN_BYTES 16

static char token[TOKEN_BYTES];
static int tokens_given;
static struct hd_lock token_lock;

static int
refresh(void)
{
    char fresh[TOKEN_BYTES] = "token-0";

    HD_TRY(hd_yield());
    tokens_given++;
    fresh[6] = (char)('0' + tokens_given);
    strcpy(token, fresh);
    return 0;
}

static int
request(void *arg)
{
    (void)arg;
    if (strlen(token) == 0) {
        HD_TRY(refresh());
    }
    printf("with %s\n", token);
    return 0;
}

static int
request_locked(void *arg)
{
    int status = hd_lock_acquire(&token_lock);

    HD_TRY(status);
    status = request(arg);
    hd_lock_release(&token_lock);
    return status;
}

static void
two_requests(hd_fn *how)
{
    struct hd_task *a = hd_task_spawn(how, NULL);
    struct hd_task *b = hd_task_spawn(how, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(token_refresh_bad)
{
    two_requests(request);
}

HD_TEST(token_refresh_fixed)
{
    two_requests(request_locked);
}
