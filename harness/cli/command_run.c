#include "cli/command.h"

#include "cli/options.h"
#include "cli/program.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* PROGRAM, then its options, then the rest. */
static int
start(char *path, int argc, char **argv, int end)
{
    char **call = calloc((size_t)argc + 1, sizeof(*call));
    int count = 0;
    if (call == NULL) {
        return HD_EXIT_USAGE;
    }
    call[count++] = path;
    for (int i = 1; i < argc; i++) {
        if (i != end) {
            call[count++] = argv[i];
        }
    }
    const int status = hd_command_become(call);
    free(call);
    return status;
}

int
hd_command_run(int argc, char **argv)
{
    char why[512];
    const int end = hd_options_end(argc, argv);
    if (end == argc) {
        return hd_command_misused("run", "which program?");
    }
    char *path = hd_program_find(argv[end]);
    if (path == NULL) {
        return hd_command_misused(
            "run", "there is no program '%s', neither here nor in PATH",
            argv[end]);
    }
    int status = HD_EXIT_USAGE;
    if (hd_program_check(path, why, sizeof(why))) {
        status = start(path, argc, argv, end);
    } else {
        fprintf(stderr, "heddle: %s\n", why);
    }
    free(path);
    return status;
}
