/*
 * Numbers for support tickets. The counter is a static local, which looks
 * private; all callers share it.
 *
 * Shows: lost-update of a static local: two tickets with one number. Fixed: the
 * number is taken before the first await.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
store(const char *customer, unsigned number)
{
    HD_TRY(hd_yield());
    printf("ticket %u for %s\n", number, customer);
    return 0;
}

static int
open_ticket(void *arg)
{
    static unsigned last_number = 1000;
    const unsigned number = last_number + 1;

    HD_TRY(store(arg, number));
    last_number = number;
    return 0;
}

static int
open_ticket_numbered(void *arg)
{
    static unsigned last_number = 1000;

    last_number++;
    return store(arg, last_number);
}

static void
two_customers(hd_fn *how)
{
    char ada[] = "Ada";
    char ben[] = "Ben";

    struct hd_task *a = hd_task_spawn(how, ada);
    struct hd_task *b = hd_task_spawn(how, ben);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(ticket_number_bad)
{
    two_customers(open_ticket);
}

HD_TEST(ticket_number_fixed)
{
    two_customers(open_ticket_numbered);
}
