/*
 * A token alone becomes the program; several are replayed by one child each,
 * and the worst of their exit statuses is ours.
 */
#include "cli/command.h"

#include "cli/options.h"
#include "cli/program.h"
#include "cli/tokens.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TESTS_MAX 4096u

struct replay {
    char *path;           /* of the program */
    char *const *options; /* of the program, as given */
    int option_count;
    const char *test; /* or NULL */
    bool gdb;
    uint32_t prints[TESTS_MAX]; /* of the tests that are wanted */
    uint32_t print_count;
};

/* ---- one token ---- */

/*
 * gdb stops twice: where Heddle knows that the next step is the finding's, and
 * at the place in the program where that step begins, which it was told.
 */
static const char *const gdb_call[] = {
    "gdb",    "-q",
    "-ex",    "set breakpoint pending on",
    "-ex",    "break hd_stop_here",
    "-ex",    "run",
    "-ex",    "tbreak *(*(void **)&hd_stop_place)",
    "-ex",    "delete 1",
    "-ex",    "continue",
    "--args",
};
#define GDB_WORDS (sizeof(gdb_call) / sizeof(*gdb_call))

static int
run_gdb(char **call, size_t count)
{
    char *path = hd_program_find("gdb");
    char **words = calloc(GDB_WORDS + count + 1, sizeof(*words));
    if (path == NULL || words == NULL) {
        fputs("heddle replay: gdb is not there; install the package gdb, or "
              "replay without\n        --gdb\n",
              stderr);
        free(path);
        free(words);
        return HD_EXIT_USAGE;
    }
    memcpy(words, gdb_call, sizeof(gdb_call));
    memcpy(words + GDB_WORDS, call, count * sizeof(*call));
    words[0] = path;
    const int status = hd_command_become(words);
    free(path);
    free(words);
    return status;
}

/* Become PROGRAM [OPTIONS] --replay=TOKEN [TEST]. */
static int
become(const struct replay *replay, const char *token)
{
    static char stop_at[] = "--stop-at=finding";
    char **call = calloc((size_t)replay->option_count + 5, sizeof(*call));
    char *option = NULL;
    size_t count = 0;
    int status = HD_EXIT_USAGE;
    if (call != NULL && asprintf(&option, "--replay=%s", token) > 0) {
        call[count++] = replay->path;
        for (int i = 0; i < replay->option_count; i++) {
            if (strcmp(replay->options[i], "--gdb") != 0 &&
                strcmp(replay->options[i], "--") != 0) {
                call[count++] = replay->options[i];
            }
        }
        call[count++] = option;
        if (replay->gdb) {
            call[count++] = stop_at;
        }
        if (replay->test != NULL) {
            call[count++] = (char *)(uintptr_t)replay->test;
        }
        status = replay->gdb ? run_gdb(call, count) : hd_command_become(call);
    }
    free(option);
    free(call);
    return status;
}

static int
replay_one(const struct replay *replay, const struct hd_token_line *line)
{
    int status;
    fprintf(stderr, "%s:%u\n", line->file, line->line);
    fflush(stderr);
    const pid_t child = fork();
    if (child == 0) {
        _exit(become(replay, line->text));
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        fprintf(stderr, "heddle replay: %s\n", strerror(errno));
        return HD_EXIT_USAGE;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status)
                             : HD_EXIT_SIGNAL + WTERMSIG(status);
}

/* ---- several ---- */

/* The names that PROGRAM --list prints. */
static bool
read_tests(struct replay *replay)
{
    int ends[2];
    char *line = NULL;
    size_t bytes = 0;
    int status = -1;
    if (pipe(ends) != 0) {
        return false;
    }
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        char list[] = "--list";
        char *call[] = {replay->path, list, NULL};
        _exit(hd_command_become(call));
    }
    close(ends[1]);
    FILE *list = fdopen(ends[0], "r");
    while (list != NULL && getline(&line, &bytes, list) > 0 &&
           replay->print_count < TESTS_MAX) {
        line[strcspn(line, "\n")] = '\0';
        if (replay->test == NULL || strcmp(replay->test, line) == 0) {
            replay->prints[replay->print_count++] =
                hd_token_print_of(replay->path, line);
        }
    }
    free(line);
    if (list != NULL) {
        fclose(list);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static bool
is_ours(const struct replay *replay, uint32_t print)
{
    for (uint32_t i = 0; i < replay->print_count; i++) {
        if (replay->prints[i] == print) {
            return true;
        }
    }
    return false;
}

/* Replay the line if it is ours; false: it is not. */
static bool
take_line(const struct replay *replay, const struct hd_token_line *line,
          int *out_status)
{
    char error[HD_TOKEN_ERROR_BYTES];
    struct hd_token token;
    if (!hd_token_read(line->text, &token, error)) {
        fprintf(stderr, "heddle replay: %s:%u: %s\n", line->file, line->line,
                error);
        *out_status = HD_EXIT_USAGE;
        return true;
    }
    const bool ours = is_ours(replay, token.print);
    hd_token_finish(&token);
    if (ours) {
        *out_status = replay_one(replay, line);
    }
    return ours;
}

/* The worse of two exit statuses: a signal, usage, nondeterminism, findings. */
static int
worse(int a, int b)
{
    static const int order[] = {HD_EXIT_USAGE, HD_EXIT_UNCONTROLLED,
                                HD_EXIT_FINDINGS, HD_EXIT_CLEAN};
    if (a >= HD_EXIT_SIGNAL || b >= HD_EXIT_SIGNAL) {
        return a > b ? a : b;
    }
    for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
        if (a == order[i] || b == order[i]) {
            return order[i];
        }
    }
    return HD_EXIT_USAGE;
}

static int
replay_all(struct replay *replay, const struct hd_token_lines *lines)
{
    size_t replayed = 0;
    size_t shown = 0;
    int worst = HD_EXIT_CLEAN;
    if (!read_tests(replay)) {
        fprintf(stderr, "heddle replay: %s --list does not work\n",
                replay->path);
        return HD_EXIT_USAGE;
    }
    for (size_t i = 0; i < lines->count && worst < HD_EXIT_SIGNAL; i++) {
        int status = HD_EXIT_CLEAN;
        if (take_line(replay, &lines->items[i], &status)) {
            replayed++;
            shown += status == HD_EXIT_FINDINGS;
            worst = worse(worst, status);
        }
    }
    fprintf(stderr, "heddle replay: %zu of %zu tokens replayed, %zu with ",
            replayed, lines->count, shown);
    fputs("findings", stderr);
    if (replayed < lines->count) {
        fprintf(stderr, "; %zu are of other programs or tests",
                lines->count - replayed);
    }
    fputc('\n', stderr);
    return replayed == 0 ? HD_EXIT_NOTHING : worst;
}

/* ---- the command ---- */

static int
replay_files(struct replay *replay, const char *name)
{
    struct hd_token_lines lines = {0};
    const char *unread;
    int status = HD_EXIT_NOTHING;
    if (!hd_tokens_read(&lines, name, &unread)) {
        status = hd_command_misused(
            "replay", "'%s' is no token (hd1:...), and as a file: %s", unread,
            strerror(errno));
    } else if (lines.count == 0) {
        fprintf(stderr,
                "heddle replay: %s: no line of it begins with hd1, nothing to "
                "replay\n",
                name);
    } else if (lines.count == 1) {
        status = become(replay, lines.items[0].text);
    } else if (replay->gdb) {
        status = hd_command_misused(
            "replay", "%s has %zu tokens; --gdb is for one", name, lines.count);
    } else {
        status = replay_all(replay, &lines);
    }
    hd_tokens_finish(&lines);
    return status;
}

static bool
has_gdb(int end, char **argv)
{
    for (int i = 1; i < end; i++) {
        if (strcmp(argv[i], "--gdb") == 0) {
            return true;
        }
    }
    return false;
}

int
hd_command_replay(int argc, char **argv)
{
    static struct replay replay;
    char why[512];
    const int end = hd_options_end(argc, argv);
    if (argc - end < 2 || argc - end > 3) {
        return hd_command_misused(
            "replay", argc - end < 2 ? "a token and a program are needed"
                                     : "one test at most can be named");
    }
    replay = (struct replay){
        .path = hd_program_find(argv[end + 1]),
        .options = argv + 1,
        .option_count = end - 1,
        .test = argc - end == 3 ? argv[end + 2] : NULL,
        .gdb = has_gdb(end, argv),
    };
    int status = HD_EXIT_USAGE;
    if (replay.path == NULL) {
        return hd_command_misused(
            "replay", "there is no program '%s', neither here nor in PATH",
            argv[end + 1]);
    }
    if (!hd_program_check(replay.path, why, sizeof(why))) {
        fprintf(stderr, "heddle: %s\n", why);
    } else if (hd_tokens_is_one(argv[end])) {
        status = become(&replay, argv[end]);
    } else {
        status = replay_files(&replay, argv[end]);
    }
    free(replay.path);
    return status;
}
