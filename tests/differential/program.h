/*
 * Programs of the differential test, as README.md describes them.
 *
 * One program at a time is held, in storage of its own; reading the next one
 * overwrites it. Words point into the text that was read.
 */
#ifndef DIFFERENTIAL_PROGRAM_H
#define DIFFERENTIAL_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

enum {
    OPS_MAX = 1024,
    WORDS_MAX = 10,
    SECTIONS_MAX = 32,
    CALLBACKS_MAX = 8,
    OBJECTS_MAX = 32,
};

enum policy {
    POLICY_RAISE, /* errors and cancellation go on */
    POLICY_LOG,   /* errors end here, cancellation goes on */
    POLICY_EAT,   /* both end here */
};

struct action;

/*
 * One line. words are its arguments, numbers the same as integers where they
 * are some. body and cleanup are the first ops of what is nested in it.
 */
struct op {
    enum policy policy;
    const struct action *action;
    int line;
    size_t word_count;
    const char *words[WORDS_MAX];
    long numbers[WORDS_MAX];
    struct op *body, *cleanup;
    struct op *next;
};

/* A declared object: "sem 2". */
struct declaration {
    const char *kind;
    long size;
};

struct program {
    const char *name;
    struct declaration objects[OBJECTS_MAX];
    size_t object_count;
    struct op *sections[SECTIONS_MAX];
    struct op *callbacks[CALLBACKS_MAX];
    struct op ops[OPS_MAX];
    size_t op_count;
};

/*
 * Read the next program from *text, which is cut into words, and move *text
 * behind it. False at the end of the text. A malformed program ends the
 * process with a message.
 */
bool program_read(struct program *program, char **text);

/*
 * The programs in a file, NULL for standard input: text to be read from, and
 * freed in the end. What cannot be read ends the process with a message.
 */
char *suite_read(const char *name);

#endif
