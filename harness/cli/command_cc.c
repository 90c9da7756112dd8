/*
 * Only the code under test is instrumented, and the flag that does it must not
 * reach the linker, who would bring a runtime of its own: so each source is
 * compiled by itself, and then all are linked.
 */
#include "cli/command.h"

#include "cli/options.h"
#include "cli/toolchain.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDER "/heddle-cc-XXXXXX"

enum role {
    FLAG,   /* for compiling and linking */
    LINKS,  /* for linking only */
    OUTPUT, /* -o */
    SOURCE,
    INPUT, /* for the linker */
};

/* What the arguments ask for. */
struct job {
    struct hd_toolchain *tools;
    char **items;
    int count;
    bool compiles_only, links_alone, has_source, has_input;
    char folder[sizeof(P_tmpdir) + sizeof(FOLDER)];
};

static bool
is_one_of(const char *text, const char *const *words)
{
    while (*words != NULL && strcmp(text, *words) != 0) {
        words++;
    }
    return *words != NULL;
}

static bool
begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Options whose value is the next argument. */
static bool
has_value(const char *text)
{
    static const char *const words[] = {
        "-o",       "-I",       "-D",        "-U",          "-L",
        "-l",       "-x",       "-T",        "-u",          "-z",
        "-e",       "-MF",      "-MT",       "-MQ",         "-include",
        "-imacros", "-isystem", "-iquote",   "-idirafter",  "-iprefix",
        "-Xlinker", "-Xclang",  "-mllvm",    "-Xassembler", "-Xpreprocessor",
        "--param",  "-target",  "-aux-info", NULL};
    return is_one_of(text, words);
}

static enum role
role_of(const char *text)
{
    static const char *const sources[] = {".c",   ".i",   ".s", ".S",  ".cc",
                                          ".cpp", ".cxx", ".C", ".ii", NULL};
    static const char *const linking[] = {
        "-shared",   "-static",     "-pie",      "-no-pie",
        "-rdynamic", "-r",          "-T",        "-u",
        "-z",        "-e",          "-L",        "-l",
        "-Xlinker",  "-static-pie", "-nostdlib", "-nostartfiles",
        NULL};
    const char *dot = strrchr(text, '.');
    if (strcmp(text, "-") == 0) {
        return SOURCE; /* what comes in */
    }
    if (text[0] != '-') {
        return dot != NULL && is_one_of(dot, sources) ? SOURCE : INPUT;
    }
    if (strcmp(text, "-o") == 0) {
        return OUTPUT;
    }
    if (is_one_of(text, linking) || begins(text, "-Wl,") ||
        begins(text, "-l") || begins(text, "-L") || begins(text, "-fuse-ld")) {
        return LINKS;
    }
    return FLAG;
}

static void
look(struct job *job)
{
    static const char *const only[] = {"-c", "-S",  "-E", "-fsyntax-only",
                                       "-M", "-MM", NULL};
    static const char *const alone[] = {"-shared", "-r", NULL};
    for (int i = 0; i < job->count; i++) {
        const char *text = job->items[i];
        job->compiles_only |= is_one_of(text, only);
        job->links_alone |= is_one_of(text, alone);
        job->has_source |= role_of(text) == SOURCE;
        job->has_input |= role_of(text) == INPUT || begins(text, "-l");
        i += has_value(text);
    }
}

/* ---- running the compiler ---- */

/* Returns its exit status. */
static int
run(const struct hd_words *line)
{
    int status = -1;
    const pid_t child = fork();
    if (child == 0) {
        execvp(line->items[0], line->items);
        perror(line->items[0]);
        _exit(HD_EXIT_USAGE);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("heddle cc");
        return HD_EXIT_USAGE;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : HD_EXIT_USAGE;
}

static int
run_or_complain(const struct hd_words *line, bool fits)
{
    return fits ? run(line)
                : hd_command_misused("cc", "there are too many arguments");
}

/*
 * gcc would instrument when it links, and there is told not to: so it does all
 * of its work now.
 */
static bool
add_last(const struct job *job, struct hd_words *line)
{
    const struct hd_toolchain *tools = job->tools;
    return tools->is_clang || tools->front != HD_FRONT_TSAN ||
           hd_words_add(line, "-fno-lto");
}

/* Compile only, or something that is neither compiling nor linking. */
static int
pass_on(const struct job *job)
{
    struct hd_words line = {0};
    bool fits = hd_words_add(&line, job->tools->compiler);
    if (job->has_source) {
        fits = fits && hd_toolchain_cflags(job->tools, &line);
    }
    for (int i = 0; fits && i < job->count; i++) {
        fits = hd_words_add(&line, job->items[i]);
    }
    if (job->has_source) {
        fits = fits && add_last(job, &line);
    }
    const int status = run_or_complain(&line, fits);
    hd_words_finish(&line);
    return status;
}

/* Where the object of the argument goes. */
static void
name_object(const struct job *job, int index, char *name, size_t bytes)
{
    const char *slash = strrchr(job->items[index], '/');
    const char *base = slash != NULL ? slash + 1 : job->items[index];
    snprintf(name, bytes, "%s/%d-%s.o", job->folder, index, base);
}

/* One of the sources, with all that concerns compiling. */
static int
compile(const struct job *job, int index)
{
    struct hd_words line = {0};
    char object[512];
    bool fits = hd_words_add(&line, job->tools->compiler) &&
                hd_toolchain_cflags(job->tools, &line);
    for (int i = 0; fits && i < job->count; i++) {
        const char *text = job->items[i];
        const enum role role = role_of(text);
        if (role == FLAG) {
            fits = hd_words_add(&line, text) &&
                   (!has_value(text) || i + 1 == job->count ||
                    hd_words_add(&line, job->items[i + 1]));
        }
        if (i == index) {
            fits = fits && hd_words_add(&line, text);
        }
        i += has_value(text);
    }
    name_object(job, index, object, sizeof(object));
    fits = fits && add_last(job, &line) && hd_words_add(&line, "-c") &&
           hd_words_add(&line, "-o") && hd_words_add(&line, object);
    const int status = run_or_complain(&line, fits);
    hd_words_finish(&line);
    return status;
}

/* All the arguments, sources being objects now. */
static int
link_all(const struct job *job)
{
    struct hd_words line = {0};
    char object[512];
    bool fits = hd_words_add(&line, job->tools->compiler);
    for (int i = 0; fits && i < job->count; i++) {
        const char *text = job->items[i];
        if (strcmp(text, "-lheddle-test") == 0) {
            continue; /* ours has all of it */
        }
        if (begins(text, "-x")) { /* objects are no source any more */
            i += has_value(text);
            continue;
        }
        if (role_of(text) == SOURCE &&
            (i == 0 || !has_value(job->items[i - 1]))) {
            name_object(job, i, object, sizeof(object));
            text = object;
        }
        fits = hd_words_add(&line, text);
    }
    fits = fits && hd_toolchain_ldflags(job->tools, &line) &&
           (job->links_alone || hd_toolchain_libs(job->tools, &line));
    const int status = run_or_complain(&line, fits);
    hd_words_finish(&line);
    return status;
}

static void
remove_objects(const struct job *job)
{
    char object[512];
    for (int i = 0; i < job->count; i++) {
        if (role_of(job->items[i]) == SOURCE) {
            name_object(job, i, object, sizeof(object));
            unlink(object);
            object[strlen(object) - 1] = 'd'; /* of -MD */
            unlink(object);
        }
    }
    rmdir(job->folder);
}

static int
compile_and_link(struct job *job)
{
    int status = 0;
    snprintf(job->folder, sizeof(job->folder), "%s%s", P_tmpdir, FOLDER);
    if (mkdtemp(job->folder) == NULL) {
        perror(job->folder);
        return HD_EXIT_USAGE;
    }
    for (int i = 0; i < job->count && status == 0; i++) {
        if (role_of(job->items[i]) == SOURCE) {
            status = compile(job, i);
        }
        i += has_value(job->items[i]);
    }
    if (status == 0) {
        status = link_all(job);
    }
    remove_objects(job);
    return status;
}

/* ---- options ---- */

static int
print_flags(const struct hd_toolchain *tools, const char *what)
{
    struct hd_words flags = {0};
    bool fits = false;
    if (strcmp(what, "cflags") == 0) {
        fits = hd_toolchain_cflags(tools, &flags);
    } else if (strcmp(what, "libs") == 0) {
        fits = hd_toolchain_ldflags(tools, &flags) &&
               hd_toolchain_libs(tools, &flags);
    }
    if (!fits) {
        hd_words_finish(&flags);
        return hd_command_misused("cc", "--print=cflags or --print=libs");
    }
    for (size_t i = 0; i < flags.count; i++) {
        printf("%s%c", flags.items[i], i + 1 < flags.count ? ' ' : '\n');
    }
    hd_words_finish(&flags);
    return HD_EXIT_CLEAN;
}

/* False: it is none of ours; what follows is the compiler's. */
static bool
take_option(struct hd_toolchain *tools, const char *text,
            const char **out_print)
{
    static const char *const fronts[] = {"tsan", "coverage", "none"};
    if (begins(text, "--compiler=")) {
        tools->compiler = text + strlen("--compiler=");
        return true;
    }
    if (begins(text, "--print=")) {
        *out_print = text + strlen("--print=");
        return true;
    }
    if (strcmp(text, "--sanitize") == 0) {
        tools->sanitize = true;
        return true;
    }
    for (size_t i = 0; i < sizeof(fronts) / sizeof(*fronts); i++) {
        if (begins(text, "--front=") &&
            strcmp(text + strlen("--front="), fronts[i]) == 0) {
            tools->front = (enum hd_front)(HD_FRONT_TSAN + i);
            return true;
        }
    }
    return false;
}

static int
drive(struct hd_toolchain *tools, char **items, int count)
{
    struct job job = {.tools = tools, .items = items, .count = count};
    look(&job);
    if (job.compiles_only || (!job.has_source && !job.has_input)) {
        return pass_on(&job);
    }
    return job.has_source ? compile_and_link(&job) : link_all(&job);
}

int
hd_command_cc(int argc, char **argv)
{
    static struct hd_toolchain tools;
    const char *print = NULL;
    char error[512];
    int from = 1;
    while (from < argc && take_option(&tools, argv[from], &print)) {
        from++;
    }
    if (from < argc && begins(argv[from], "--front=")) {
        return hd_command_misused("cc", "there is no %s: tsan, coverage, none",
                                  argv[from]);
    }
    if (from == argc && print == NULL) {
        return hd_command_misused("cc", "nothing to compile");
    }
    if (!hd_toolchain_find(&tools, error, sizeof(error))) {
        fprintf(stderr, "heddle cc: %s\n", error);
        hd_toolchain_finish(&tools);
        return HD_EXIT_USAGE;
    }
    const int status = print != NULL ? print_flags(&tools, print)
                                     : drive(&tools, argv + from, argc - from);
    hd_toolchain_finish(&tools);
    return status;
}
