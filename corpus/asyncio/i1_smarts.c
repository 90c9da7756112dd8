/*
 * "Idiosyncrasies of AsyncIO", first example: agents that act in tasks of their
 * own, so as not to hold up the simulation; but _act calls the sleep that
 * blocks, and each step takes the 3 seconds all the same. Nobody awaits the
 * task before the loop stops: that it has run by then is the loop's order.
 *
 * Shows: blocking-call; pending-at-close, if tasks may overtake each other.
 */
#include <heddle/test.h>

#include <stdio.h>
#include <unistd.h>

struct job {
    int x, y, product;
};

/* One job per iteration: what it gives is looked at in the next one. */
struct remote_agent {
    struct job jobs[3];
    int job_count;
};

struct agent_manager {
    struct remote_agent remote_agent;
    struct hd_task *task;
};

struct smarts {
    struct hd_loop *loop;
    struct agent_manager agent_manager;
};

struct step {
    struct smarts *smarts;
    int x, y;
};

static int
do_act(void *arg)
{
    struct job *job = arg;

    sleep(3);
    job->product = job->x * job->y;
    hd_return(&job->product);
    return 0;
}

static struct hd_task *
act(struct remote_agent *agent, int x, int y)
{
    struct job *job = &agent->jobs[agent->job_count++];

    *job = (struct job){.x = x, .y = y};
    printf("Action( %d multiply %d ) started\n", x, y);
    return hd_task_spawn(do_act, job);
}

static void
print_action(const char *text, const int *action)
{
    if (action == NULL) {
        printf("%s = None\n", text);
    } else {
        printf("%s = %d\n", text, *action);
    }
}

static int
fetch_action(struct agent_manager *manager, void **out_action)
{
    if (manager->task == NULL) {
        print_action("Fetched first action", NULL);
        *out_action = NULL;
        return 0;
    }
    HD_TRY(hd_await_value(manager->task, out_action));
    print_action("Fetched action", *out_action);
    hd_task_release(manager->task);
    return 0;
}

/* The task outlives the step that starts it, so its handle is retained. */
static void
send_obs(struct agent_manager *manager, int x, int y)
{
    manager->task = hd_task_retain(act(&manager->remote_agent, x, y));
    puts("Task type = struct hd_task *");
}

static void
print_elapsed(const char *text, struct hd_loop *loop, uint64_t start_ns)
{
    printf("%s %.2f seconds.\n", text,
           (double)(hd_loop_now(loop) - start_ns) / 1e9);
}

static int
run_step(void *arg)
{
    struct step *step = arg;
    struct smarts *smarts = step->smarts;
    void *action;

    uint64_t start_ns = hd_loop_now(smarts->loop);
    HD_TRY(fetch_action(&smarts->agent_manager, &action));
    print_elapsed("Fetch operation took", smarts->loop, start_ns);

    start_ns = hd_loop_now(smarts->loop);
    send_obs(&smarts->agent_manager, step->x, step->y);
    print_elapsed("Send operation took", smarts->loop, start_ns);

    hd_return(action);
    return 0;
}

static void
start(struct smarts *smarts)
{
    struct hd_loop *loop = smarts->loop;
    const uint64_t start_ns = hd_loop_now(loop);

    for (int i = 1; i <= 3; i++) {
        const uint64_t iter_ns = hd_loop_now(loop);
        struct step step = {smarts, i, i + 2};
        struct hd_task *task = hd_loop_spawn(loop, run_step, &step);
        void *action = NULL;
        char text[64];

        HD_CHECK(hd_loop_run_until_value(loop, HD_FUTURE(task), &action) == 0);
        snprintf(text, sizeof(text), "Iteration %d fetched action", i);
        print_action(text, action);
        snprintf(text, sizeof(text), "Iteration %d executed in", i);
        print_elapsed(text, loop, iter_ns);
        puts("----------");
    }
    print_elapsed("Program executed in", loop, start_ns);
}

HD_TEST(i1_smarts, .loop = HD_LOOP_NONE)
{
    struct smarts smarts = {.loop = hd_loop_default()};

    puts("-------------------------");
    puts("First analysis of asyncio");
    puts("-------------------------");
    start(&smarts);
    hd_loop_close(smarts.loop);
}
