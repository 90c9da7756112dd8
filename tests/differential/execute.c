/*
 * How each program of a suite gets its loop.
 *
 * usage: interpret [--mutate=K] [FILE]
 */
#include "interpret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
text_read(FILE *source)
{
    size_t length = 0, capacity = 1u << 20;
    char *text = malloc(capacity);
    while (text != NULL) {
        length += fread(text + length, 1, capacity - length - 1, source);
        if (length < capacity - 1) {
            text[length] = '\0';
            return text;
        }
        capacity *= 2;
        text = realloc(text, capacity);
    }
    fputs("interpret: out of memory\n", stderr);
    exit(2);
}

/* The main task: section 0, once the objects are there. */
static int
main_run(void *arg)
{
    (void)arg;
    state.loop = hd_loop_running();
    objects_make();
    return section_run(frame_of_section(0));
}

static void
program_execute(void)
{
    printf("program %s\n", state.program.name);

    const int status = hd_run(main_run, NULL);

    struct answer answer = {.length = 0};
    answer_add_status(&answer, status, state.frames[0].value);
    if (state.event_total > EVENTS_MAX) {
        printf("bounded\n");
    } else {
        printf("end %s\n", answer.text);
    }
    objects_finish();
}

int
main(int argc, char **argv)
{
    FILE *source = argc > 1 ? fopen(argv[argc - 1], "r") : stdin;
    if (source == NULL) {
        perror(argv[argc - 1]);
        return 2;
    }
    char *const text = text_read(source);
    char *rest = text;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    while (program_read(&state.program, &rest)) {
        program_execute();
        memset(&state, 0, sizeof state);
    }
    free(text);
    fclose(source);
    return 0;
}
