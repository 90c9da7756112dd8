#include "cli/help.h"

#include <stdio.h>

static const char text[] =
    "usage: %s [OPTIONS] [TEST...]\n"
    "Runs each test under many schedules and reports what goes wrong.\n"
    "\n"
    "  --strategy=NAME       auto (default), fifo, random, pct, pos, surw,\n"
    "                        delay, dfs, dpor\n"
    "  --seed=N              of the random choices (1)\n"
    "  --schedules=N         executions per test at most (10000)\n"
    "  --time-limit=SECONDS  per test\n"
    "  --jobs=N              workers side by side (1)\n"
    "  --shard=K/N           only the Kth of N parts; env: K and N from "
    "Slurm,\n"
    "                        GitLab or Kubernetes\n"
    "  --resume=FILE         go on from FILE, and keep the search there\n"
    "  --keep-going          do not stop a test at its first finding\n"
    "  --no-shrink           schedules as they were found, and no labels\n"
    "what may vary\n"
    "  --points=suspend|await    tasks switch where they wait (default), or\n"
    "                            at every awaiting call\n"
    "  --order=any|loop          any ready task (default), or as a FIFO loop\n"
    "  --clock=exact|jump|auto   time moves when nothing can run (default),\n"
    "                            also before that, or exact and then jump\n"
    "  --jumps=N                 clock jumps in one execution at most\n"
    "  --faults=LIST             inject faults: cancel (a task, where it "
    "waits),\n"
    "                            alloc (an allocation of Heddle's fails); one\n"
    "                            in an execution, or so many: cancel:2,alloc\n"
    "replay\n"
    "  --replay=TOKEN        one schedule; the program's own output is shown.\n"
    "                        A file with a token will do\n"
    "  --strict              refuse a token that does not fit\n"
    "  --stop-at=N|finding   for heddle replay --gdb: call hd_stop_here before "
    "step N\n"
    "  --save-schedule=FILE  append the tokens of findings to FILE\n"
    "which tests, which findings\n"
    "  --list                the tests, one a line\n"
    "  --filter=GLOB         only tests that match\n"
    "  --expect=KIND,...     pass if exactly these are found\n"
    "  --ignore=KIND,...     do not look for these\n"
    "output\n"
    "  --report=text[:FILE]  where reports go (stderr; - is stdout)\n"
    "  --color=WHEN          auto (default), always, never\n"
    "  -q, -v                no reports, only verdicts; more about the search\n"
    "  --help, --version\n"
    "\n"
    "exit status: 0 nothing found (or what was expected), 1 findings, 2 usage\n"
    "or environment, 3 the program is nondeterministic, 77 nothing to run,\n"
    "128 + signal ended by a signal before anything was found\n";

void
hd_help_print(const char *program)
{
    printf(text, program);
}
