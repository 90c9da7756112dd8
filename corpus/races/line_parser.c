/*
 * A parser that keeps its place in globals. It was written for one input; now
 * two connections feed it, and wait for more in the middle of a line.
 *
 * Shows: lost-update of the parser's position. Fixed: a parser for each input.
 */
#include <heddle/test.h>

#include <stddef.h>

struct parser {
    size_t position;
    int lines;
};

struct input {
    struct parser *parser;
    const char *text;
};

static struct parser the_parser;

static int
more(void)
{
    return hd_yield();
}

static int
parse(void *arg)
{
    const struct input *input = arg;
    struct parser *parser = input->parser;
    size_t position = parser->position;

    for (const char *at = input->text; *at != '\0'; at++) {
        position++;
        if (*at == '\n') {
            parser->lines++;
        }
    }
    HD_TRY(more());
    parser->position = position;
    return 0;
}

static void
two_inputs(struct input inputs[2])
{
    struct hd_task *a = hd_task_spawn(parse, &inputs[0]);
    struct hd_task *b = hd_task_spawn(parse, &inputs[1]);

    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(line_parser_bad)
{
    struct input inputs[] = {
        {&the_parser, "GET /\n"},
        {&the_parser, "HELO\nQUIT\n"},
    };

    two_inputs(inputs);
}

HD_TEST(line_parser_fixed)
{
    struct parser parsers[2] = {{0, 0}};
    struct input inputs[] = {
        {&parsers[0], "GET /\n"},
        {&parsers[1], "HELO\nQUIT\n"},
    };

    two_inputs(inputs);
}
