#include "cli/toolchain.h"

#include "cli/program.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_BYTES 4096u
#define CLANG_MIN 14
#define SANITIZERS "-fsanitize=address,undefined"

/* ---- words ---- */

bool
hd_words_add(struct hd_words *words, const char *text)
{
    char *copy = words->count < HD_WORDS_MAX ? strdup(text) : NULL;
    if (copy == NULL) {
        return false;
    }
    words->items[words->count++] = copy;
    words->items[words->count] = NULL;
    return true;
}

void
hd_words_finish(struct hd_words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        free(words->items[i]);
    }
    words->count = 0;
}

static bool
add_all(struct hd_words *words, const struct hd_words *from)
{
    for (size_t i = 0; i < from->count; i++) {
        if (!hd_words_add(words, from->items[i])) {
            return false;
        }
    }
    return true;
}

static bool
add_list(struct hd_words *words, const char *const *from)
{
    for (; *from != NULL; from++) {
        if (!hd_words_add(words, *from)) {
            return false;
        }
    }
    return true;
}

/* ---- where Heddle is ---- */

/* The folder of the command that runs. */
static bool
find_folder(char *folder, size_t bytes)
{
    const ssize_t count = readlink("/proc/self/exe", folder, bytes - 1);
    if (count > 0) {
        folder[count] = '\0';
    } else {
        char *path = hd_program_find(program_invocation_name);
        char *real = path != NULL ? realpath(path, NULL) : NULL;
        snprintf(folder, bytes, "%s", real != NULL ? real : "");
        free(real);
        free(path);
    }
    char *slash = strrchr(folder, '/');
    if (slash == NULL) {
        return false;
    }
    *slash = '\0';
    return true;
}

static bool
add_as(struct hd_toolchain *tools, const char *what, const char *word)
{
    const struct {
        const char *what;
        struct hd_words *words;
    } rows[] = {
        {"compile", &tools->compile},      {"link", &tools->link},
        {"hooked", &tools->hooked},        {"plain", &tools->plain},
        {"aware", &tools->aware},          {"wrap", &tools->wrapped},
        {"sanitized", &tools->sanitizers},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (strcmp(rows[i].what, what) == 0) {
            return hd_words_add(rows[i].words, word);
        }
    }
    return false;
}

/* One line: what it is for, and a word, in which %p is the prefix. */
static bool
take_line(struct hd_toolchain *tools, char *line, const char *prefix)
{
    char word[PATH_BYTES];
    char *text = strchr(line, ' ');
    if (text == NULL) {
        return true;
    }
    *text++ = '\0';
    char *mark = strstr(text, "%p");
    const int before = mark != NULL ? (int)(mark - text) : (int)strlen(text);
    snprintf(word, sizeof(word), "%.*s%s%s", before, text,
             mark != NULL ? prefix : "", mark != NULL ? mark + 2 : "");
    return add_as(tools, line, word);
}

static bool
read_place(struct hd_toolchain *tools, const char *name, const char *prefix)
{
    char line[PATH_BYTES];
    FILE *file = fopen(name, "r");
    bool read = file != NULL;
    while (read && fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        read = take_line(tools, line, prefix);
    }
    if (file != NULL) {
        fclose(file);
    }
    return read;
}

/* In a build tree the file is beside the command, else under the prefix. */
static bool
find_heddle(struct hd_toolchain *tools)
{
    char folder[PATH_BYTES];
    char name[PATH_BYTES + 64];
    if (!find_folder(folder, sizeof(folder))) {
        return false;
    }
    snprintf(name, sizeof(name), "%s/heddle-cc.txt", folder);
    if (access(name, R_OK) == 0) {
        return read_place(tools, name, folder);
    }
    const size_t length = strlen(folder);
    const size_t tail = strlen("/" HD_BINDIR);
    if (length < tail || strcmp(folder + length - tail, "/" HD_BINDIR) != 0) {
        return false;
    }
    folder[length - tail] = '\0';
    snprintf(name, sizeof(name), "%s/%s/heddle/heddle-cc.txt", folder,
             HD_LIBDIR);
    return read_place(tools, name, folder);
}

/* ---- which compiler it is ---- */

/* What it predefines, from which its name and version can be read. */
static FILE *
ask_compiler(const char *compiler, pid_t *out_child)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return NULL;
    }
    *out_child = fork();
    if (*out_child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execlp(compiler, compiler, "-dM", "-E", "-x", "c", "/dev/null",
               (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    return fdopen(ends[0], "r");
}

static bool
know_compiler(struct hd_toolchain *tools)
{
    char line[1024];
    int status = -1;
    pid_t child = -1;
    int gcc = 0, clang = 0;
    FILE *out = ask_compiler(tools->compiler, &child);
    if (out == NULL) {
        return false;
    }
    while (fgets(line, sizeof(line), out) != NULL) {
        sscanf(line, "#define __clang_major__ %d", &clang);
        sscanf(line, "#define __GNUC__ %d", &gcc);
    }
    fclose(out);
    tools->is_clang = clang > 0;
    tools->version = clang > 0 ? clang : gcc;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0 &&
           tools->version > 0;
}

static const char *
what_cannot_be(struct hd_toolchain *tools)
{
    /* All of Heddle is instrumented: so is what is linked with it. */
    tools->sanitize |= tools->sanitizers.count > 0;
    if (tools->front == HD_FRONT_DEFAULT) {
        tools->front = !tools->sanitize  ? HD_FRONT_TSAN
                       : tools->is_clang ? HD_FRONT_COVERAGE
                                         : HD_FRONT_NONE;
    }
    if (tools->front == HD_FRONT_TSAN && tools->sanitize) {
        return "-fsanitize=thread does not go together with ASan: "
               "--front=coverage does, with clang";
    }
    if (tools->front == HD_FRONT_COVERAGE && !tools->is_clang) {
        return "--front=coverage needs clang (--compiler=clang); gcc has "
               "--front=tsan, and with ASan only --front=none";
    }
    if (tools->is_clang && tools->version < CLANG_MIN) {
        return "clang is older than 14";
    }
    return NULL;
}

bool
hd_toolchain_find(struct hd_toolchain *tools, char *error, size_t bytes)
{
    if (!find_heddle(tools)) {
        snprintf(
            error, bytes,
            "cannot find Heddle's libraries: heddle-cc.txt is neither "
            "beside the\n        command nor under its prefix, in " HD_LIBDIR
            "/heddle");
        return false;
    }
    if (tools->compiler == NULL) {
        tools->compiler = tools->sanitizers.count > 0 ? "clang" : "cc";
    }
    if (!know_compiler(tools)) {
        snprintf(error, bytes, "'%s' is no C compiler that works here",
                 tools->compiler);
        return false;
    }
    const char *wrong = what_cannot_be(tools);
    if (wrong != NULL) {
        snprintf(error, bytes, "%s", wrong);
    }
    return wrong == NULL;
}

void
hd_toolchain_finish(struct hd_toolchain *tools)
{
    hd_words_finish(&tools->compile);
    hd_words_finish(&tools->link);
    hd_words_finish(&tools->hooked);
    hd_words_finish(&tools->plain);
    hd_words_finish(&tools->aware);
    hd_words_finish(&tools->wrapped);
    hd_words_finish(&tools->sanitizers);
}

/* ---- flags ---- */

static bool
add_formatted(struct hd_words *flags, const char *before, const char *name)
{
    char text[256];
    snprintf(text, sizeof(text), "%s%s", before, name);
    return hd_words_add(flags, text);
}

/* Functions that are called, not expanded in line, can be redirected. */
static bool
keep_calls(const struct hd_toolchain *tools, struct hd_words *flags)
{
    bool fits = hd_words_add(flags, "-U_FORTIFY_SOURCE");
    for (size_t i = 0; fits && i < tools->wrapped.count; i++) {
        if (tools->wrapped.items[i][0] != '_') {
            fits =
                add_formatted(flags, "-fno-builtin-", tools->wrapped.items[i]);
        }
    }
    return fits;
}

bool
hd_toolchain_cflags(const struct hd_toolchain *tools, struct hd_words *flags)
{
    /* It warns of fences, which the real runtime does not know. */
    static const char *const gcc[] = {
        "-fsanitize=thread", "-Wno-tsan",
        "--param=tsan-instrument-func-entry-exit=0", NULL};
    static const char *const clang[] = {"-fsanitize=thread",
                                        "-mllvm",
                                        "-tsan-instrument-func-entry-exit=0",
                                        "-mllvm",
                                        "-tsan-instrument-read-before-write=1",
                                        NULL};
    static const char *const coverage[] = {
        "-fsanitize-coverage=edge,trace-loads,trace-stores", NULL};
    bool fits = add_all(flags, &tools->compile);
    if (tools->front == HD_FRONT_TSAN) {
        fits = fits && add_list(flags, tools->is_clang ? clang : gcc);
    }
    if (tools->front == HD_FRONT_COVERAGE) {
        fits = fits && add_list(flags, coverage);
    }
    if (tools->front != HD_FRONT_NONE) {
        fits = fits && keep_calls(tools, flags);
    }
    return fits && (!tools->sanitize || hd_words_add(flags, SANITIZERS));
}

/* Without hooks; a library for ASan has them in any case. */
static bool
is_plain(const struct hd_toolchain *tools)
{
    return tools->front == HD_FRONT_NONE && !tools->sanitize;
}

bool
hd_toolchain_ldflags(const struct hd_toolchain *tools, struct hd_words *flags)
{
    bool fits = true;
    const size_t count = is_plain(tools) ? 0 : tools->wrapped.count;
    for (size_t i = 0; fits && i < count; i++) {
        fits = add_formatted(flags, "-Wl,--wrap=", tools->wrapped.items[i]);
    }
    if (tools->front == HD_FRONT_COVERAGE) {
        fits = fits && hd_words_add(flags, "-Wl,-u,hd_hooks_of_coverage");
    }
    return fits && hd_words_add(flags, "-fno-sanitize=thread") &&
           (!tools->sanitize || hd_words_add(flags, SANITIZERS));
}

bool
hd_toolchain_libs(const struct hd_toolchain *tools, struct hd_words *flags)
{
    const struct hd_words *lib = is_plain(tools)   ? &tools->plain
                                 : tools->sanitize ? &tools->aware
                                                   : &tools->hooked;
    return hd_words_add(flags, "-Wl,--start-group") && add_all(flags, lib) &&
           add_all(flags, &tools->link) &&
           hd_words_add(flags, "-Wl,--end-group");
}
