/*
 * Expressions of the model language: integers, registers, _ and v('x'), with
 * Python's operators and precedence.
 */
#ifndef TESTS_MODEL_EXPRESSIONS_H
#define TESTS_MODEL_EXPRESSIONS_H

#include "scan.h"

/* Each returns the offset of an expression's first term. */
int16_t model_parse_expression(struct model_scan *scan);

/* Up to a blank: `CAS x i-1 i` has two. */
int16_t model_parse_tight(struct model_scan *scan);

/* A number or the program's parameter, with + and -. */
int32_t model_parse_constant(struct model_scan *scan);

/* register + expression, or register - expression */
int16_t model_parse_change(struct model_scan *scan, int8_t to, bool adds);

/* `(end)` or `(first,end)`, stored by set. */
void model_parse_range(struct model_scan *scan, int8_t first, int8_t end,
                       void (*set)(struct model_scan *, int8_t, int16_t));

int16_t model_term_constant(struct model_scan *scan, int32_t value);
int16_t model_term_register(struct model_scan *scan, int8_t from);
int16_t model_term_below(struct model_scan *scan, int8_t a, int8_t b);
int16_t model_term_increment(struct model_scan *scan, int8_t from);
int16_t model_term_item(struct model_scan *scan, int8_t list, int8_t at);

/* One statement, and on to the next line; parse.c. */
void model_parse_statement(struct model_scan *scan);

#endif
