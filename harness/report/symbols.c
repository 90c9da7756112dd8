/*
 * libbacktrace reads the debug information of the running program and its
 * libraries; dladdr knows the module where that fails. A place is the address
 * after a call, so the call itself is one byte earlier.
 *
 * Its header lies where only gcc finds it, and its archive, too: we say the
 * three functions ourselves (they are as old as gcc 4.8).
 */
#include "report/symbols.h"

#include "base/random.h"
#include "base/sanitize.h"
#include <dlfcn.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#define BODY "hd_test_body_" /* also in test.h: what HD_TEST declares */

/* ---- paths ---- */

const char *
hd_symbol_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* Resolve "." and ".." by spelling, in place. */
static void
normalise(char *path)
{
    char *out = path;
    const char *in = path;
    while (*in != '\0') {
        if (in[0] == '/' && in[1] == '/') {
            in++;
        } else if (strncmp(in, "/./", 3) == 0) {
            in += 2;
        } else if (strncmp(in, "/../", 4) == 0 && out > path) {
            in += 3;
            while (out > path && *--out != '/') {
            }
        } else {
            *out++ = *in++;
        }
    }
    *out = '\0';
}

/* What follows the steps up that a path begins with or contains. */
static const char *
after_steps(const char *raw)
{
    const char *rest = raw;
    for (const char *at = strstr(raw, "../"); at != NULL;
         at = strstr(at + 1, "../")) {
        rest = at + 3;
    }
    return rest;
}

/*
 * The same, if the steps lead back from a build folder inside of the source
 * root, wherever that is; else NULL. base is what raw is relative to.
 */
static const char *
below_source_root(const char *base, const char *raw)
{
    const char *rest = after_steps(raw);
    char root[PATH_MAX];
    if (rest == raw) {
        return NULL;
    }
    snprintf(root, sizeof(root), "%s/%.*s/", base, (int)(rest - raw - 1), raw);
    normalise(root);
    return strlen(root) > 1 ? rest : NULL;
}

static const char *
below_here(const char *path)
{
    char here[PATH_MAX];
    if (getcwd(here, sizeof(here)) == NULL) {
        return NULL;
    }
    const size_t length = strlen(here);
    return strncmp(path, here, length) == 0 && path[length] == '/'
               ? path + length + 1
               : NULL;
}

/* The last three components of a path that is nobody's. */
static const char *
tail(const char *path)
{
    const char *start = path + strlen(path);
    int slashes = 0;
    while (start > path && (start[-1] != '/' || ++slashes < 3)) {
        start--;
    }
    return start;
}

/* ---- where relative paths begin ---- */

/* The folder of the executable, or "" if that is not known. */
static const char *
executable_folder(void)
{
    static char folder[PATH_MAX];
    if (folder[0] == '\0') {
        const char *name = (const char *)(uintptr_t)getauxval(AT_EXECFN);
        if (realpath("/proc/self/exe", folder) == NULL &&
            (name == NULL || realpath(name, folder) == NULL)) {
            return "";
        }
        *strrchr(folder, '/') = '\0';
    }
    return folder;
}

/* base/raw, if there is such a file. */
static bool
is_there(const char *base, const char *raw)
{
    char path[PATH_MAX];
    const int length = snprintf(path, sizeof(path), "%s/%s", base, raw);
    return length < (int)sizeof(path) && access(path, R_OK) == 0;
}

/*
 * What a path as compiled in is relative to: the compiler stood here, or in a
 * folder above the executable. False if the file is in none of them.
 */
static bool
find_base(const char *raw, char *base, size_t bytes)
{
    if (getcwd(base, bytes) != NULL && is_there(base, raw)) {
        return true;
    }
    snprintf(base, bytes, "%s", executable_folder());
    while (base[0] != '\0') {
        if (is_there(base, raw)) {
            return true;
        }
        *strrchr(base, '/') = '\0';
    }
    return false;
}

void
hd_symbol_file(const char *raw, struct hd_symbol_path *out)
{
    char base[PATH_MAX] = "";
    const char *file = NULL;
    if (raw[0] == '/') {
        snprintf(out->path, sizeof(out->path), "%s", raw);
        file = below_source_root("", raw);
    } else if (find_base(raw, base, sizeof(base))) {
        snprintf(out->path, sizeof(out->path), "%s/%s", base, raw);
        file = below_source_root(base, raw);
    } else {
        snprintf(out->path, sizeof(out->path), "%s", after_steps(raw));
    }
    normalise(out->path);
    if (file == NULL) {
        file = below_here(out->path);
    }
    out->file = file != NULL ? file : tail(out->path);
}

/* ---- the module, from the dynamic linker ---- */

static void
set_module(struct hd_symbol *symbol, uint64_t address)
{
    Dl_info info;
    if (dladdr((const void *)(uintptr_t)address, &info) == 0) {
        return;
    }
    symbol->module = hd_symbol_base(info.dli_fname);
    symbol->offset = address - (uint64_t)(uintptr_t)info.dli_fbase;
}

/* ---- the rest, from libbacktrace ---- */

struct lookup {
    struct hd_symbol *symbol;
    bool outermost; /* of functions inlined into each other */
};

struct variable {
    const char *name;
    uint64_t start, size;
};

#ifdef HD_HAS_BACKTRACE

struct backtrace_state;
typedef void backtrace_error(void *data, const char *message, int error);
typedef int backtrace_full(void *data, uintptr_t pc, const char *file, int line,
                           const char *function);
typedef void backtrace_symbol(void *data, uintptr_t pc, const char *name,
                              uintptr_t value, uintptr_t size);
struct backtrace_state *backtrace_create_state(const char *file, int threaded,
                                               backtrace_error *on_error,
                                               void *data);
int backtrace_pcinfo(struct backtrace_state *state, uintptr_t pc,
                     backtrace_full *on_frame, backtrace_error *on_error,
                     void *data);
int backtrace_syminfo(struct backtrace_state *state, uintptr_t address,
                      backtrace_symbol *on_symbol, backtrace_error *on_error,
                      void *data);

static void
ignore(void *data, const char *message, int error)
{
    (void)data;
    (void)message;
    (void)error;
}

/* Where /proc is missing, the kernel still said what it started. */
static struct backtrace_state *
state(void)
{
    static struct backtrace_state *made;
    if (made == NULL) {
        const bool has_proc = access("/proc/self/exe", F_OK) == 0;
        const char *file = (const char *)(uintptr_t)getauxval(AT_EXECFN);
        made = backtrace_create_state(has_proc ? NULL : file, 0, ignore, NULL);
    }
    return made;
}

/* An outer frame takes the place of an inner one. */
static void
forget(const char *text)
{
    free((void *)(uintptr_t)text);
}

static void
set_file(struct hd_symbol *symbol, const char *raw)
{
    struct hd_symbol_path path;
    hd_symbol_file(raw, &path);
    forget(symbol->path);
    forget(symbol->file);
    symbol->path = strdup(path.path);
    symbol->file = strdup(path.file);
}

/* What is put into functions by a mark of memory: it stands for the access. */
static bool
is_mark(const char *function)
{
    return function != NULL && strcmp(function, "hd_access") == 0;
}

static int
take_frame(void *data, uintptr_t pc, const char *file, int line,
           const char *function)
{
    const struct lookup *lookup = data;
    struct hd_symbol *symbol = lookup->symbol;
    (void)pc;
    if (file == NULL) {
        return 0;
    }
    set_file(symbol, file);
    forget(symbol->function);
    symbol->line = line;
    symbol->function = function != NULL ? strdup(function) : NULL;
    return lookup->outermost || is_mark(function) ? 0 : 1;
}

static void
set_place(struct hd_symbol *symbol, uint64_t address, bool outermost)
{
    struct lookup lookup = {.symbol = symbol, .outermost = outermost};
    if (state() != NULL) {
        backtrace_pcinfo(state(), (uintptr_t)address, take_frame, ignore,
                         &lookup);
    }
}

static void
take_variable(void *data, uintptr_t pc, const char *name, uintptr_t value,
              uintptr_t size)
{
    struct variable *variable = data;
    (void)pc;
    variable->name = name;
    variable->start = value;
    variable->size = size;
}

static struct variable
variable_at(uint64_t address)
{
    struct variable variable = {.name = NULL};
    if (state() != NULL) {
        backtrace_syminfo(state(), (uintptr_t)address, take_variable, ignore,
                          &variable);
    }
    return variable;
}

#else

static void
set_place(struct hd_symbol *symbol, uint64_t address, bool outermost)
{
    (void)symbol;
    (void)address;
    (void)outermost;
}

static struct variable
variable_at(uint64_t address)
{
    Dl_info info;
    if (dladdr((const void *)(uintptr_t)address, &info) == 0) {
        return (struct variable){.name = NULL};
    }
    return (struct variable){.name = info.dli_sname,
                             .start = (uint64_t)(uintptr_t)info.dli_saddr};
}

#endif

/* ---- what has been looked up ---- */

struct known {
    uint64_t key; /* 0: empty */
    struct hd_symbol symbol;
};

/* An open table of places; there are as many as the program's text has. */
static struct {
    struct known *slots;
    size_t capacity, count;
} cache;

static struct known *
slot_of(uint64_t key)
{
    size_t at = hd_mix(key) & (cache.capacity - 1);
    while (cache.slots[at].key != 0 && cache.slots[at].key != key) {
        at = (at + 1) & (cache.capacity - 1);
    }
    return &cache.slots[at];
}

static bool
make_room(void)
{
    if (cache.count * 2 < cache.capacity) {
        return true;
    }
    struct known *old = cache.slots;
    const size_t old_capacity = cache.capacity;
    const size_t capacity = old_capacity > 0 ? old_capacity * 2 : 64;
    struct known *slots = calloc(capacity, sizeof(*slots));
    if (slots == NULL) {
        return false;
    }
    cache.slots = slots;
    cache.capacity = capacity;
    for (size_t i = 0; i < old_capacity; i++) {
        if (old[i].key != 0) {
            *slot_of(old[i].key) = old[i];
        }
    }
    free(old);
    return true;
}

static struct hd_symbol
look_up(uint64_t address, bool is_function)
{
    struct hd_symbol symbol = {.file = NULL};
    set_place(&symbol, address, is_function);
    set_module(&symbol, address);
    if (symbol.function == NULL) {
        const char *name = variable_at(address).name; /* it has no lines */
        symbol.function = name != NULL ? strdup(name) : NULL;
    }
    return symbol;
}

static struct hd_symbol
find(uint64_t address, bool is_function)
{
    if (address == 0 || !make_room()) {
        return (struct hd_symbol){.file = NULL};
    }
    struct known *known = slot_of(address << 1 | (uint64_t)is_function);
    if (known->key == 0) {
        known->key = address << 1 | (uint64_t)is_function;
        known->symbol = look_up(address, is_function);
        cache.count++;
    }
    return known->symbol;
}

/* ---- the header's ---- */

struct hd_symbol
hd_symbol_place(uint64_t return_address)
{
    return find(return_address != 0 ? return_address - 1 : 0, false);
}

/* A function that was compiled in parts may have been put into itself. */
struct hd_symbol
hd_symbol_outer(uint64_t return_address)
{
    const uint64_t address = return_address != 0 ? return_address - 1 : 0;
    const struct hd_symbol inner = find(address, false);
    const struct hd_symbol outer = find(address, true);
    const bool is_itself = inner.function != NULL && outer.function != NULL &&
                           strcmp(inner.function, outer.function) == 0;
    return is_itself ? inner : outer;
}

struct hd_symbol
hd_symbol_function(uint64_t address)
{
    return find(address, true);
}

/* A function's own static is "name.3" by gcc, "function.name" by clang. */
static const char *
plain_name(const char *name)
{
    const char *dot = strchr(name, '.');
    const bool is_number = dot != NULL && dot[1] >= '0' && dot[1] <= '9';
    return dot == NULL || is_number ? name : dot + 1;
}

/* ASan adds up to as much again, and no less than 32 bytes, to a variable. */
static bool
holds_several(uint64_t size, size_t unit, uint64_t offset)
{
#ifdef HD_ASAN
    return offset > 0 || size >= 3 * unit;
#else
    (void)offset;
    return size >= 2 * unit && size % unit == 0;
#endif
}

bool
hd_symbol_variable(uint64_t address, size_t unit, char *text, size_t bytes)
{
    const struct variable variable = variable_at(address);
    const bool is_named = variable.name != NULL && variable.name[0] != '\0';
    if (!is_named || (variable.size == 0 && variable.start != address)) {
        return false;
    }
    const char *name = plain_name(variable.name);
    const int length = (int)strcspn(name, ".");
    const uint64_t offset = address - variable.start;
    const bool is_array = unit > 0 && offset % unit == 0 &&
                          holds_several(variable.size, unit, offset);
    if (is_array) {
        snprintf(text, bytes, "%.*s[%zu]", length, name,
                 (size_t)(offset / unit));
    } else if (offset > 0) {
        snprintf(text, bytes, "%.*s+%zu", length, name, (size_t)offset);
    } else {
        snprintf(text, bytes, "%.*s", length, name);
    }
    return true;
}

const char *
hd_symbol_called(const char *function, char *text, size_t bytes)
{
    const bool is_test = strncmp(function, BODY, strlen(BODY)) == 0;
    snprintf(text, bytes, "%s%s", is_test ? "test " : "",
             function + (is_test ? strlen(BODY) : 0));
    return text;
}

const char *
hd_symbol_words(const struct hd_symbol *symbol, char *text, size_t bytes)
{
    char function[HD_SYMBOL_BYTES];
    if (symbol->file != NULL && symbol->function != NULL) {
        snprintf(
            text, bytes, "%s:%d in %s", symbol->file, symbol->line,
            hd_symbol_called(symbol->function, function, sizeof(function)));
    } else if (symbol->file != NULL) {
        snprintf(text, bytes, "%s:%d", symbol->file, symbol->line);
    } else if (symbol->module != NULL) {
        snprintf(text, bytes, "%s+0x%" PRIx64 "%s%s", symbol->module,
                 symbol->offset, symbol->function != NULL ? " in " : "",
                 symbol->function != NULL ? symbol->function : "");
    } else {
        snprintf(text, bytes, "somewhere");
    }
    return text;
}

const char *
hd_symbol_text(uint64_t return_address, char *text, size_t bytes)
{
    const struct hd_symbol symbol = hd_symbol_place(return_address);
    return hd_symbol_words(&symbol, text, bytes);
}
