/*
 * Each check is one question to the machine, and has one cure. Where a tool is
 * asked it is asked for what Heddle will want of it: a compiler compiles.
 */
#include "cli/command.h"

#include "cli/options.h"
#include "cli/program.h"
#include "explore/shared.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum answer {
    FINE,
    LACKS,  /* something that not everybody wants */
    FAILED, /* nothing works without it */
};

/* Has the command, a shell's, succeeded? */
static bool
succeeds(const char *command)
{
    char line[256];
    FILE *out = popen(command, "r");
    if (out == NULL) {
        return false;
    }
    while (fgets(line, sizeof(line), out) != NULL) {
        /* what it says is not needed */
    }
    return pclose(out) == 0;
}

static bool
has_tool(const char *name)
{
    char *path = hd_program_find(name);
    const bool has = path != NULL;
    free(path);
    return has;
}

/* The first line of a file, "" if it cannot be read. */
static const char *
line_of(const char *name)
{
    static char line[256];
    FILE *file = fopen(name, "r");
    line[0] = '\0';
    if (file != NULL) {
        if (fgets(line, sizeof(line), file) != NULL) {
            line[strcspn(line, "\n")] = '\0';
        }
        fclose(file);
    }
    return line;
}

/* ---- the questions ---- */

static enum answer
ask_compiler(void)
{
    return succeeds("echo 'int x;' | cc -std=gnu11 -fsyntax-only -x c - 2>&1")
               ? FINE
               : FAILED;
}

static enum answer
ask_heddle(void)
{
    return succeeds("pkg-config --exists heddle-test 2>&1") ? FINE : LACKS;
}

static enum answer
ask_libuv(void)
{
    return succeeds("echo '#include <uv.h>' | cc -fsyntax-only -x c - 2>&1")
               ? FINE
               : LACKS;
}

static enum answer
ask_context(void)
{
    return succeeds("test -f \"$(cc -print-file-name=libboost_context.a)\"")
               ? FINE
               : LACKS;
}

static enum answer
ask_sanitizers(void)
{
    return succeeds("folder=$(mktemp -d) && echo 'int main(void){return 0;}' |"
                    " cc -fsanitize=address,undefined -o \"$folder/a\" -x c -"
                    " >\"$folder/log\" 2>&1 && \"$folder/a\"; status=$?;"
                    " rm -rf \"$folder\"; exit $status")
               ? FINE
               : LACKS;
}

/* What a search maps: much, of which it uses little. */
static enum answer
ask_memory(void)
{
    const size_t bytes = (size_t)4 << 30;
    void *memory = hd_shared_map(bytes);
    hd_shared_unmap(memory, bytes);
    return memory != NULL ? FINE : FAILED;
}

static enum answer
ask_fork(void)
{
    int status = -1;
    const pid_t child = fork();
    if (child == 0) {
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0
               ? FINE
               : FAILED;
}

static enum answer
ask_proc(void)
{
    return access("/proc/self/maps", R_OK) == 0 ? FINE : LACKS;
}

static enum answer
ask_maps(void)
{
    const char *line = line_of("/proc/sys/vm/max_map_count");
    return line[0] == '\0' || strtoul(line, NULL, 10) >= 65530 ? FINE : LACKS;
}

static enum answer
ask_gdb(void)
{
    return has_tool("gdb") ? FINE : LACKS;
}

static enum answer
ask_ptrace(void)
{
    return strtoul(line_of("/proc/sys/kernel/yama/ptrace_scope"), NULL, 10) < 2
               ? FINE
               : LACKS;
}

static enum answer
ask_perf(void)
{
    const char *line = line_of("/proc/sys/kernel/perf_event_paranoid");
    return has_tool("perf") && strtol(line, NULL, 10) <= 2 ? FINE : LACKS;
}

static enum answer
ask_cores(void)
{
    return line_of("/proc/sys/kernel/core_pattern")[0] != '|' ? FINE : LACKS;
}

static enum answer
ask_parallel(void)
{
    return has_tool("parallel") ? FINE : LACKS;
}

static const struct {
    enum answer (*ask)(void);
    const char *what, *cure;
} rows[] = {
    {ask_compiler, "a C compiler, called cc", "install gcc or clang"},
    {ask_heddle, "heddle-test, known to pkg-config",
     "install Heddle (meson install) and pkg-config, or set\n"
     "          PKG_CONFIG_PATH to where it is"},
    {ask_libuv, "libuv's header, for loops on the real libuv",
     "install libuv1-dev"},
    {ask_context, "Boost.Context, to link test programs",
     "install libboost-context-dev, or configure with -Dcontext=ucontext"},
    {ask_sanitizers, "ASan and UBSan, to find errors of memory",
     "install libasan and libubsan of your gcc (libclang-rt-14-dev for\n"
     "          clang); they also need /proc"},
    {ask_memory, "4 GiB of address space that is used sparingly",
     "raise ulimit -v, or set vm.overcommit_memory to 0 or 1"},
    {ask_fork, "processes may be forked", "raise ulimit -u"},
    {ask_proc, "/proc, for symbols and sanitizers",
     "mount it: mount -t proc proc /proc"},
    {ask_maps, "65 530 mappings a process, for 30 000 tasks",
     "sysctl vm.max_map_count=65530"},
    {ask_gdb, "gdb, for heddle replay --gdb", "install gdb"},
    {ask_ptrace, "a debugger may trace its child",
     "sysctl kernel.yama.ptrace_scope=1"},
    {ask_perf, "perf, to see where time goes",
     "install linux-perf; sysctl kernel.perf_event_paranoid=2"},
    {ask_cores, "cores are not piped to a program (AFL++ wants that)",
     "sysctl kernel.core_pattern=core"},
    {ask_parallel, "GNU parallel, for shards on one machine",
     "install parallel, or use --jobs=N or xargs -P"},
};

int
hd_command_doctor(int argc, char **argv)
{
    static const char *const words[] = {"ok", "lacks", "FAILED"};
    int status = HD_EXIT_CLEAN;
    if (argc > 1) {
        return hd_command_misused("doctor", "'%s' is not understood", argv[1]);
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const enum answer answer = rows[i].ask();
        printf("%-7s %s\n", words[answer], rows[i].what);
        if (answer != FINE) {
            printf("        %s: %s\n", answer == FAILED ? "cure" : "if wanted",
                   rows[i].cure);
        }
        if (answer == FAILED) {
            status = HD_EXIT_USAGE;
        }
        fflush(stdout);
    }
    return status;
}
