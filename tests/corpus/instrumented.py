# SPDX-License-Identifier: MIT
"""The programs of corpus/asyncio and corpus/pitfalls, built by `heddle cc`.

    instrumented.py HEDDLE COMPILER LEVEL SCHEDULES FOLDER...

Where Heddle sees memory it finds what it found before, and nothing new but what
a line `memory: KIND, ...` of a test's .expect allows; that must be found in at
least one of the test's lines. No line is run for more than SCHEDULES schedules;
where that is less than the line says, less may be found, too.

All programs of all folders become one, which is built in the time of a few.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import run

STATUS_SKIPPED = 77
SECONDS_AT_MOST = 280

# Stands still for 10 seconds of wall time, each time: not run here.
NOT_RUN = {'timeout'}


def build(heddle, compiler, level, sources, program):
    done = subprocess.run(
        [heddle, 'cc', f'--compiler={compiler}', level, '-std=gnu11', '-o',
         program, *sources],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=SECONDS_AT_MOST)
    if done.returncode != 0:
        sys.exit(f'{compiler} {level}: status {done.returncode}\n{done.stdout}')


def effort_of(row):
    return run.PROVED_AT_MOST if row.effort == 'proved' else int(row.effort)


def found(program, row, schedules):
    """The kinds that a line of .expect finds with so many schedules."""
    effort = min(schedules, effort_of(row))
    output = run.run(program, '--keep-going', '-q', '--no-shrink',
                     f'--schedules={effort}', *row.settings, row.test)
    match = run.VERDICT.search(output)
    if match is None:
        sys.exit(f'{row.test}: no verdict\n{output}')
    what = match['what']
    return set() if what == 'nothing found' else set(what.split(', '))


def complaints_of(program, source, schedules):
    memory = run.memory_kinds_of(source)
    seen = {test: set() for test in memory}
    for row in run.expectations_of(source):
        if row.kinds & NOT_RUN:
            continue
        allowed = memory.get(row.test, set())
        kinds = found(program, row, schedules)
        if row.test in seen:
            seen[row.test] |= kinds & allowed
        if kinds - row.kinds - allowed:
            yield (f'{row.test}: {row.line}\nbut '
                   f'{", ".join(sorted(kinds))}')
        if row.kinds - kinds and effort_of(row) <= schedules:
            yield (f'{row.test}: {row.line}\nbut only '
                   f'{", ".join(sorted(kinds))}')
    for test, kinds in memory.items():
        if kinds - seen[test]:
            yield f'{test}: not found: {", ".join(sorted(kinds - seen[test]))}'


def main():
    words = sys.argv[1:]
    if len(words) < 5:
        sys.exit(__doc__)
    heddle, compiler, level, schedules = words[:4]
    if shutil.which(compiler) is None:
        sys.exit(STATUS_SKIPPED)
    sources = [source for folder in words[4:]
               for source in sorted(pathlib.Path(folder).glob('*.c'))]
    with tempfile.TemporaryDirectory() as scratch:
        program = pathlib.Path(scratch) / 'all'
        build(heddle, compiler, level, sources, program)
        complaints = [text for source in sources
                      for text in complaints_of(program, source,
                                                int(schedules))]
    print(*complaints, sep='\n')
    sys.exit(1 if complaints else 0)


main()
