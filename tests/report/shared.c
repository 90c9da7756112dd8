/*
 * A lost update of each kind of variable. Above each test stands what its
 * finding is to call that; names.py compiles this by `heddle cc` and compares.
 */
#include <heddle/test.h>

#include <stdlib.h>

/* The updates of which one gets lost. */
static int
add_one(void *arg)
{
    long *sum = arg;
    const long seen = *sum;
    HD_TRY(hd_yield());
    *sum = seen + 1;
    return 0;
}

static int
add_two(void *arg)
{
    long *sum = arg;
    const long seen = *sum;
    HD_TRY(hd_yield());
    *sum = seen + 2;
    return 0;
}

static void
add_twice(long *sum)
{
    struct hd_task *a = hd_task_spawn(add_one, sum);
    struct hd_task *b = hd_task_spawn(add_two, sum);

    HD_CHECK(hd_gather(a, b) == 0);
}

static struct {
    const char *name;
    struct {
        int number;
        long balance;
    } accounts[3];
} bank;

/* bank.accounts[2].balance */
HD_TEST(a_member_of_a_static_variable)
{
    add_twice(&bank.accounts[2].balance);
}

/* hits (in test a_static_variable_of_a_function) */
HD_TEST(a_static_variable_of_a_function)
{
    static long hits;
    add_twice(&hits);
}

/* account.balance (of test a_local_variable_of_a_test) */
HD_TEST(a_local_variable_of_a_test)
{
    struct {
        int number;
        long balance;
    } account = {.number = 1};
    add_twice(&account.balance);
}

static int
settle(void *arg)
{
    long totals[4] = {(long)(arg != NULL)};
    struct hd_task *a = hd_task_spawn(add_one, &totals[3]);
    struct hd_task *b = hd_task_spawn(add_two, &totals[3]);

    HD_CHECK(hd_gather(a, b) == 0);
    return 0;
}

/* totals[3] (of settle in 0.1) */
HD_TEST(a_local_variable_of_a_task)
{
    HD_CHECK(hd_await(hd_task_spawn(settle, NULL)) == 0);
}

struct node {
    struct node *next;
    long value;
};

static struct node *
make_node(void)
{
    struct node *node = malloc(sizeof(*node));
    HD_CHECK(node != NULL);
    node->next = NULL;
    node->value = 0;
    return node;
}

/*
 * 'value' of the struct node that make_node (shared.c:LINE) allocated in the
 * test
 */
HD_TEST(a_member_of_a_block)
{
    struct node *node = make_node();
    add_twice(&node->value);
    free(node);
}

/*
 * '[2].value' of the struct node[5] that test an_element_of_a_block
 * (shared.c:LINE) allocated in the test
 */
HD_TEST(an_element_of_a_block)
{
    struct node *nodes;
    nodes = calloc(5, sizeof(*nodes));
    HD_CHECK(nodes != NULL);
    add_twice(&nodes[2].value);
    free(nodes);
}

static void *
take(size_t bytes)
{
    return calloc(1, bytes);
}

/* byte 8 of the 24 that take (shared.c:LINE) allocated in the test */
HD_TEST(a_block_of_unknown_type)
{
    char *block = take(24);
    HD_CHECK(block != NULL);
    add_twice((long *)(void *)(block + 8));
    free(block);
}
