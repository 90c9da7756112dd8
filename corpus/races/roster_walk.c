/*
 * Salaries are summed up, with a pause for each employee. The number of
 * employees is read once; meanwhile one leaves, and the others move up.
 *
 * Shows: stale-read: a cached length. The sum counts one twice and forgets
 * another. Fixed: the salaries are copied before the first pause.
 */
#include <heddle/test.h>

#include <string.h>

#define EMPLOYEES_MAX 4

struct roster {
    int count;
    int salaries[EMPLOYEES_MAX];
    int sum;
};

static int
pay(int salary)
{
    HD_TRY(hd_yield());
    return salary < 0 ? HD_E_USER : 0;
}

static int
pay_all(void *arg)
{
    struct roster *roster = arg;
    const int count = roster->count;
    int sum = 0;

    for (int i = 0; i < count; i++) {
        HD_TRY(pay(roster->salaries[i]));
        sum += roster->salaries[i];
    }
    roster->sum = sum;
    return 0;
}

static int
pay_all_of_now(void *arg)
{
    struct roster *roster = arg;
    const struct roster now = *roster;
    int sum = 0;

    for (int i = 0; i < now.count; i++) {
        HD_TRY(pay(now.salaries[i]));
        sum += now.salaries[i];
    }
    roster->sum = sum;
    return 0;
}

static int
first_leaves(void *arg)
{
    struct roster *roster = arg;
    int *salaries = roster->salaries;

    roster->count--;
    memmove(salaries, salaries + 1, (size_t)roster->count * sizeof(*salaries));
    return 0;
}

static void
pay_while_one_leaves(hd_fn *how)
{
    struct roster roster = {.count = 3, .salaries = {10, 200, 3000}};

    struct hd_task *payer = hd_task_spawn(how, &roster);
    struct hd_task *leaver = hd_task_spawn(first_leaves, &roster);
    HD_CHECK(hd_gather(payer, leaver) == 0);
}

HD_TEST(roster_walk_bad)
{
    pay_while_one_leaves(pay_all);
}

HD_TEST(roster_walk_fixed)
{
    pay_while_one_leaves(pay_all_of_now);
}
