#include "cli/command.h"

#include <stddef.h>
#include <string.h>

static const char run[] =
    "usage: heddle run [OPTIONS] PROGRAM [TEST...]\n"
    "\n"
    "Explore a Heddle test program: the same as PROGRAM [OPTIONS] [TEST...].\n"
    "PROGRAM is a file; a name without a slash is looked for here, then in\n"
    "PATH. The options are the program's: PROGRAM --help lists them.\n"
    "\n"
    "A program is known by the note that heddle-test leaves in it. Other\n"
    "programs on libuv are refused: to explore those by preloading is to "
    "come.\n"
    "\n"
    "exit status: the program's: 0 nothing found (or what was expected), 1\n"
    "findings, 2 usage or environment, 3 the program is nondeterministic, 77\n"
    "nothing to run\n"
    "\n"
    "examples:\n"
    "  heddle run ./bank\n"
    "  heddle run --jobs=2 --resume=bank.search --time-limit=3600 ./bank\n"
    "  heddle run --shard=1/4 --resume=bank.1 ./bank\n";

static const char replay[] =
    "usage: heddle replay [OPTIONS] TOKEN PROGRAM [TEST]\n"
    "       heddle replay [OPTIONS] FILE|DIR PROGRAM [TEST]\n"
    "\n"
    "Replay the schedule of a token, with the program's own output. Of a "
    "FILE,\n"
    "all lines that begin like a token; of a DIR, all its files in the order\n"
    "of their names, but for hidden ones. Where there are several, those of\n"
    "other programs, or of other tests than TEST, are left out and counted.\n"
    "\n"
    "  --gdb     start gdb, and stop where the step of the finding begins\n"
    "  --strict  a token that no longer fits is an error (else a note)\n"
    "  -v, -q, --color=WHEN, --report=FORM and others are the program's\n"
    "\n"
    "exit status: 0 nothing found, 1 findings, 2 usage or environment (a "
    "token\n"
    "is damaged; with --strict: one does not fit), 77 nothing to replay\n"
    "\n"
    "examples:\n"
    "  heddle replay hd1:any,exact,suspend:5f3c21:0.1@4=0.3 ./bank\n"
    "  heddle replay --strict schedules/ ./bank\n";

static const char merge[] =
    "usage: heddle merge [-o OUT] FILE...\n"
    "\n"
    "Unite the result files (--resume=FILE) of the shards of one search. "
    "Equal\n"
    "findings are told once; executions are added; distinct traces are those\n"
    "of all shards together. 'proved' is said only if every shard is there "
    "and\n"
    "has ended. Shards that are missing or given twice are named.\n"
    "\n"
    "  -o OUT    write the united results to OUT, which merge reads, too\n"
    "  -q, -v    no reports, only verdicts; more about the search\n"
    "\n"
    "exit status: as the search's, had it run on one machine: 0 nothing found\n"
    "(or what was expected), 1 findings, 2 usage or environment (a file is\n"
    "damaged or of another search), 3 the program is nondeterministic\n"
    "\n"
    "examples:\n"
    "  heddle merge bank.1 bank.2\n"
    "  heddle merge -o bank.all bank.?\n";

static const char cc[] =
    "usage: heddle cc [--compiler=NAME] [--front=FRONT] [--sanitize] ARGS...\n"
    "\n"
    "Compile or link, as `cc ARGS` does, code whose accesses to memory are to\n"
    "be seen: Heddle then knows which steps conflict, and names races. Use it\n"
    "for the code under test and for the test, and for linking them; code\n"
    "that is compiled otherwise is not seen. Heddle's headers and libraries\n"
    "need no option.\n"
    "\n"
    "  --compiler=NAME  gcc or clang, by whatever name; cc if not given\n"
    "  --front=FRONT    tsan      -fsanitize=thread without its runtime "
    "(default)\n"
    "                   coverage  clang's trace-loads and trace-stores, which "
    "go\n"
    "                             together with ASan, UBSan and libFuzzer\n"
    "                   none      nothing is instrumented\n"
    "  --sanitize       with ASan and UBSan: clang with the front coverage, "
    "gcc with\n"
    "                   none, which is good for replaying what was found\n"
    "  --print=cflags, --print=libs  the flags themselves, for other tools\n"
    "\n"
    "These come first; ARGS are the compiler's.\n"
    "\n"
    "exit status: the compiler's, 2 usage or environment\n"
    "\n"
    "examples:\n"
    "  heddle cc -O2 -g bank.c test_bank.c -o test_bank\n"
    "  heddle cc --compiler=clang -c bank.c\n"
    "  make CC='heddle cc'\n";

static const char doctor[] =
    "usage: heddle doctor\n"
    "\n"
    "What this machine lacks for Heddle, each with a cure. Nothing is "
    "changed.\n"
    "\n"
    "exit status: 0 what is needed is there, 2 something is not\n";

const char *
hd_command_help(const char *name)
{
    static const struct {
        const char *name, *text;
    } rows[] = {{"run", run},
                {"replay", replay},
                {"cc", cc},
                {"merge", merge},
                {"doctor", doctor}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return rows[i].text;
        }
    }
    return NULL;
}
