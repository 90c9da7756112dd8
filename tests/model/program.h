/*
 * A program of the model language, compiled: what parse.c makes of a text and
 * machine.c executes.
 *
 * The language is that of the published counts (programs.txt begins with its
 * syntax): one line is one atomic step, everything between steps is local and
 * free. Sizes are small and fixed, so that the state of an execution can be
 * copied: brute force lives on that.
 */
#ifndef TESTS_MODEL_PROGRAM_H
#define TESTS_MODEL_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_TASKS_MAX 16u
#define MODEL_CELLS_MAX 96u
#define MODEL_REGISTERS_MAX 24u
#define MODEL_CODE_MAX 256u
#define MODEL_TERMS_MAX 1024u
#define MODEL_PROCS_MAX 8u
#define MODEL_NAMES_MAX 24u
#define MODEL_NAME_BYTES 16u
#define MODEL_ARRAY_CELLS 8u /* an indexed variable has so many elements */
#define MODEL_LIST_ITEMS 6u  /* a list of handles holds so many */

/* What a line does. Those before MODEL_STEPS are steps, the others local. */
enum model_op {
    MODEL_R,
    MODEL_W,
    MODEL_RMW,
    MODEL_CAS,
    MODEL_LOCK,
    MODEL_UNLOCK,
    MODEL_TRY,
    MODEL_AWAIT,
    MODEL_CWAIT,
    MODEL_SIG,
    MODEL_BC,
    MODEL_P,
    MODEL_V,
    MODEL_SEND,
    MODEL_RECV,
    MODEL_ENQ,
    MODEL_SPAWN,
    MODEL_JOIN,
    MODEL_YIELD,
    MODEL_FLOCK,
    MODEL_FUNLOCK,
    MODEL_FP,
    MODEL_FV,
    MODEL_FSEND,
    MODEL_FRECV,
    MODEL_FSET,
    MODEL_FGET,
    MODEL_CANCEL,
    MODEL_STOP,
    MODEL_ARM,
    MODEL_SLEEP,
    MODEL_NOW,
    MODEL_CHOOSE,
    MODEL_WIF,
    MODEL_STEPS,
    MODEL_ASSERT = MODEL_STEPS,
    MODEL_SET,
    MODEL_APPEND,
    MODEL_JUMP,
    MODEL_UNLESS,
    MODEL_END,
};

/*
 * One line. Expressions are offsets into the program's terms, -1 for none.
 *
 * cell, index    what it works on: a cell, and which one of an array's.
 * mutex, mutex_index   the same for the second operand of CWAIT.
 * a, b           operands; arguments of SPAWN and ARM are in the registers
 *                first_argument and following, counted by arguments.
 * to             register for the result, -1 for none.
 * target         line to jump to, or the procedure that is started.
 */
struct model_line {
    uint8_t op, arguments;
    int8_t to, first_argument;
    int16_t cell, index, mutex, mutex_index, a, b, target;
};

/* Postfix: each term takes its operands from a stack. */
enum model_term_kind {
    MODEL_TERM_CONSTANT,
    MODEL_TERM_REGISTER,
    MODEL_TERM_OLD,  /* the _ of RMW and AWAIT */
    MODEL_TERM_CELL, /* v('x'), at the end of an execution */
    MODEL_TERM_ITEM, /* of a list: its register is value, its index popped */
    MODEL_TERM_ADD,
    MODEL_TERM_SUBTRACT,
    MODEL_TERM_MULTIPLY,
    MODEL_TERM_MODULO,
    MODEL_TERM_EQUAL,
    MODEL_TERM_UNEQUAL,
    MODEL_TERM_LESS,
    MODEL_TERM_LESS_EQUAL,
    MODEL_TERM_GREATER,
    MODEL_TERM_GREATER_EQUAL,
    MODEL_TERM_AND,
    MODEL_TERM_OR,
    MODEL_TERM_NOT,
    MODEL_TERM_NEGATE,
    MODEL_TERM_MINIMUM,
    MODEL_TERM_MAXIMUM,
    MODEL_TERM_END,
};
struct model_term {
    int32_t kind, value;
};

/* Where a task begins; a T section's parameter is register 0. */
struct model_start {
    int16_t entry;
    int32_t parameter;
};

struct model_name {
    char text[MODEL_NAME_BYTES];
    int16_t cell;
    bool indexed;
};

struct model_initial {
    int16_t cell;
    int32_t value;
};

/*
 * parameter   the N or S that it was compiled with, 0 if it has none.
 * jumps       its clock may jump: the clock is an actor.
 * timed       it has timers.
 */
struct model {
    char name[40];
    int32_t parameter;
    bool jumps, timed;
    uint16_t code_count, term_count;
    uint8_t name_count, proc_count, start_count, initial_count, cell_count;
    int16_t final;
    struct model_line code[MODEL_CODE_MAX];
    struct model_term terms[MODEL_TERMS_MAX];
    struct model_name names[MODEL_NAMES_MAX];
    int16_t procs[MODEL_PROCS_MAX];
    struct model_start starts[MODEL_TASKS_MAX];
    struct model_initial initials[MODEL_CELLS_MAX];
};

#endif
