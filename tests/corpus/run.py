# SPDX-License-Identifier: MIT
"""Does a program of the corpus show what it should, and nothing else?

    run.py PROGRAM SOURCE          SOURCE is the program's .c file
    run.py --complete REGISTRY SOURCES
                                   has each detector of registry.c a program in
                                   corpus/pitfalls that is what it should be?
    run.py --switched-off LIST PROGRAMS SOURCES [PROGRAMS SOURCES]...
                                   two folders each: the tests that fail when a
                                   detector is off, for each kind of finding
                                   that the corpus shows, are those in LIST

Beside ID.c lies ID.expect, what Heddle finds in it, and in corpus/asyncio
ID.out, the program's stdout in plain fifo order:

    # a comment
    [test]                   whose lines follow; the first test's need none
    any,exact,suspend 2000: deadlock
    any,exact,await 2000: deadlock (happens on a FIFO loop; needs 0.1 to yield)
    loop,exact,suspend proved: -
    any,exact,suspend --faults=cancel 1000: cancel-unsafe
    memory: lost-update

A line names the settings (--order, --clock, --points), options if any, how many
schedules are run by `auto`, or `proved`, and the exact set of kinds that are
found; a dash is none. `proved` asks for a search that ends because there is
nothing left to try. In brackets, separated by semicolons: how the lines begin
that each finding of the kind must have in its report, above its settings. A
line with brackets is run with reports, which takes a moment longer. `memory`
names what may be found besides where memory is seen: instrumented.py's affair.
"""

import difflib
import itertools
import pathlib
import re
import subprocess
import sys

PROVED_AT_MOST = 1_000_000
BAD_AT_MOST = 1000
CLEAN_AT_LEAST = 100_000
SECONDS_AT_MOST = 240

EXPECTATION = re.compile(
    r'(\w+),(\w+),(\w+) ((?:--\S+ )*)(proved|\d+): (.+)')
KIND = re.compile(r'([\w-]+)(?: \(([^)]*)\))?(?:, |$)')
REPORT = re.compile(r'^(?P<kind>[\w-]+) in test \w+: .*\n'
                    r'(?P<labels>(?:  .*\n)*?)  settings: ', re.MULTILINE)
VERDICT = re.compile(
    r'(?:ok|FAILED) +\S+: (?P<what>.+?), '
    r'(?:(?P<all>(?:proved )?in (?:all|the only)) |(?:after )?\d+ schedule)')


class Expectation:
    """One line of a .expect file."""

    def __init__(self, test, line):
        match = EXPECTATION.fullmatch(line)
        if match is None:
            sys.exit(f'not an expectation: {line}')
        order, clock, points, options, self.effort, kinds = match.groups()
        self.test = test
        self.line = line
        rows = [] if kinds == '-' else KIND.findall(kinds)
        self.kinds = {kind for kind, _ in rows}
        self.labels = {kind: labels.split('; ') for kind, labels in rows
                       if labels}
        self.settings = [f'--order={order}', f'--clock={clock}',
                         f'--points={points}', *options.split()]

    def complaint(self, program, *options):
        """What is wrong with what is found, or None."""
        if self.effort == 'proved':
            effort = ['--strategy=dfs', f'--schedules={PROVED_AT_MOST}']
        else:
            effort = [f'--schedules={self.effort}']
        detail = ['-q', '--no-shrink']
        if self.labels:
            detail = ['--report=text:-']
        output = run(program, '--keep-going', *detail, *effort,
                     *self.settings, *options, self.test)
        match = VERDICT.search(output)
        if match is None:
            return f'{self.test}: no verdict\n{output}'
        what = match['what']
        kinds = set() if what == 'nothing found' else set(what.split(', '))
        if kinds != self.kinds:
            return f'{self.test}: expected {self.line}\nbut {output}'
        if self.effort == 'proved' and match['all'] is None:
            return f'{self.test}: expected {self.line}\nbut {output}'
        return self.label_complaint(output)

    def label_complaint(self, output):
        """Which finding has not the labels that its kind must have?"""
        for report in REPORT.finditer(output):
            lines = [line.strip() for line in report['labels'].splitlines()]
            for label in self.labels.get(report['kind'], []):
                if not any(line.startswith(label) for line in lines):
                    return (f'{self.test}: expected {self.line}\n'
                            f'but {report.group()}')
        return None


def run(program, *options):
    """The stdout of a program; 0 and 1 are the good ends."""
    try:
        done = subprocess.run([program, *options], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True,
                              timeout=SECONDS_AT_MOST)
    except subprocess.TimeoutExpired:
        return f'not done after {SECONDS_AT_MOST} seconds: {options}'
    if done.returncode not in (0, 1):
        return f'status {done.returncode}\n{done.stdout}{done.stderr}'
    return done.stdout


def tests_of(source):
    return re.findall(r'^HD_TEST\((\w+)', source.read_text(), re.MULTILINE)


def expectations_of(source):
    """The lines of ID.expect; each test of the program has at least one."""
    tests = tests_of(source)
    test = tests[0]
    rows = []
    for line in source.with_suffix('.expect').read_text().splitlines():
        if line.startswith('['):
            test = line.strip('[]')
        elif line and not line.startswith(('#', 'memory: ')):
            rows.append(Expectation(test, line))
    unspoken = set(tests) ^ {row.test for row in rows}
    if unspoken:
        sys.exit(f'{source.stem}: no such test, or none of its own: {unspoken}')
    return rows


def memory_kinds_of(source):
    """By test: what may be found where memory is seen."""
    test = tests_of(source)[0]
    kinds = {}
    for line in source.with_suffix('.expect').read_text().splitlines():
        if line.startswith('['):
            test = line.strip('[]')
        elif line.startswith('memory: '):
            kinds[test] = set(line.partition(': ')[2].split(', '))
    return kinds


def output_complaint(program, source):
    """Tests of corpus/pitfalls print nothing that matters."""
    expected = source.with_suffix('.out')
    if source.parent.name == 'pitfalls':
        return None
    output = run(program, '--strategy=fifo', '--schedules=1')
    if output == expected.read_text():
        return None
    difference = difflib.unified_diff(
        expected.read_text().splitlines(), output[:100_000].splitlines(),
        'what it should print', 'what it prints', lineterm='')
    return f'{source.stem}: ' + '\n'.join(itertools.islice(difference, 40))


def check(program, source):
    complaints = [output_complaint(program, source)]
    complaints += [row.complaint(program) for row in expectations_of(source)]
    complaints = [text for text in complaints if text is not None]
    for text in complaints:
        print(text)
    return not complaints


def pitfall_complaint(kind, sources):
    name = kind.replace('-', '_')
    source = sources / f'{name}.c'
    if not source.exists():
        return f'{kind}: there is no {source}'
    tests = [f'{name}_{suffix}' for suffix in ('bad', 'fixed', 'near')]
    rows = expectations_of(source)
    shown = [row for row in rows if row.test == tests[0]]
    if memory_kinds_of(source).get(tests[0]) != {kind} and not any(
            row.kinds == {kind} and row.effort.isdigit() and
            int(row.effort) <= BAD_AT_MOST for row in shown):
        return f'{tests[0]}: is not found soon'
    for test in tests[1:]:
        clean = [row for row in rows if row.test == test]
        if any(row.kinds for row in clean):
            return f'{test}: is not clean'
        if not any(row.effort == 'proved' or
                   int(row.effort) >= CLEAN_AT_LEAST for row in clean):
            return f'{test}: may be found later'
    return None


def check_complete(registry, sources):
    kinds = re.findall(r'^    \{"([a-z-]+)", ', registry.read_text(),
                       re.MULTILINE)
    complaints = [pitfall_complaint(kind, sources) for kind in kinds]
    complaints = [text for text in complaints if text is not None]
    print(*kinds, *complaints, sep='\n')
    return bool(kinds) and not complaints


def fail_without(kind, folders):
    """The tests of which a line fails when the kind's detector is off."""
    failing = {}
    for programs, sources in folders:
        for source in sorted(sources.glob('*.c')):
            for row in expectations_of(source):
                if kind in row.kinds and row.test not in failing:
                    failing[row.test] = row.complaint(
                        programs / source.stem, f'--ignore={kind}') is not None
    for test, fails in failing.items():
        if not fails:
            print(f'{kind}: STILL FOUND in {test} without its detector')
    return [test for test, fails in failing.items() if fails]


def check_switched_off(expected, folders):
    """Print the list in any case: it is what the file should say."""
    rows = [row for _, sources in folders
            for source in sorted(sources.glob('*.c'))
            for row in expectations_of(source)]
    lines = []
    for kind in sorted(set().union(*(row.kinds for row in rows))):
        tests = fail_without(kind, folders)
        lines += [kind, *(f'    {test}' for test in tests)]
        print(kind, *(f'    {test}' for test in tests), sep='\n', flush=True)
    wanted = [line for line in expected.read_text().splitlines()
              if not line.startswith('#')]
    for line in difflib.unified_diff(wanted, lines, str(expected),
                                     'what fails', lineterm=''):
        print(line)
    return lines == wanted


def main():
    words = sys.argv[1:]
    if len(words) >= 4 and words[0] == '--switched-off':
        paths = [pathlib.Path(word) for word in words[1:]]
        folders = list(zip(paths[1::2], paths[2::2]))
        good = check_switched_off(paths[0], folders)
    elif len(words) == 3 and words[0] == '--complete':
        good = check_complete(*map(pathlib.Path, words[1:]))
    elif len(words) == 2:
        good = check(*map(pathlib.Path, words))
    else:
        sys.exit(__doc__)
    sys.exit(0 if good else 1)


if __name__ == '__main__':
    main()
