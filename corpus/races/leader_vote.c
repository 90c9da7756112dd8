/*
 * Nodes elect a leader: who sees that there is none asks the others, and
 * becomes it. Two do, and both think so.
 *
 * Shows: lost-update of the leader. Fixed: who was asked for counts; whoever
 * comes second looks again and follows.
 */
#include <heddle/test.h>

struct cluster {
    int leader;
    int term;
};

struct node {
    struct cluster *cluster;
    int number;
    bool leads;
};

static int
ask_others(void)
{
    return hd_sleep(HD_MS(15));
}

static int
stand(void *arg)
{
    struct node *node = arg;
    struct cluster *cluster = node->cluster;

    if (cluster->leader != 0) {
        return 0;
    }
    HD_TRY(ask_others());
    cluster->leader = node->number;
    node->leads = true;
    return 0;
}

static int
stand_unless_led(void *arg)
{
    struct node *node = arg;
    struct cluster *cluster = node->cluster;

    HD_TRY(ask_others());
    if (cluster->leader == 0) {
        cluster->leader = node->number;
        node->leads = true;
    }
    return 0;
}

static void
elect(hd_fn *how)
{
    struct cluster cluster = {.leader = 0};
    struct node first = {&cluster, 1, false};
    struct node second = {&cluster, 2, false};

    struct hd_task *a = hd_task_spawn(how, &first);
    struct hd_task *b = hd_task_spawn(how, &second);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(leader_vote_bad)
{
    elect(stand);
}

HD_TEST(leader_vote_fixed)
{
    elect(stand_unless_led);
}
