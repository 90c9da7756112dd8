/*
 * State of a connection, packed into bits. A retry reads the counter, waits,
 * and writes it back; the retry of the other request is forgotten.
 *
 * Shows: lost-update of a bit-field. Fixed: counted up in one step. Near miss:
 * each task keeps a bit of its own in the same word, across an await, too.
 */
#include <heddle/test.h>

struct connection {
    unsigned is_open : 1;
    unsigned reads : 1;
    unsigned writes : 1;
    unsigned retries : 5;
    unsigned priority : 4;
};

static int
send_again(void)
{
    return hd_yield();
}

static int
retry(void *arg)
{
    struct connection *connection = arg;
    const unsigned retries = connection->retries;

    HD_TRY(send_again());
    connection->retries = (retries + 1) & 31;
    return 0;
}

static int
retry_counted(void *arg)
{
    struct connection *connection = arg;

    HD_TRY(send_again());
    connection->retries++;
    return 0;
}

static int
read_once(void *arg)
{
    struct connection *connection = arg;

    connection->reads = 1;
    HD_TRY(hd_yield());
    connection->reads = 0;
    return 0;
}

static int
write_once(void *arg)
{
    struct connection *connection = arg;

    connection->writes = 1;
    HD_TRY(hd_yield());
    connection->writes = 0;
    return 0;
}

static void
two_requests(hd_fn *one, hd_fn *other)
{
    struct connection connection = {.is_open = 1, .priority = 7};

    struct hd_task *a = hd_task_spawn(one, &connection);
    struct hd_task *b = hd_task_spawn(other, &connection);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(retry_bits_bad)
{
    two_requests(retry, retry);
}

HD_TEST(retry_bits_fixed)
{
    two_requests(retry_counted, retry_counted);
}

HD_TEST(retry_bits_near)
{
    two_requests(read_once, write_once);
}
