/*
 * A stack of nodes from which two tasks take: whoever looked before the other
 * took loses a node, and the test notices.
 */
#include <heddle/test.h>

#include <stdlib.h>
#include <string.h>

struct node {
    struct node *next;
    char name[12];
};
struct stack {
    struct node *top;
    int count;
};

static void
push(struct stack *stack, const char *name)
{
    struct node *node = calloc(1, sizeof(*node));
    HD_CHECK(node != NULL);
    strcpy(node->name, name);
    node->next = stack->top;
    stack->top = node;
    stack->count++;
}

static int
take_one(void *arg)
{
    struct stack *stack = arg;
    struct node *node = stack->top;
    HD_TRY(hd_sleep(HD_MS(1)));
    stack->top = node->next;
    stack->count--;
    return 0;
}

HD_TEST(crossed)
{
    struct stack stack = {0};
    push(&stack, "one");
    push(&stack, "two");
    push(&stack, "three");

    struct hd_task *a = hd_task_spawn(take_one, &stack);
    struct hd_task *b = hd_task_spawn(take_one, &stack);
    HD_CHECK(hd_gather(a, b) == 0);

    int left = 0;
    while (stack.top != NULL) {
        struct node *node = stack.top;
        stack.top = node->next;
        free(node);
        left++;
    }
    HD_CHECK(left == stack.count);
}
