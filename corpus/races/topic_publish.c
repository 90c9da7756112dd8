/*
 * A topic and its subscribers, a linked list. Publishing waits for each of them
 * and holds the next one meanwhile; that one leaves and is freed.
 *
 * Shows: use-after-free: a list that changes while it is walked. Fixed: who
 * leaves is marked, and taken out by the publisher once it is through.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct subscriber {
    struct subscriber *next;
    int received;
    bool has_left;
};

struct topic {
    struct subscriber *first;
};

static int
deliver(struct subscriber *subscriber)
{
    HD_TRY(hd_yield());
    subscriber->received++;
    return 0;
}

static void
subscribe(struct topic *topic)
{
    struct subscriber *subscriber = calloc(1, sizeof(*subscriber));

    HD_CHECK(subscriber != NULL);
    subscriber->next = topic->first;
    topic->first = subscriber;
}

static int
publish(void *arg)
{
    struct topic *topic = arg;
    struct subscriber *next = NULL;

    for (struct subscriber *at = topic->first; at != NULL; at = next) {
        next = at->next;
        HD_TRY(deliver(at));
    }
    return 0;
}

static int
second_leaves(void *arg)
{
    struct topic *topic = arg;
    struct subscriber *second = topic->first->next;

    topic->first->next = second->next;
    free(second);
    return 0;
}

static void
sweep(struct topic *topic)
{
    struct subscriber **link = &topic->first;

    while (*link != NULL) {
        struct subscriber *at = *link;
        if (at->has_left) {
            *link = at->next;
            free(at);
        } else {
            link = &at->next;
        }
    }
}

static int
publish_and_sweep(void *arg)
{
    struct topic *topic = arg;

    for (struct subscriber *at = topic->first; at != NULL; at = at->next) {
        if (!at->has_left) {
            HD_TRY(deliver(at));
        }
    }
    sweep(topic);
    return 0;
}

static int
second_says_so(void *arg)
{
    struct topic *topic = arg;

    if (topic->first->next != NULL) {
        topic->first->next->has_left = true;
    }
    return 0;
}

static void
leave_during(hd_fn *publishing, hd_fn *leaving)
{
    struct topic topic = {.first = NULL};

    subscribe(&topic);
    subscribe(&topic);
    struct hd_task *a = hd_task_spawn(publishing, &topic);
    struct hd_task *b = hd_task_spawn(leaving, &topic);
    HD_CHECK(hd_gather(a, b) == 0);
    while (topic.first != NULL) {
        topic.first->has_left = true;
        sweep(&topic);
    }
}

HD_TEST(topic_publish_bad)
{
    leave_during(publish, second_leaves);
}

HD_TEST(topic_publish_fixed)
{
    leave_during(publish_and_sweep, second_says_so);
}
