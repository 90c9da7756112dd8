#include "cli/session.h"

#include "cli/live.h"
#include "explore/checkpoint.h"
#include "report/race.h"
#include "report/report.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void
hd_session_complain(const char *format, ...)
{
    va_list args;
    fputs("heddle: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

/* ---- what was found, a line each ---- */

void
hd_session_list(struct hd_session *session)
{
    session->listed_count = 0;
    session->list = open_memstream(&session->listed, &session->listed_bytes);
}

static void
list_add(struct hd_session *session, const char *kind, const char *message)
{
    if (session->list != NULL) {
        fprintf(session->list, "       %s: %s\n", kind, message);
        session->listed_count++;
    }
}

/* Below the verdict, which names kinds only; one finding needs no list. */
void
hd_session_end_list(struct hd_session *session)
{
    if (session->list == NULL) {
        return;
    }
    fclose(session->list);
    if (session->listed_count > 1 &&
        session->options->settings.verbosity >= 0) {
        fputs(session->listed, session->results);
        fflush(session->results);
    }
    free(session->listed);
    session->list = NULL;
}

/* ---- telling a finding ---- */

static void
save_schedule(struct hd_session *session, const struct hd_discovery *discovery,
              const char *message, const char *token)
{
    const char *name = discovery->settings->save_schedule;
    FILE *file = fopen(name, "a");
    if (file != NULL) {
        fprintf(file, "# %s in %s: %s\n%s\n", discovery->finding->kind,
                discovery->test->name, message, token);
    }
    if (file == NULL || fclose(file) != 0) {
        session->unable = true;
        hd_session_complain("cannot write %s: %s", name, strerror(errno));
    }
}

/* The run of a sampler, as a token that names it; NULL: it has no such name. */
static char *
recipe_of(const struct hd_discovery *discovery)
{
    struct hd_token recipe = *discovery->token;
    const char *text = discovery->strategy_text;
    if (discovery->of_search || !hd_plan_has_recipe(discovery->strategy)) {
        return NULL;
    }
    recipe.is_recipe = true;
    recipe.schedule = (struct hd_schedule){0};
    recipe.seed = discovery->settings->seed;
    recipe.run = discovery->run;
    snprintf(recipe.strategy, sizeof(recipe.strategy), "%s%s%s",
             discovery->strategy->name, text[0] != '\0' ? ":" : "", text);
    return hd_token_write(&recipe);
}

/* Keep it for whoever resumes or merges. What a search lacks is not kept. */
static void
keep_finding(const struct hd_discovery *discovery, const struct hd_story *story,
             const char *message)
{
    struct hd_checkpoint *checkpoint = discovery->settings->checkpoint;
    struct hd_story plain = *story;
    char *report = NULL;
    size_t bytes;
    FILE *to = open_memstream(&report, &bytes);
    if (to == NULL) {
        return;
    }
    plain.color = false;
    hd_report_text(&plain, to);
    fputc('\n', to);
    fclose(to);
    hd_checkpoint_note(
        checkpoint, story->test,
        &(struct hd_kept_finding){.kind = story->finding->kind,
                                  .message = message,
                                  .token = story->token,
                                  .report = report,
                                  .signature = story->finding->signature});
    free(report);
}

void
hd_session_tell(const struct hd_discovery *discovery, void *context)
{
    struct hd_session *session = context;
    char settings[HD_TOKEN_SETTINGS_BYTES];
    char message[HD_FINDING_MESSAGE_BYTES];
    hd_live_erase();
    char *token = hd_token_write(discovery->token);
    char *recipe = recipe_of(discovery);
    if (token == NULL) {
        return;
    }
    const struct hd_story story = {
        .program = discovery->settings->program,
        .test = discovery->test->name,
        .finding = discovery->finding,
        .log = discovery->log,
        .names = discovery->names,
        .settings =
            hd_token_settings(discovery->token, settings, sizeof(settings)),
        .token = token,
        .recipe = recipe,
        .labels = discovery->labels,
        .passing = discovery->passing,
        .order = discovery->order,
        .executions = discovery->executions,
        .of_search = discovery->of_search,
        .reproduced = discovery->reproduced,
        .replays = discovery->replays,
        .deviations_found = (uint32_t)discovery->deviations_found,
        .deviations_left = (uint32_t)discovery->deviations_left,
        .fewer = discovery->fewer,
        .color = discovery->settings->color,
    };
    hd_race_message(&story, message, sizeof(message));
    list_add(session, discovery->finding->kind, message);
    if (discovery->settings->verbosity >= 0) {
        hd_report_text(&story, session->reports);
        if (discovery->settings->verbosity > 0 && !discovery->of_search) {
            fprintf(session->reports, "  trace:   %016llx\n",
                    (unsigned long long)discovery->digest);
        }
        fputc('\n', session->reports);
        fflush(session->reports);
    }
    if (discovery->settings->save_schedule != NULL && !discovery->of_search) {
        save_schedule(session, discovery, message, token);
    }
    if (discovery->settings->checkpoint != NULL && !discovery->of_search) {
        keep_finding(discovery, &story, message);
    }
    free(token);
    free(recipe);
}

/* What was found before the search was interrupted. */
void
hd_session_tell_kept(struct hd_session *session, const struct hd_test *test)
{
    const struct hd_settings *settings = &session->options->settings;
    struct hd_kept_finding kept;
    for (uint32_t i = 0; settings->checkpoint != NULL &&
                         hd_checkpoint_finding(&settings->checkpoint->kept,
                                               test->name, i, &kept);
         i++) {
        list_add(session, kept.kind, kept.message);
        if (settings->verbosity >= 0) {
            fputs(kept.report, session->reports);
            fflush(session->reports);
        }
    }
}
