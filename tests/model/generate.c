#include "generate.h"

#include "base/random.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

const char *const model_kind_names[MODEL_KINDS] = {
    "plain",  "locks",     "conditions", "awaits", "semaphores", "queues",
    "fifo",   "cancel",    "stop",       "exact",  "jump",       "spawn",
    "values", "coroutine", "blocking",   "ending", "mixed",      "large",
};

/*
 * A program in the making.
 *
 * indent     of the present line.
 * left       steps that the present task may yet have, roughly.
 * registers  of the present task that have a value; handles: that it started.
 */
struct draft {
    struct hd_random random;
    char *text;
    size_t length;
    enum model_kind kind;
    unsigned indent, tasks, procs, registers, handles, started;
    int left;
};

static unsigned
below(struct draft *draft, unsigned bound)
{
    return (unsigned)hd_random_below(&draft->random, bound);
}

static bool
one_in(struct draft *draft, unsigned n)
{
    return below(draft, n) == 0;
}

__attribute__((format(printf, 2, 3))) static void
line(struct draft *draft, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    draft->length += (size_t)snprintf(draft->text + draft->length,
                                      MODEL_TEXT_BYTES - draft->length, "%*s",
                                      (int)draft->indent, "");
    draft->length +=
        (size_t)vsnprintf(draft->text + draft->length,
                          MODEL_TEXT_BYTES - draft->length, format, arguments);
    draft->length += (size_t)snprintf(draft->text + draft->length,
                                      MODEL_TEXT_BYTES - draft->length, "\n");
    va_end(arguments);
}

static char
variable(struct draft *draft)
{
    return "xxyz"[below(draft, 2 + draft->tasks / 3 + draft->tasks / 4)];
}

/* A new register, as its letter. */
static char
new_register(struct draft *draft)
{
    return (char)('a' + draft->registers++ % 8);
}

static void statement(struct draft *draft);

/* Some statements, indented. */
static void
body(struct draft *draft)
{
    draft->indent += 2;
    statement(draft);
    if (one_in(draft, 3)) {
        statement(draft);
    }
    draft->indent -= 2;
}

static bool
may_nest(const struct draft *draft)
{
    return draft->indent < 6 && draft->left > 0;
}

static void
maybe_if(struct draft *draft, char tested)
{
    if (may_nest(draft) && one_in(draft, 2)) {
        line(draft, "if %c == %u:", tested, below(draft, 2));
        body(draft);
    }
}

/* ---- statements ---- */

static void
plain(struct draft *draft)
{
    const char at = variable(draft);
    char to;
    draft->left--;
    switch (below(draft, 7)) {
    case 0:
    case 1:
        to = new_register(draft);
        line(draft, "R %c -> %c", at, to);
        maybe_if(draft, to);
        return;
    case 2:
    case 3:
        line(draft, "W %c %u", at, below(draft, 3));
        return;
    case 4:
        line(draft, "RMW %c _+1", at);
        return;
    case 5:
        to = new_register(draft);
        line(draft, "CAS %c %u %u -> %c", at, below(draft, 2),
             1 + below(draft, 2), to);
        maybe_if(draft, to);
        return;
    default:
        line(draft, "YIELD");
        return;
    }
}

static char
mutex(struct draft *draft)
{
    return "mn"[below(draft, 2)];
}

static void
lock_section(struct draft *draft)
{
    const char at = mutex(draft);
    draft->left -= 2;
    if (one_in(draft, 4)) {
        const char to = new_register(draft);
        line(draft, "TRY %c -> %c", at, to);
        line(draft, "if %c == 1:", to);
        draft->indent += 2;
        statement(draft);
        line(draft, "UNLOCK %c", at);
        draft->indent -= 2;
        return;
    }
    line(draft, "LOCK %c", at);
    if (may_nest(draft)) {
        statement(draft);
    }
    if (!one_in(draft, 8)) {
        line(draft, "UNLOCK %c", at);
    }
}

static void
wait_section(struct draft *draft)
{
    const char to = new_register(draft);
    draft->left -= 4;
    line(draft, "LOCK m");
    line(draft, "R x -> %c", to);
    line(draft, one_in(draft, 2) ? "while %c == 0:" : "if %c == 0:", to);
    draft->indent += 2;
    line(draft, "CWAIT c m");
    line(draft, "R x -> %c", to);
    draft->indent -= 2;
    line(draft, "UNLOCK m");
}

static void
signal_section(struct draft *draft)
{
    const bool locks = one_in(draft, 2);
    draft->left -= locks ? 4 : 2;
    if (locks) {
        line(draft, "LOCK m");
    }
    line(draft, "W x %u", below(draft, 3) > 0);
    line(draft, one_in(draft, 3) ? "BC c" : "SIG c");
    if (locks) {
        line(draft, "UNLOCK m");
    }
}

static void
await(struct draft *draft)
{
    draft->left--;
    line(draft, one_in(draft, 2) ? "AWAIT %c _ > %u" : "AWAIT %c _ == %u",
         variable(draft), below(draft, 2));
}

static void
semaphore(struct draft *draft)
{
    draft->left--;
    line(draft, one_in(draft, 2) ? "P s" : "V s");
}

static void
queue(struct draft *draft)
{
    draft->left--;
    if (one_in(draft, 2)) {
        line(draft, one_in(draft, 4) ? "ENQ q %u" : "SEND q %u",
             below(draft, 3));
        return;
    }
    const char to = new_register(draft);
    line(draft, "RECV q -> %c", to);
    maybe_if(draft, to);
}

static void
in_line(struct draft *draft)
{
    char to;
    draft->left -= 2;
    switch (below(draft, 7)) {
    case 0:
    case 1: {
        const char *at = one_in(draft, 3) ? "l" : "k";
        line(draft, "FLOCK %s", at);
        if (may_nest(draft)) {
            statement(draft);
        }
        line(draft, "FUNLOCK %s", at);
        return;
    }
    case 2:
        line(draft, "FP u");
        return;
    case 3:
        line(draft, "FV u");
        return;
    case 4:
        line(draft, "FSEND h %u", below(draft, 3));
        return;
    case 5:
        to = new_register(draft);
        line(draft, "FRECV h -> %c", to);
        maybe_if(draft, to);
        return;
    default:
        if (one_in(draft, 2)) {
            line(draft, "FSET f %u", below(draft, 3));
        } else {
            line(draft, "FGET f");
        }
        return;
    }
}

/* Another task: one of the first, or one that this task has started. */
static void
disable(struct draft *draft, const char *word)
{
    draft->left--;
    if (draft->handles > 0 && !one_in(draft, 3)) {
        line(draft, "%s t%u", word, below(draft, draft->handles));
    } else {
        line(draft, "%s %u", word, below(draft, draft->tasks));
    }
}

static void
interrupt(struct draft *draft)
{
    disable(draft, one_in(draft, 3) ? "STOP" : "CANCEL");
}

static void
stop(struct draft *draft)
{
    disable(draft, "STOP");
}

static bool
may_start(const struct draft *draft)
{
    return draft->procs > 0 && draft->started < 3 && draft->indent == 2;
}

static void
spawn(struct draft *draft)
{
    draft->left -= 2;
    if (draft->handles > 0 && one_in(draft, 2)) {
        line(draft, "JOIN t%u", below(draft, draft->handles));
    } else if (may_start(draft)) {
        line(draft, "SPAWN p%u -> t%u", below(draft, draft->procs),
             draft->handles++);
        draft->started++;
    } else {
        plain(draft);
    }
}

static void
timer(struct draft *draft)
{
    draft->left -= 2;
    if (draft->handles > 0 && one_in(draft, 3)) {
        disable(draft, "STOP");
    } else if (may_start(draft) && one_in(draft, 2)) {
        line(draft, "ARM %u p%u -> t%u", 1 + below(draft, 2),
             below(draft, draft->procs), draft->handles++);
        draft->started++;
    } else if (one_in(draft, 4)) {
        const char to = new_register(draft);
        line(draft, "NOW -> %c", to);
        maybe_if(draft, to);
    } else {
        line(draft, "SLEEP %u", 1 + below(draft, 2));
    }
}

static void
write_if(struct draft *draft)
{
    const char at = variable(draft);
    char other = variable(draft);
    other = at == other ? (char)(at == 'z' ? 'x' : at + 1) : other;
    draft->left--;
    line(draft, "WIF %c %c %u", at, other, below(draft, 3));
}

static void
value(struct draft *draft)
{
    const char to = new_register(draft);
    draft->left--;
    line(draft, "CHOOSE %u -> %c", 2 + below(draft, 2), to);
    if (one_in(draft, 2)) {
        line(draft, "W %c %c", variable(draft), to);
    } else {
        maybe_if(draft, to);
    }
}

/* ---- kinds ---- */

typedef void statement_fn(struct draft *draft);

/* Each is drawn with the same chance; plain with one more. */
#define STATEMENTS_MAX 12u
static statement_fn *const statements[MODEL_KINDS][STATEMENTS_MAX] = {
    [MODEL_KIND_PLAIN] = {plain},
    [MODEL_KIND_LOCKS] = {lock_section, lock_section},
    [MODEL_KIND_CONDITIONS] = {wait_section, signal_section, lock_section},
    [MODEL_KIND_AWAITS] = {await, plain, plain},
    [MODEL_KIND_SEMAPHORES] = {semaphore, semaphore},
    [MODEL_KIND_QUEUES] = {queue, queue},
    [MODEL_KIND_FIFO] = {in_line, in_line},
    [MODEL_KIND_CANCEL] = {in_line, in_line, interrupt},
    [MODEL_KIND_STOP] = {stop, plain, plain},
    [MODEL_KIND_EXACT] = {timer, timer, plain},
    [MODEL_KIND_JUMP] = {timer, plain},
    [MODEL_KIND_SPAWN] = {spawn, spawn},
    [MODEL_KIND_VALUES] = {value, plain},
    [MODEL_KIND_COROUTINE] = {in_line, in_line, interrupt, timer, spawn, value},
    [MODEL_KIND_BLOCKING] = {lock_section, wait_section, signal_section, await,
                             semaphore, queue, stop, spawn},
    [MODEL_KIND_ENDING] = {lock_section, wait_section, signal_section, stop,
                           stop, interrupt, spawn},
    [MODEL_KIND_MIXED] = {lock_section, wait_section, signal_section, await,
                          semaphore, queue, in_line, in_line, interrupt, timer,
                          spawn, value},
    [MODEL_KIND_LARGE] = {write_if, write_if, plain},
};

static void
statement(struct draft *draft)
{
    unsigned count = 0;
    while (count < STATEMENTS_MAX && statements[draft->kind][count] != NULL) {
        count++;
    }
    const unsigned at = below(draft, count + 1);
    (at < count ? statements[draft->kind][at] : plain)(draft);
}

static void
section(struct draft *draft, int steps)
{
    draft->left = steps;
    draft->registers = draft->handles = 0;
    draft->indent = 2;
    do {
        statement(draft);
    } while (draft->left > 0);
    draft->indent = 0;
}

void
model_generate(enum model_kind kind, uint64_t seed, char text[MODEL_TEXT_BYTES])
{
    struct draft draft = {
        .random = {.state = hd_mix(seed ^ (uint64_t)kind << 56)},
        .text = text,
        .kind = kind,
    };
    const unsigned procs = 1 + below(&draft, 2);
    draft.tasks = 2 + below(&draft, 3) / 2 + one_in(&draft, 4);
    line(&draft, "== %s%llu", model_kind_names[kind], (unsigned long long)seed);
    if (one_in(&draft, 2)) {
        line(&draft, "init: s=%u u=%u", below(&draft, 2), below(&draft, 2));
    }
    if (kind == MODEL_KIND_JUMP ||
        ((kind == MODEL_KIND_COROUTINE || kind == MODEL_KIND_MIXED) &&
         one_in(&draft, 2))) {
        line(&draft, "clock: jump");
    }
    for (unsigned i = 0; i < procs; i++) {
        line(&draft, "proc p%u:", i);
        section(&draft, 1 + (int)below(&draft, 2));
    }
    draft.procs = procs;
    const unsigned steps = 1 + below(&draft, 6) * 2 / draft.tasks;
    for (unsigned i = 0; i < draft.tasks; i++) {
        line(&draft, "T:");
        section(&draft, (int)(steps + below(&draft, 2)));
    }
}
