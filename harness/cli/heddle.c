/*
 * The command heddle. What explores is the test program itself; this command
 * starts it, and does what concerns more than one program or none.
 */
#include "cli/command.h"

#include "cli/options.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char help_heddle[] =
    "usage: heddle COMMAND [ARGS...]\n"
    "\n"
    "  run       explore a test program\n"
    "  replay    replay one schedule, or all of a file or a directory\n"
    "  merge     unite what the shards of a search have found\n"
    "  cc        compile and link a test whose memory is seen\n"
    "  doctor    what this machine lacks\n"
    "  help      more about a command: heddle help COMMAND\n"
    "\n"
    "  --help, --version\n"
    "\n"
    "exit status: 0 all is well, 1 findings, 2 usage or environment, 3 the\n"
    "program is nondeterministic, 77 nothing to run\n";

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"run", hd_command_run},       {"replay", hd_command_replay},
    {"merge", hd_command_merge},   {"cc", hd_command_cc},
    {"doctor", hd_command_doctor},
};
#define COMMANDS (sizeof(commands) / sizeof(*commands))

int
hd_command_misused(const char *name, const char *format, ...)
{
    va_list args;
    fprintf(stderr, "heddle %s: ", name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\n        heddle help %s shows how it is used\n", name);
    return HD_EXIT_USAGE;
}

int
hd_command_become(char **argv)
{
    execv(argv[0], argv);
    fprintf(stderr, "heddle: cannot start %s: %s\n", argv[0], strerror(errno));
    return HD_EXIT_USAGE;
}

static int
misused(const char *what, const char *name)
{
    fprintf(stderr, "heddle: %s%s\n        heddle --help shows what there is\n",
            what, name);
    return HD_EXIT_USAGE;
}

static int
help(int argc, char **argv)
{
    const char *text = argc > 1 ? hd_command_help(argv[1]) : help_heddle;
    if (text == NULL) {
        return misused("there is no command ", argv[1]);
    }
    fputs(text, stdout);
    return HD_EXIT_CLEAN;
}

/* --help among the options, before what belongs to a program. */
static bool
asks_for_help(int argc, char **argv)
{
    const int end = hd_options_end(argc, argv);
    for (int i = 1; i < end; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

static int
dispatch(int argc, char **argv)
{
    if (strcmp(argv[0], "help") == 0) {
        return help(argc, argv);
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[0], commands[i].name) == 0) {
            if (asks_for_help(argc, argv)) {
                fputs(hd_command_help(argv[0]), stdout);
                return HD_EXIT_CLEAN;
            }
            return commands[i].run(argc, argv);
        }
    }
    return misused(argv[0][0] == '-' ? "there is no option "
                                     : "there is no command ",
                   argv[0]);
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        fputs(help_heddle, stderr);
        return HD_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        return help(1, argv);
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("heddle " HD_VERSION);
        return HD_EXIT_CLEAN;
    }
    return dispatch(argc - 1, argv + 1);
}
