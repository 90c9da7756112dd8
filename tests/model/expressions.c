#include "expressions.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- terms ---- */

static int16_t
add_term(struct model_scan *scan, enum model_term_kind kind, int32_t value)
{
    struct model *model = scan->model;
    if (model->term_count == MODEL_TERMS_MAX) {
        model_scan_fail(scan, "too many terms");
        return 0;
    }
    model->terms[model->term_count] =
        (struct model_term){.kind = (int32_t)kind, .value = value};
    return (int16_t)model->term_count++;
}

int16_t
model_term_constant(struct model_scan *scan, int32_t value)
{
    const int16_t first = add_term(scan, MODEL_TERM_CONSTANT, value);
    add_term(scan, MODEL_TERM_END, 0);
    return first;
}

int16_t
model_term_register(struct model_scan *scan, int8_t from)
{
    const int16_t first = add_term(scan, MODEL_TERM_REGISTER, from);
    add_term(scan, MODEL_TERM_END, 0);
    return first;
}

int16_t
model_term_below(struct model_scan *scan, int8_t a, int8_t b)
{
    const int16_t first = add_term(scan, MODEL_TERM_REGISTER, a);
    add_term(scan, MODEL_TERM_REGISTER, b);
    add_term(scan, MODEL_TERM_LESS, 0);
    add_term(scan, MODEL_TERM_END, 0);
    return first;
}

int16_t
model_term_increment(struct model_scan *scan, int8_t from)
{
    const int16_t first = add_term(scan, MODEL_TERM_REGISTER, from);
    add_term(scan, MODEL_TERM_CONSTANT, 1);
    add_term(scan, MODEL_TERM_ADD, 0);
    add_term(scan, MODEL_TERM_END, 0);
    return first;
}

int16_t
model_term_item(struct model_scan *scan, int8_t list, int8_t at)
{
    const int16_t first = add_term(scan, MODEL_TERM_REGISTER, at);
    add_term(scan, MODEL_TERM_ITEM, list);
    add_term(scan, MODEL_TERM_END, 0);
    return first;
}

/* ---- parsing: one function per level of precedence ---- */

static void parse_or(struct model_scan *scan);

static bool
take_operator(struct model_scan *scan, const char *text)
{
    return !(scan->tight && *scan->at == ' ') && model_scan_take(scan, text);
}

static void
parse_two(struct model_scan *scan, enum model_term_kind kind)
{
    const bool tight = scan->tight;
    scan->tight = false;
    model_scan_expect(scan, "(");
    parse_or(scan);
    model_scan_expect(scan, ",");
    parse_or(scan);
    model_scan_expect(scan, ")");
    scan->tight = tight;
    add_term(scan, kind, 0);
}

static void
parse_shared(struct model_scan *scan)
{
    char name[MODEL_NAME_BYTES];
    model_scan_expect(scan, "('");
    model_scan_word(scan, name);
    add_term(scan, MODEL_TERM_CELL, model_scan_cell(scan, name, false));
    model_scan_expect(scan, "')");
}

static void
parse_name(struct model_scan *scan)
{
    char name[MODEL_NAME_BYTES];
    model_scan_word(scan, name);
    const int8_t from = model_scan_find_register(scan, name);
    if (from >= 0) {
        add_term(scan, MODEL_TERM_REGISTER, from);
    } else if (strcmp(name, "_") == 0) {
        add_term(scan, MODEL_TERM_OLD, 0);
    } else if (strcmp(name, "min") == 0) {
        parse_two(scan, MODEL_TERM_MINIMUM);
    } else if (strcmp(name, "max") == 0) {
        parse_two(scan, MODEL_TERM_MAXIMUM);
    } else if (strcmp(name, "v") == 0) {
        parse_shared(scan);
    } else if (name[0] != '\0' && strcmp(name, scan->parameter) == 0) {
        add_term(scan, MODEL_TERM_CONSTANT, scan->model->parameter);
    } else {
        model_scan_fail(scan, "an unknown name before");
    }
}

static void
parse_primary(struct model_scan *scan)
{
    if (model_scan_take(scan, "(")) {
        const bool tight = scan->tight;
        scan->tight = false;
        parse_or(scan);
        model_scan_expect(scan, ")");
        scan->tight = tight;
    } else if (model_scan_take(scan, "-")) {
        parse_primary(scan);
        add_term(scan, MODEL_TERM_NEGATE, 0);
    } else if (isdigit((unsigned char)*scan->at)) {
        char *end;
        add_term(scan, MODEL_TERM_CONSTANT,
                 (int32_t)strtol(scan->at, &end, 10));
        scan->at = end;
    } else {
        parse_name(scan);
    }
}

static void
parse_product(struct model_scan *scan)
{
    parse_primary(scan);
    for (;;) {
        if (take_operator(scan, "*")) {
            parse_primary(scan);
            add_term(scan, MODEL_TERM_MULTIPLY, 0);
        } else if (take_operator(scan, "%")) {
            parse_primary(scan);
            add_term(scan, MODEL_TERM_MODULO, 0);
        } else {
            return;
        }
    }
}

static void
parse_sum(struct model_scan *scan)
{
    parse_product(scan);
    for (;;) {
        if (take_operator(scan, "+")) {
            parse_product(scan);
            add_term(scan, MODEL_TERM_ADD, 0);
        } else if (!model_scan_looking_at(scan, "->") &&
                   take_operator(scan, "-")) {
            parse_product(scan);
            add_term(scan, MODEL_TERM_SUBTRACT, 0);
        } else {
            return;
        }
    }
}

static void
parse_comparison(struct model_scan *scan)
{
    static const struct {
        const char *text;
        enum model_term_kind kind;
    } comparisons[] = {
        {"==", MODEL_TERM_EQUAL},         {"!=", MODEL_TERM_UNEQUAL},
        {"<=", MODEL_TERM_LESS_EQUAL},    {"<", MODEL_TERM_LESS},
        {">=", MODEL_TERM_GREATER_EQUAL}, {">", MODEL_TERM_GREATER},
    };
    parse_sum(scan);
    for (size_t i = 0; i < sizeof(comparisons) / sizeof(*comparisons); i++) {
        if (take_operator(scan, comparisons[i].text)) {
            parse_sum(scan);
            add_term(scan, comparisons[i].kind, 0);
            return;
        }
    }
}

static void
parse_not(struct model_scan *scan)
{
    if (model_scan_take(scan, "not ")) {
        parse_not(scan);
        add_term(scan, MODEL_TERM_NOT, 0);
    } else {
        parse_comparison(scan);
    }
}

static void
parse_and(struct model_scan *scan)
{
    parse_not(scan);
    while (take_operator(scan, "and ")) {
        parse_not(scan);
        add_term(scan, MODEL_TERM_AND, 0);
    }
}

static void
parse_or(struct model_scan *scan)
{
    parse_and(scan);
    while (take_operator(scan, "or ")) {
        parse_and(scan);
        add_term(scan, MODEL_TERM_OR, 0);
    }
}

int16_t
model_parse_expression(struct model_scan *scan)
{
    const int16_t first = (int16_t)scan->model->term_count;
    if (model_scan_ends(scan)) {
        model_scan_fail(scan, "an expression is missing");
        return first;
    }
    parse_or(scan);
    add_term(scan, MODEL_TERM_END, 0);
    return first;
}

int16_t
model_parse_tight(struct model_scan *scan)
{
    model_scan_ends(scan); /* skips the blanks before it */
    scan->tight = true;
    const int16_t first = model_parse_expression(scan);
    scan->tight = false;
    return first;
}

int32_t
model_parse_constant(struct model_scan *scan)
{
    const struct model *model = scan->model;
    const int16_t first = (int16_t)model->term_count;
    int32_t stack[8] = {0};
    unsigned count = 0;
    scan->tight = true;
    parse_sum(scan);
    scan->tight = false;
    for (unsigned i = (unsigned)first; i < model->term_count; i++) {
        const struct model_term *term = &model->terms[i];
        if (term->kind == MODEL_TERM_CONSTANT && count < 8) {
            stack[count++] = term->value;
        } else if (term->kind == MODEL_TERM_NEGATE && count > 0) {
            stack[count - 1] = -stack[count - 1];
        } else if (term->kind == MODEL_TERM_ADD && count > 1) {
            count--;
            stack[count - 1] += stack[count];
        } else if (term->kind == MODEL_TERM_SUBTRACT && count > 1) {
            count--;
            stack[count - 1] -= stack[count];
        } else {
            model_scan_fail(scan, "not constant");
        }
    }
    scan->model->term_count = (uint16_t)first;
    return stack[0];
}

int16_t
model_parse_change(struct model_scan *scan, int8_t to, bool adds)
{
    const int16_t first = add_term(scan, MODEL_TERM_REGISTER, to);
    parse_or(scan);
    add_term(scan, adds ? MODEL_TERM_ADD : MODEL_TERM_SUBTRACT, 0);
    add_term(scan, MODEL_TERM_END, 0);
    return first;
}

void
model_parse_range(struct model_scan *scan, int8_t first, int8_t end,
                  void (*set)(struct model_scan *, int8_t, int16_t))
{
    model_scan_expect(scan, "(");
    const int16_t one = model_parse_expression(scan);
    if (model_scan_take(scan, ",")) {
        set(scan, first, one);
        set(scan, end, model_parse_expression(scan));
    } else {
        set(scan, first, model_term_constant(scan, 0));
        set(scan, end, one);
    }
    model_scan_expect(scan, ")");
}
