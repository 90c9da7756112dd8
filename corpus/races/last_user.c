/*
 * A printer that has to warm up when it changes its user. Each job looks who
 * had it last, and counts the change.
 *
 * Near miss: a task writes its number, another one writes over it, and the
 * first one reads that, as it wants to know.
 */
#include <heddle/test.h>

struct printer {
    int last_user, warm_ups;
};

struct client {
    struct printer *printer;
    int number;
};

static int
print_twice(void *arg)
{
    const struct client *client = arg;
    struct printer *printer = client->printer;

    for (int i = 0; i < 2; i++) {
        if (printer->last_user != client->number) {
            printer->warm_ups++;
        }
        printer->last_user = client->number;
        HD_TRY(hd_yield());
    }
    return 0;
}

HD_TEST(last_user_near)
{
    struct printer printer = {0, 0};
    struct client ada = {&printer, 1};
    struct client ben = {&printer, 2};

    struct hd_task *a = hd_task_spawn(print_twice, &ada);
    struct hd_task *b = hd_task_spawn(print_twice, &ben);
    HD_CHECK(hd_gather(a, b) == 0);
}
