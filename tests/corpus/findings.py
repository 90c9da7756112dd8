# SPDX-License-Identifier: MIT
"""The pages of docs/findings: is what they say so?

    findings.py --programs FOLDER PAGE...   write the programs of the pages:
                                            KIND.c, and KIND_repaired.c
    findings.py PAGE BAD REPAIRED           does BAD show the page's kind and
                                            nothing else, as the page says it,
                                            and REPAIRED nothing at all?
    findings.py --table REGISTRY FOLDER     has every detector of registry.c a
                                            page, and a row in README.md?

The first block of C on a page is the bad program, the second the repaired one;
more of them may follow. A page that says "Run with `--faults=cancel`" is taken
at its word.
BAD and REPAIRED have the tests of all pages, by the names that they have there.
"""

import pathlib
import re
import subprocess
import sys

# Enough for each page. What hangs is found once per schedule, so: not more.
SCHEDULES = 50
SECONDS_AT_MOST = 120

# Stands still for 10 seconds of wall time, twice: not run here.
# tests/explore/wrong.c has a test of the kind. The other is seen only in what
# heddle cc builds, and is no program to run elsewhere: instrumented.py.
NOT_RUN = {'timeout', 'use-after-free'}

VERDICT = re.compile(r'^(?:ok|FAILED) +\w+: (.+?), '
                     r'(?:(?:proved )?in (?:all|the only) |'
                     r'(?:after )?\d+ schedule)',
                     re.MULTILINE)

# 3 says that the program is nondeterministic, which is a finding, too.
STATUS_CLEAN = 0
STATUS_FOUND = {1, 3}


def blocks(page, language):
    return re.findall(rf'^```{language}\n(.*?)^```$', page.read_text(),
                      re.MULTILINE | re.DOTALL)


def test_of(program):
    return re.search(r'^HD_TEST\((\w+)', program, re.MULTILINE)[1]


def write_programs(folder, pages):
    for page in pages:
        name = page.stem.replace('-', '_')
        bad, repaired = blocks(page, 'c')[:2]
        (folder / f'{name}.c').write_text(bad)
        (folder / f'{name}_repaired.c').write_text(repaired)


def options_of(page):
    return re.findall(r'^Run with `(--[^`]+)`', page.read_text(), re.MULTILINE)


def run(program, page, source):
    """Exit status, kinds that are found, everything that is printed.

    Unshrunk, a finding reads as whoever came first has found it: always dfs."""
    done = subprocess.run(
        [program, '--keep-going', '--no-shrink', f'--schedules={SCHEDULES}',
         '--strategy=dfs',
         *options_of(page), test_of(source)], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=SECONDS_AT_MOST)
    verdict = VERDICT.search(done.stdout)
    return done.returncode, verdict and verdict[1], done.stdout


def essence(line):
    """Without folders, and without the signal: sanitizers abort instead."""
    line = re.sub(r'[^\s(]*/(?=\w+\.c:)', '', line)
    return re.sub(r'killed by SIG\w+', 'killed', line)


def is_so(page, bad, repaired):
    kind = page.stem
    if kind not in NOT_RUN:
        status, kinds, output = run(bad, page, blocks(page, 'c')[0])
        if kinds != kind or status not in STATUS_FOUND:
            print(f'the bad program of {page} shows {kinds}\n{output}')
            return False
        promised = blocks(page, 'text')[0].splitlines()[0]
        if essence(promised) not in map(essence, output.splitlines()):
            print(f'{page} says\n{promised}\nand its program\n{output}')
            return False
    status, kinds, output = run(repaired, page, blocks(page, 'c')[1])
    if kinds != 'nothing found' or status != STATUS_CLEAN:
        print(f'the repaired program of {page} shows {kinds}\n{output}')
        return False
    return True


def is_complete(registry, folder):
    kinds = re.findall(r'^    \{"([a-z-]+)", "', registry.read_text(),
                       re.MULTILINE)
    pages = sorted(page.stem for page in folder.glob('[a-z]*.md'))
    rows = re.findall(r'^\| \[`([a-z-]+)`\]\(\1\.md\) \|',
                      (folder / 'README.md').read_text(), re.MULTILINE)
    print('detectors', *kinds, '\npages', *pages, '\nrows', *rows)
    return kinds == pages == rows


def main():
    words = [pathlib.Path(word) for word in sys.argv[1:]]
    if len(words) > 2 and sys.argv[1] == '--programs':
        write_programs(words[1], words[2:])
        return
    if len(words) == 3 and sys.argv[1] == '--table':
        good = is_complete(*words[1:])
    elif len(words) == 3:
        good = is_so(*words)
    else:
        sys.exit(__doc__)
    sys.exit(0 if good else 1)


main()
