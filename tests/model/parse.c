/*
 * The text of a program becomes a table of lines.
 *
 * A line is read once, from left to right; blocks are told by indentation, as
 * in Python. The first mistake is kept with its line, and the rest is read on
 * without harm.
 */
#include "expressions.h"
#include "model.h"
#include "scan.h"

#include <stdio.h>
#include <string.h>

/*
 * The operands of each step, in turn: x cell, m second cell, e expression, t
 * expression up to a blank, b the second such, p procedure with arguments,
 * > an optional result.
 */
static const struct {
    const char *word, *operands;
} steps[MODEL_STEPS + 1] = {
    [MODEL_R] = {"R", "x>"},
    [MODEL_W] = {"W", "xe"},
    [MODEL_RMW] = {"RMW", "xe>"},
    [MODEL_CAS] = {"CAS", "xtb>"},
    [MODEL_LOCK] = {"LOCK", "x"},
    [MODEL_UNLOCK] = {"UNLOCK", "x"},
    [MODEL_TRY] = {"TRY", "x>"},
    [MODEL_AWAIT] = {"AWAIT", "xe"},
    [MODEL_CWAIT] = {"CWAIT", "xm"},
    [MODEL_SIG] = {"SIG", "x"},
    [MODEL_BC] = {"BC", "x"},
    [MODEL_P] = {"P", "x"},
    [MODEL_V] = {"V", "x"},
    [MODEL_SEND] = {"SEND", "xe"},
    [MODEL_RECV] = {"RECV", "x>"},
    [MODEL_ENQ] = {"ENQ", "xe"},
    [MODEL_SPAWN] = {"SPAWN", "p>"},
    [MODEL_JOIN] = {"JOIN", "e"},
    [MODEL_YIELD] = {"YIELD", ""},
    [MODEL_FLOCK] = {"FLOCK", "x"},
    [MODEL_FUNLOCK] = {"FUNLOCK", "x"},
    [MODEL_FP] = {"FP", "x"},
    [MODEL_FV] = {"FV", "x"},
    [MODEL_FSEND] = {"FSEND", "xe"},
    [MODEL_FRECV] = {"FRECV", "x>"},
    [MODEL_FSET] = {"FSET", "xe"},
    [MODEL_FGET] = {"FGET", "x>"},
    [MODEL_CANCEL] = {"CANCEL", "e"},
    [MODEL_STOP] = {"STOP", "e"},
    [MODEL_ARM] = {"ARM", "tp>"},
    [MODEL_SLEEP] = {"SLEEP", "e"},
    [MODEL_NOW] = {"NOW", ">"},
    [MODEL_CHOOSE] = {"CHOOSE", "e>"},
    [MODEL_WIF] = {"WIF", "xme"},
    [MODEL_ASSERT] = {"ASSERT", "e"},
};

/* ---- lines of code ---- */

static int16_t
emit(struct model_scan *scan, struct model_line line)
{
    struct model *model = scan->model;
    if (model->code_count == MODEL_CODE_MAX) {
        model_scan_fail(scan, "too many lines");
        return 0;
    }
    model->code[model->code_count] = line;
    return (int16_t)model->code_count++;
}

static struct model_line
blank_line(enum model_op op)
{
    return (struct model_line){.op = (uint8_t)op,
                               .to = -1,
                               .cell = -1,
                               .index = -1,
                               .mutex = -1,
                               .mutex_index = -1,
                               .a = -1,
                               .b = -1};
}

static int16_t
here(const struct model_scan *scan)
{
    return (int16_t)scan->model->code_count;
}

static void
emit_set(struct model_scan *scan, int8_t to, int16_t value)
{
    struct model_line line = blank_line(MODEL_SET);
    line.to = to;
    line.a = value;
    emit(scan, line);
}

static int16_t
emit_jump(struct model_scan *scan, enum model_op op, int16_t condition,
          int16_t target)
{
    struct model_line line = blank_line(op);
    line.a = condition;
    line.target = target;
    return emit(scan, line);
}

/* ---- operands ---- */

static void
parse_cell(struct model_scan *scan, int16_t *out_cell, int16_t *out_index)
{
    char name[MODEL_NAME_BYTES];
    model_scan_word(scan, name);
    *out_index = -1;
    const bool indexed = *scan->at == '[';
    *out_cell = model_scan_cell(scan, name, indexed);
    if (indexed) {
        scan->at++;
        *out_index = model_parse_expression(scan);
        model_scan_expect(scan, "]");
    }
}

/* Arguments become registers 0, 1, ... of the new task. */
static void
parse_start(struct model_scan *scan, struct model_line *line)
{
    char name[MODEL_NAME_BYTES];
    model_scan_word(scan, name);
    line->target = model_scan_proc(scan, name);
    int8_t values[4];
    while (line->arguments < 4 && !model_scan_ends(scan) &&
           !model_scan_looking_at(scan, "->")) {
        const int8_t hidden = model_scan_hidden(scan, 1);
        emit_set(scan, hidden, model_parse_tight(scan));
        values[line->arguments++] = hidden;
    }
    line->first_argument = line->arguments > 0 ? values[0] : -1;
}

static void
parse_operand(struct model_scan *scan, char kind, struct model_line *line)
{
    char name[MODEL_NAME_BYTES];
    switch (kind) {
    case 'x':
        parse_cell(scan, &line->cell, &line->index);
        return;
    case 'm':
        parse_cell(scan, &line->mutex, &line->mutex_index);
        return;
    case 'e':
        line->a = model_parse_expression(scan);
        return;
    case 't':
        line->a = model_parse_tight(scan);
        return;
    case 'b':
        line->b = model_parse_tight(scan);
        return;
    case 'p':
        parse_start(scan, line);
        return;
    default:
        if (model_scan_take(scan, "->")) {
            model_scan_word(scan, name);
            line->to = model_scan_register(scan, name);
        }
        return;
    }
}

static bool
parse_step(struct model_scan *scan, const char *word)
{
    for (unsigned op = 0; op <= MODEL_STEPS; op++) {
        if (strcmp(steps[op].word, word) == 0) {
            struct model_line line = blank_line((enum model_op)op);
            for (const char *kind = steps[op].operands; *kind != '\0'; kind++) {
                parse_operand(scan, *kind, &line);
            }
            scan->model->timed |= op == MODEL_ARM || op == MODEL_SLEEP;
            emit(scan, line);
            return true;
        }
    }
    return false;
}

/* ---- statements ---- */

static void parse_block(struct model_scan *scan, unsigned indent);

/* What follows a colon: the rest of the line, or the lines indented more. */
static void
parse_body(struct model_scan *scan)
{
    const unsigned indent = scan->indent;
    model_scan_expect(scan, ":");
    if (!model_scan_ends(scan)) {
        model_parse_statement(scan);
        return;
    }
    model_scan_next_line(scan);
    if (scan->at == NULL || scan->indent <= indent) {
        model_scan_fail(scan, "a body is missing");
        return;
    }
    parse_block(scan, scan->indent);
}

/* Where every `break` since the mark goes. */
static void
land_breaks(struct model_scan *scan, unsigned mark)
{
    while (scan->break_count > mark) {
        scan->model->code[scan->breaks[--scan->break_count]].target =
            here(scan);
    }
}

static void
parse_while(struct model_scan *scan)
{
    const unsigned mark = scan->break_count;
    const int16_t top = here(scan);
    const int16_t out =
        emit_jump(scan, MODEL_UNLESS, model_parse_expression(scan), 0);
    parse_body(scan);
    emit_jump(scan, MODEL_JUMP, -1, top);
    scan->model->code[out].target = here(scan);
    land_breaks(scan, mark);
}

static void
parse_if(struct model_scan *scan)
{
    const unsigned indent = scan->indent;
    const int16_t out =
        emit_jump(scan, MODEL_UNLESS, model_parse_expression(scan), 0);
    parse_body(scan);
    scan->model->code[out].target = here(scan);
    if (scan->at != NULL && scan->indent == indent &&
        model_scan_take(scan, "else")) {
        const int16_t skip = emit_jump(scan, MODEL_JUMP, -1, 0);
        scan->model->code[out].target = here(scan);
        parse_body(scan);
        scan->model->code[skip].target = here(scan);
    }
}

/* `for k in range(a,b)` and `for c in list`: two hidden registers count. */
static void
parse_for(struct model_scan *scan)
{
    char name[MODEL_NAME_BYTES];
    const unsigned mark = scan->break_count;
    model_scan_word(scan, name);
    const int8_t variable = model_scan_register(scan, name);
    model_scan_expect(scan, "in");
    const int8_t at = model_scan_hidden(scan, 2);
    const int8_t end = (int8_t)(at + 1);
    int8_t list = -1;
    if (model_scan_take(scan, "range")) {
        model_parse_range(scan, at, end, emit_set);
    } else {
        model_scan_word(scan, name);
        list = model_scan_register(scan, name);
        emit_set(scan, at, model_term_constant(scan, 0));
        emit_set(scan, end, model_term_register(scan, list));
    }
    const int16_t top = here(scan);
    const int16_t out =
        emit_jump(scan, MODEL_UNLESS, model_term_below(scan, at, end), 0);
    emit_set(scan, variable,
             list < 0 ? model_term_register(scan, at)
                      : model_term_item(scan, list, at));
    emit_set(scan, at, model_term_increment(scan, at));
    parse_body(scan);
    emit_jump(scan, MODEL_JUMP, -1, top);
    scan->model->code[out].target = here(scan);
    land_breaks(scan, mark);
}

/* `x = e`, `x -= e`, `x += e`, `l = []`, `l.append(x)` */
static void
parse_assignment(struct model_scan *scan, const char *name)
{
    if (model_scan_take(scan, ".append")) {
        struct model_line line = blank_line(MODEL_APPEND);
        line.to = model_scan_register(scan, name);
        line.a = model_parse_expression(scan);
        emit(scan, line);
        return;
    }
    if (model_scan_take(scan, "-=") || model_scan_take(scan, "+=")) {
        const bool adds = scan->at[-2] == '+';
        const int8_t to = model_scan_register(scan, name);
        emit_set(scan, to, model_parse_change(scan, to, adds));
        return;
    }
    model_scan_expect(scan, "=");
    if (model_scan_take(scan, "[]")) {
        const int8_t list = model_scan_list(scan, name);
        emit_set(scan, list, model_term_constant(scan, 0));
        return;
    }
    const int16_t value = model_parse_expression(scan);
    emit_set(scan, model_scan_register(scan, name), value);
}

static void
parse_break(struct model_scan *scan)
{
    if (scan->break_count == MODEL_BREAKS_MAX) {
        model_scan_fail(scan, "too many breaks");
        return;
    }
    scan->breaks[scan->break_count++] = emit_jump(scan, MODEL_JUMP, -1, 0);
}

void
model_parse_statement(struct model_scan *scan)
{
    char word[MODEL_NAME_BYTES];
    model_scan_word(scan, word);
    if (strcmp(word, "while") == 0) {
        parse_while(scan);
        return;
    }
    if (strcmp(word, "if") == 0) {
        parse_if(scan);
        return;
    }
    if (strcmp(word, "for") == 0) {
        parse_for(scan);
        return;
    }
    if (strcmp(word, "break") == 0) {
        parse_break(scan);
    } else if (!parse_step(scan, word)) {
        parse_assignment(scan, word);
    }
    if (!model_scan_ends(scan)) {
        model_scan_fail(scan, "not understood");
    }
    model_scan_next_line(scan);
}

static void
parse_block(struct model_scan *scan, unsigned indent)
{
    while (scan->at != NULL && scan->indent >= indent && !scan->failed) {
        model_parse_statement(scan);
    }
}

/* ---- sections ---- */

static void
add_tasks(struct model_scan *scan, int16_t entry, int32_t first, int32_t last)
{
    struct model *model = scan->model;
    for (int32_t i = first; i <= last; i++) {
        if (model->start_count == MODEL_TASKS_MAX) {
            model_scan_fail(scan, "too many tasks");
            return;
        }
        model->starts[model->start_count++] =
            (struct model_start){.entry = entry, .parameter = i};
    }
}

/* `T:` and `T[i=1..N]:` */
static void
parse_tasks(struct model_scan *scan)
{
    int32_t first = 0, last = 0;
    model_scan_forget_registers(scan);
    if (model_scan_take(scan, "[")) {
        char name[MODEL_NAME_BYTES];
        model_scan_word(scan, name);
        model_scan_register(scan, name);
        model_scan_expect(scan, "=");
        first = model_parse_constant(scan);
        model_scan_expect(scan, "..");
        last = model_parse_constant(scan);
        model_scan_expect(scan, "]");
    }
    add_tasks(scan, here(scan), first, last);
    parse_body(scan);
    emit(scan, blank_line(MODEL_END));
}

/* `proc w:` and `proc w a b:` */
static void
parse_proc(struct model_scan *scan)
{
    char name[MODEL_NAME_BYTES];
    model_scan_forget_registers(scan);
    model_scan_word(scan, name);
    const int16_t proc = model_scan_proc(scan, name);
    scan->model->procs[proc] = here(scan);
    while (!scan->failed && !model_scan_looking_at(scan, ":")) {
        model_scan_word(scan, name);
        model_scan_register(scan, name);
    }
    parse_body(scan);
    emit(scan, blank_line(MODEL_END));
}

/* `init: a=5 b[1]=2` */
static void
parse_initial(struct model_scan *scan)
{
    struct model *model = scan->model;
    while (!model_scan_ends(scan) && !scan->failed) {
        char name[MODEL_NAME_BYTES];
        int32_t offset = 0;
        model_scan_word(scan, name);
        const bool indexed = model_scan_take(scan, "[");
        const int16_t cell = model_scan_cell(scan, name, indexed);
        if (indexed) {
            offset = model_parse_constant(scan);
            model_scan_expect(scan, "]");
        }
        model_scan_expect(scan, "=");
        model->initials[model->initial_count++] = (struct model_initial){
            .cell = (int16_t)(cell + offset),
            .value = model_parse_constant(scan),
        };
    }
    model_scan_next_line(scan);
}

static void
parse_section(struct model_scan *scan)
{
    if (model_scan_take(scan, "proc ")) {
        parse_proc(scan);
    } else if (model_scan_take(scan, "init:")) {
        parse_initial(scan);
    } else if (model_scan_take(scan, "final:")) {
        scan->model->final = model_parse_expression(scan);
        model_scan_next_line(scan);
    } else if (model_scan_take(scan, "clock:")) {
        scan->model->jumps = model_scan_take(scan, "jump");
        model_scan_next_line(scan);
    } else if (model_scan_looking_at(scan, "pub:") ||
               model_scan_looking_at(scan, "note:") ||
               model_scan_looking_at(scan, "dpor:")) {
        model_scan_next_line(scan);
    } else {
        model_scan_expect(scan, "T");
        parse_tasks(scan);
    }
}

/* `== name`, `== name N=2,3`: the name, and what its parameter is called. */
static void
parse_title(struct model_scan *scan)
{
    struct model *model = scan->model;
    if (!model_scan_take(scan, "==")) {
        snprintf(model->name, sizeof(model->name), "unnamed");
        return;
    }
    model_scan_word(scan, model->name);
    if (!model_scan_ends(scan)) {
        model_scan_word(scan, scan->parameter);
    }
    model_scan_next_line(scan);
}

bool
model_compile(struct model *model, const char *text, int32_t parameter,
              char error[MODEL_ERROR_BYTES])
{
    struct model_scan scan = {.model = model, .next = text};
    memset(model, 0, sizeof(*model));
    model->final = -1;
    model->parameter = parameter;
    model_scan_next_line(&scan);
    parse_title(&scan);
    while (scan.at != NULL && !scan.failed &&
           !model_scan_looking_at(&scan, "==")) {
        parse_section(&scan);
    }
    if (!scan.failed && model->start_count == 0) {
        model_scan_fail(&scan, "no tasks");
    }
    for (unsigned i = 0; i < model->proc_count; i++) {
        if (model->procs[i] < 0) {
            model_scan_fail(&scan, "a procedure is missing");
        }
    }
    snprintf(error, MODEL_ERROR_BYTES, "%s", scan.error);
    return !scan.failed;
}
