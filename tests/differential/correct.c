/*
 * Explores programs of a suite as a test program's tests are explored: with all
 * detectors, and as many schedules as are asked for. What is right by
 * construction (generate_correct.py) must stay without a finding.
 *
 * usage: correct [OPTIONS] FILE
 *
 *     --schedules=N            of each program under each settings (500)
 *     --settings=ORDER,CLOCK,POINTS   any,exact,suspend; may be repeated
 *     --shard=K/N              only the K-th of N parts of the suite
 *     --broken                 the programs are not right: a finding in 95 of
 *                              100 is good, and none is shown
 *
 * Half of the programs are the main task of a fresh loop; of the others some
 * make and close a loop of their own, and some leave that to hd_run.
 */
#include "interpret.h"

#include "explore/explore.h"
#include "report/report.h"
#include <heddle/test.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SETTINGS_MAX = 8,
    BROKEN_FOUND_PERCENT_MIN = 95,
};

struct session {
    struct hd_settings settings[SETTINGS_MAX];
    size_t settings_count;
    unsigned long schedules, shard, shards;
    bool broken;
    const char *file;
    unsigned long programs, found;
    unsigned long long executions;
};

/*
 * What the test's body is. Its state is restored by the explorer.
 */

/* No op lacks its object: else the program is more harmless than it looks. */
static void
doubt(const struct frame *frame, int line, const char *name, const char *status)
{
    (void)frame;
    if (strcmp(status, "none") == 0 || strcmp(status, "limit") == 0) {
        hd_check_failed(state.program.name, line, name, hd_check_begin());
    }
}

static int
run_main(void *arg)
{
    state.listener = doubt;
    const int status = main_run(arg);
    objects_finish();
    return status;
}

static void
body_on_a_loop(void)
{
    HD_CHECK(run_main(NULL) == HD_OK);
}

static void
body_with_its_own_loop(void)
{
    struct hd_loop *loop = hd_loop_create();
    HD_CHECK(hd_loop_run_fn(loop, run_main, NULL) == HD_OK);
    HD_CHECK(hd_loop_close(loop) == HD_OK);
    hd_loop_destroy(loop);
}

static void
body_with_hd_run(void)
{
    HD_CHECK(hd_run(run_main, NULL) == HD_OK);
}

/*
 * One program.
 */

static void
tell(const struct hd_discovery *discovery, void *context)
{
    const struct session *session = context;
    char settings[HD_TOKEN_SETTINGS_BYTES];
    char *token = hd_token_write(discovery->token);
    if (!session->broken && token != NULL) {
        const struct hd_story story = {
            .program = "correct",
            .test = discovery->test->name,
            .finding = discovery->finding,
            .log = discovery->log,
            .names = discovery->names,
            .settings =
                hd_token_settings(discovery->token, settings, sizeof(settings)),
            .token = token,
            .executions = discovery->executions,
            .reproduced = discovery->reproduced,
            .replays = discovery->replays,
            .deviations_found = (uint32_t)discovery->deviations_found,
            .deviations_left = (uint32_t)discovery->deviations_left,
        };
        hd_report_text(&story, stdout);
        fflush(stdout);
    }
    free(token);
}

/* Whether anything was found under these settings. */
static bool
explore(struct session *session, const struct hd_settings *settings)
{
    static void (*const bodies[])(void) = {body_with_its_own_loop,
                                           body_on_a_loop, body_with_hd_run,
                                           body_on_a_loop};
    const unsigned long turn = session->programs % 4;
    const struct hd_test test = {
        .name = state.program.name,
        .body = bodies[turn],
        .loop = turn % 2 == 0 ? HD_LOOP_NONE : HD_LOOP_FRESH,
        .file = __FILE__,
        .line = __LINE__,
    };
    struct hd_verdict verdict;
    char error[200];
    if (!hd_explore_test(settings, &test, tell, session, &verdict, error,
                         sizeof(error)) ||
        verdict.unable || verdict.interrupted) {
        const char *what = verdict.unable ? "a worker could not start" : error;
        fprintf(stderr, "correct: %s: %s\n", test.name,
                verdict.interrupted ? "interrupted" : what);
        exit(2);
    }
    session->executions += verdict.executions;
    return verdict.finding_count > 0;
}

static void
explore_program(struct session *session)
{
    bool found = false;
    for (size_t i = 0; i < session->settings_count && !found; i++) {
        session->settings[i].schedules = session->schedules;
        session->settings[i].no_shrink = session->broken;
        found = explore(session, &session->settings[i]);
    }
    session->found += found;
    if (found != session->broken) {
        printf("%s: %s\n", state.program.name,
               found ? "found something" : "found nothing");
    }
}

/*
 * The suite.
 */

static void
refuse(const char *what)
{
    fprintf(stderr, "correct: %s\n", what);
    exit(2);
}

static void
add_settings(struct session *session, const char *text)
{
    char order[8], clock[8], points[8];
    if (session->settings_count == SETTINGS_MAX ||
        sscanf(text, "%7[a-z],%7[a-z],%7[a-z]", order, clock, points) != 3) {
        refuse(text);
    }
    struct hd_settings *settings =
        &session->settings[session->settings_count++];
    *settings = (struct hd_settings){
        .program = "correct",
        .strategy = "auto",
        .seed = 1,
        .rules = HD_RULES_DEFAULT,
        .watchdog = HD_WATCHDOG_DEFAULT,
    };
    settings->rules.order =
        strcmp(order, "loop") == 0 ? HD_ORDER_LOOP : HD_ORDER_ANY;
    settings->rules.clock =
        strcmp(clock, "jump") == 0 ? HD_CLOCK_JUMP : HD_CLOCK_EXACT;
    settings->rules.points =
        strcmp(points, "await") == 0 ? HD_POINTS_AWAIT : HD_POINTS_SUSPEND;
}

static void
read_arguments(struct session *session, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (strncmp(word, "--settings=", 11) == 0) {
            add_settings(session, word + 11);
        } else if (strcmp(word, "--broken") == 0) {
            session->broken = true;
        } else if (sscanf(word, "--schedules=%lu", &session->schedules) != 1 &&
                   sscanf(word, "--shard=%lu/%lu", &session->shard,
                          &session->shards) != 2) {
            session->file = word;
        }
    }
    if (session->settings_count == 0) {
        add_settings(session, "any,exact,suspend");
    }
    if (session->file == NULL || session->shards == 0) {
        refuse("usage: correct [OPTIONS] FILE");
    }
}

int
main(int argc, char **argv)
{
    struct session session = {.schedules = 500, .shards = 1};
    read_arguments(&session, argc, argv);

    char *const suite = suite_read(session.file);
    char *text = suite;
    for (unsigned long i = 0; program_read(&state.program, &text); i++) {
        if (i % session.shards == session.shard % session.shards) {
            explore_program(&session);
            session.programs++;
        }
        memset(&state, 0, sizeof(state));
    }
    free(suite);

    printf("%lu programs, %llu executions, %lu with findings\n",
           session.programs, session.executions, session.found);
    if (session.broken) {
        return session.found * 100 <
               session.programs * BROKEN_FOUND_PERCENT_MIN;
    }
    return session.programs == 0 || session.found > 0;
}
