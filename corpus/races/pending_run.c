/*
 * Changes ask for a build. One that comes while a build runs asks for another
 * one; several of them ask for one.
 *
 * Near miss: how many builds there are depends on the order; there is one after
 * the last change.
 */
#include <heddle/test.h>

static struct {
    int source, built;
    bool is_wanted, is_running;
    unsigned seconds;
} project;

static int
build(void)
{
    project.is_running = true;
    while (project.is_wanted) {
        project.is_wanted = false;
        const int source = project.source;
        HD_TRY(hd_yield());
        project.built = source;
        project.seconds += 30;
    }
    project.is_running = false;
    return 0;
}

static int
change(void *arg)
{
    (void)arg;
    project.source++;
    project.is_wanted = true;
    return project.is_running ? 0 : build();
}

HD_TEST(pending_run_near)
{
    struct hd_task *a = hd_task_spawn(change, NULL);
    struct hd_task *b = hd_task_spawn(change, NULL);
    struct hd_task *c = hd_task_spawn(change, NULL);

    HD_CHECK(hd_gather(a, b, c) == 0);
}
