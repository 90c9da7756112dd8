#include "program.h"

#include "actions.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * One pass over the lines. `tail` is where the next op is linked in; a stack
 * remembers which block is open, and where to go on after its end.
 */
enum {
    DEPTH_MAX = 64
};

struct reader {
    struct program *program;
    struct op **tail;
    struct op *open[DEPTH_MAX];
    size_t depth;
    int line;
};

static void
reject(const struct reader *reader, const char *why)
{
    fprintf(stderr, "program %s, line %d: %s\n",
            reader->program->name ? reader->program->name : "?", reader->line,
            why);
    exit(2);
}

/* Cut one line off the text, without its newline; NULL at the end. */
static char *
line_cut(char **text)
{
    char *line = *text;
    if (*line == '\0') {
        return NULL;
    }
    char *end = strchr(line, '\n');
    if (end == NULL) {
        *text = line + strlen(line);
        return line;
    }
    *end = '\0';
    *text = end + 1;
    return line;
}

static size_t
words_cut(char *line, const char *words[static WORDS_MAX + 2])
{
    size_t count = 0;
    char *rest = NULL;
    for (char *word = strtok_r(line, " ", &rest);
         word != NULL && count < WORDS_MAX + 2;
         word = strtok_r(NULL, " ", &rest)) {
        words[count++] = word;
    }
    return count;
}

static enum policy
policy_named(const struct reader *reader, const char *word)
{
    static const char *const names[] = {"raise", "log", "eat"};
    for (int policy = POLICY_RAISE; policy <= POLICY_EAT; policy++) {
        if (strcmp(word, names[policy]) == 0) {
            return (enum policy)policy;
        }
    }
    reject(reader, "unknown policy");
    return POLICY_RAISE;
}

static void
op_read(struct reader *reader, const char *const *words, size_t count)
{
    struct program *program = reader->program;
    if (count < 2 || program->op_count == OPS_MAX || reader->tail == NULL) {
        reject(reader, "an op out of place");
    }
    struct op *op = &program->ops[program->op_count++];
    *op = (struct op){.policy = policy_named(reader, words[0]),
                      .action = action_named(words[1]),
                      .line = reader->line,
                      .word_count = count - 2};
    if (op->action == NULL) {
        reject(reader, words[1]);
    }
    for (size_t i = 0; i < op->word_count; i++) {
        op->words[i] = words[i + 2];
        op->numbers[i] = strtol(words[i + 2], NULL, 10);
    }
    *reader->tail = op;
    reader->tail = &op->next;
    if (op->action->block) {
        if (reader->depth == DEPTH_MAX) {
            reject(reader, "nested too deep");
        }
        reader->open[reader->depth++] = op;
        reader->tail = &op->body;
    }
}

static void
block_close(struct reader *reader, bool cleanup_follows)
{
    if (reader->depth == 0) {
        reject(reader, "an end without a block");
    }
    struct op *op = reader->open[reader->depth - 1];
    if (cleanup_follows) {
        reader->tail = &op->cleanup;
        return;
    }
    reader->depth--;
    reader->tail = &op->next;
}

static void
list_open(struct reader *reader, struct op **lists, size_t lists_max,
          const char *number)
{
    const unsigned long index = strtoul(number, NULL, 10);
    if (index >= lists_max) {
        reject(reader, "too many sections or callbacks");
    }
    reader->tail = &lists[index];
    reader->line = 0;
    reader->depth = 0;
}

static void
object_read(struct reader *reader, const char *const *words, size_t count)
{
    struct program *program = reader->program;
    if (program->object_count == OBJECTS_MAX) {
        reject(reader, "too many objects");
    }
    program->objects[program->object_count++] = (struct declaration){
        .kind = words[0],
        .size = count > 1 ? strtol(words[1], NULL, 10) : 0,
    };
}

static void
line_read(struct reader *reader, const char *const *words, size_t count)
{
    struct program *program = reader->program;
    if (strcmp(words[0], "section") == 0 && count == 2) {
        list_open(reader, program->sections, SECTIONS_MAX, words[1]);
    } else if (strcmp(words[0], "callback") == 0 && count == 2) {
        list_open(reader, program->callbacks, CALLBACKS_MAX, words[1]);
    } else if (reader->tail == NULL) {
        object_read(reader, words, count);
    } else {
        reader->line++;
        if (strcmp(words[0], "end") == 0) {
            block_close(reader, false);
        } else if (strcmp(words[0], "finally") == 0) {
            block_close(reader, true);
        } else {
            op_read(reader, words, count);
        }
    }
}

bool
program_read(struct program *program, char **text)
{
    struct reader reader = {.program = program};
    *program = (struct program){0};
    while (**text != '\0') {
        const bool starts = strncmp(*text, "program ", 8) == 0;
        if (starts && program->name != NULL) {
            return true;
        }
        const char *words[WORDS_MAX + 2];
        const size_t count = words_cut(line_cut(text), words);
        if (count == 0) {
            continue;
        }
        if (starts && count == 2) {
            program->name = words[1];
        } else {
            line_read(&reader, words, count);
        }
    }
    return program->name != NULL;
}

char *
suite_read(const char *name)
{
    FILE *source = name != NULL ? fopen(name, "r") : stdin;
    size_t length = 0, capacity = 1u << 20;
    char *text = source != NULL ? malloc(capacity) : NULL;
    while (text != NULL) {
        length += fread(text + length, 1, capacity - length - 1, source);
        if (ferror(source)) {
            break;
        }
        if (length < capacity - 1) {
            text[length] = '\0';
            fclose(source);
            return text;
        }
        capacity *= 2;
        text = realloc(text, capacity);
    }
    perror(name != NULL ? name : "standard input");
    exit(2);
}
