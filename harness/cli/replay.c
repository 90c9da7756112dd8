#include "cli/replay.h"

#include "cli/tokens.h"
#include "cli/values.h"
#include "explore/stop.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many more lines begin like one. */
static unsigned
count_tokens(FILE *file)
{
    char *line = NULL;
    size_t bytes = 0;
    unsigned count = 0;
    while (getline(&line, &bytes, file) > 0) {
        count += hd_tokens_is_one(line);
    }
    free(line);
    return count;
}

/* The first line of a file that begins like a token; NULL: told why not. */
static char *
read_token_file(const char *name)
{
    FILE *file = fopen(name, "r");
    char *line = NULL;
    size_t bytes = 0;
    if (file == NULL) {
        hd_usage_error(
            "--replay: '%s' is no token (hd1:...), and as a file: %s", name,
            strerror(errno));
        return NULL;
    }
    errno = 0;
    while (getline(&line, &bytes, file) > 0) {
        line[strcspn(line, " \t\r\n")] = '\0';
        if (hd_tokens_is_one(line)) {
            const unsigned more = count_tokens(file);
            fclose(file);
            if (more > 0) {
                fprintf(stderr,
                        "heddle: note: %s has %u tokens, the first is "
                        "replayed\n",
                        name, more + 1);
            }
            return line;
        }
        errno = 0;
    }
    hd_usage_error("--replay: %s: %s", name,
                   errno != 0 ? strerror(errno)
                              : "no line of it begins with hd1");
    free(line);
    fclose(file);
    return NULL;
}

int
hd_replay_read(struct hd_options *options, const char *text)
{
    char error[HD_TOKEN_ERROR_BYTES];
    char *token = hd_tokens_is_one(text) ? strdup(text) : read_token_file(text);
    if (token == NULL) {
        return HD_EXIT_USAGE;
    }
    hd_token_finish(&options->token);
    const bool right = hd_token_read(token, &options->token, error);
    if (!right) {
        hd_usage_error("--replay: %s\n        %.200s", error, token);
    }
    free(token);
    if (!right) {
        return HD_EXIT_USAGE;
    }
    options->settings.replay = &options->token;
    return -1;
}

/* What was asked for is not what the token says: say so. */
static void
note_unheeded(const struct hd_options *options)
{
    const struct hd_rules *rules = &options->settings.rules;
    const struct hd_token *token = &options->token;
    const struct {
        const char *name;
        bool is_unheeded;
    } rows[] = {
        {"order", options->asked_order && rules->order != token->order},
        {"clock", options->asked_clock && rules->clock != token->clock},
        {"points", options->asked_points && rules->points != token->points},
        {"faults", rules->cancels_max + rules->allocs_max > 0 &&
                       (rules->cancels_max != token->faults.cancels ||
                        rules->allocs_max != token->faults.allocs)},
    };
    char text[HD_TOKEN_SETTINGS_BYTES];
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (rows[i].is_unheeded) {
            fprintf(stderr,
                    "heddle: note: --%s is not heeded, a replay goes by its "
                    "token (%s)\n",
                    rows[i].name, hd_token_settings(token, text, sizeof(text)));
        }
    }
}

/* A replay's rules are those of its token, whatever else was asked for. */
int
hd_replay_stop_at(struct hd_options *options, const char *text)
{
    if (strcmp(text, "finding") == 0) {
        options->settings.stop_at = HD_STOP_AT_FINDING;
        return -1;
    }
    return hd_value_count("stop-at", text, 1, UINT32_MAX,
                          &options->settings.stop_at);
}

int
hd_replay_use(struct hd_options *options)
{
    struct hd_settings *settings = &options->settings;
    if (settings->replay != NULL) {
        note_unheeded(options);
        settings->rules.order = (enum hd_order)options->token.order;
        settings->rules.clock = (enum hd_clock)options->token.clock;
        settings->rules.points = (enum hd_points)options->token.points;
        settings->rules.cancels_max = options->token.faults.cancels;
        settings->rules.allocs_max = options->token.faults.allocs;
    } else if (settings->stop_at != 0) {
        return hd_usage_error("--stop-at is for --replay");
    }
    return -1;
}
