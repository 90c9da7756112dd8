/*
 * A context is a list through its nodes, shared from the tail: setting puts a
 * node in front, so a snapshot is a pointer and costs nothing at spawn. A node
 * that nobody else holds is overwritten, so that a task which sets the same
 * variable again and again does not grow.
 */
#include "task/local.h"

#include "base/assert.h"
#include "task/loop.h"
#include <heddle/status.h>

struct hd_locals {
    const struct hd_local *key;
    void *value;
    struct hd_locals *next;
    uint32_t references;
};

/* The head of the current context; NULL where there is none. */
static struct hd_locals **
current(void)
{
    return hd_here.task != NULL ? &hd_here.task->locals : hd_here.locals;
}

struct hd_locals *
hd_locals_snapshot(void)
{
    struct hd_locals **head = current();
    struct hd_locals *locals = head != NULL ? *head : NULL;
    if (locals != NULL) {
        locals->references++;
    }
    return locals;
}

void
hd_locals_drop(struct hd_loop *loop, struct hd_locals *locals)
{
    while (locals != NULL && --locals->references == 0) {
        struct hd_locals *next = locals->next;
        hd_arena_give(loop->arena, locals, sizeof(*locals));
        locals = next;
    }
}

void *
hd_local_get(const struct hd_local *local)
{
    struct hd_locals *const *head = current();
    const struct hd_locals *node = head != NULL ? *head : NULL;
    while (node != NULL && node->key != local) {
        node = node->next;
    }
    return node != NULL ? node->value : local->initial;
}

int
hd_local_set(const struct hd_local *local, void *value)
{
    struct hd_locals **head = current();
    if (head == NULL) {
        return hd_misuse(HD_E_NO_LOOP, HD_PLACE());
    }
    if (*head != NULL && (*head)->key == local && (*head)->references == 1) {
        (*head)->value = value;
        return HD_OK;
    }
    struct hd_locals *node =
        hd_loop_take(hd_here.loop, sizeof(*node), HD_PLACE());
    if (node == NULL) {
        return HD_E_NO_MEMORY;
    }
    /* The list's own reference to its old head becomes the node's. */
    *node = (struct hd_locals){
        .key = local, .value = value, .next = *head, .references = 1};
    *head = node;
    return HD_OK;
}
