# SPDX-License-Identifier: MIT
"""The programs of corpus/races: does Heddle see what they do to memory?

    races.py --plain PROGRAM FOLDER
        Is what is right in them right without any instrumentation, too?
        PROGRAM is all of them; FOLDER is where they and expected.txt lie.
    races.py HEDDLE FOLDER COMPILER,FLAG[,FLAG]...
        Build all of them with `HEDDLE cc`, for each COMPILER (gcc, clang-14)
        with its FLAGs (-O2), and explore: is each bad one found, as
        expected.txt says, and nothing in the others? A compiler that is missing
        is left out; where all are, the exit status is 77.
    races.py --table HEDDLE FOLDER COMPILER,FLAG[,FLAG]...
        Print the table of docs/benchmarks/races.md: misses and false alarms are
        in it, and no failure.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# A race is found soon; the others are searched to their end, and then somewhat
# more, because one order stands for many there.
BAD_AT_MOST = 1000
CLEAN_AT_MOST = 20_000
CLEAN_AT_LEAST = 2000
SECONDS_AT_MOST = 280

STATUS_SKIPPED = 77

VERDICT = re.compile(
    r'^(?:ok|FAILED) +(?P<test>\w+): (?P<what>.+?), '
    r'(?:(?P<all>(?:proved )?in (?:all|the only) )|after )?'
    r'(?P<count>\d+)? ?(?:schedule|order)', re.MULTILINE)


class Verdict:
    """What was found in one test, and after how many schedules."""

    def __init__(self, match):
        what = match['what']
        self.kinds = set() if what == 'nothing found' else set(
            what.split(', '))
        self.count = int(match['count'] or 1)
        self.is_all = match['all'] is not None


class Expectation:
    """A line of expected.txt."""

    def __init__(self, words):
        self.one_of = set(words[0].split('|'))
        self.others = {word[1:] for word in words if word[0] == '+'}
        self.is_missed = 'missed' in words

    def complaint(self, kinds):
        if not kinds & self.one_of:
            return 'MISS' + ''.join(f' {kind}' for kind in sorted(kinds))
        surplus = kinds - self.one_of - self.others
        return ' '.join(sorted(surplus))


def expectations_of(folder):
    rows = {}
    for line in (folder / 'expected.txt').read_text().splitlines():
        words = line.partition('#')[0].split()
        if words:
            rows[words[0]] = Expectation(words[1:])
    return rows


def tests_of(folder):
    return [test for source in sorted(folder.glob('*.c'))
            for test in re.findall(r'^HD_TEST\((\w+)', source.read_text(),
                                   re.MULTILINE)]


def known_alarms_of(folder):
    return set(re.findall(r'^# false alarm: (.+)',
                          (folder / 'expected.txt').read_text(),
                          re.MULTILINE))


def list_complaints(folder):
    """Is expected.txt about the programs that are there?"""
    tests = tests_of(folder)
    bad = {test[:-len('_bad')] for test in tests if test.endswith('_bad')}
    fixed = {test[:-len('_fixed')] for test in tests
             if test.endswith('_fixed')}
    return [f'{name}: has it a bad test, a fixed one and a line?'
            for name in sorted((bad ^ fixed) |
                               (bad ^ set(expectations_of(folder))))]


def explore(program, tests, *options):
    """The verdicts of these tests by name."""
    done = subprocess.run(
        [program, '-q', '--no-shrink', *options, *tests],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=SECONDS_AT_MOST)
    verdicts = {match['test']: Verdict(match)
                for match in VERDICT.finditer(done.stdout)}
    if done.returncode not in (0, 1) or set(verdicts) != set(tests):
        sys.exit(f'{program}: status {done.returncode}\n'
                 f'{done.stdout}{done.stderr}')
    return verdicts


def clean_tests(folder):
    return [test for test in tests_of(folder) if not test.endswith('_bad')]


def clean_verdicts(program, folder):
    tests = clean_tests(folder)
    verdicts = explore(program, tests, '--keep-going', '--strategy=dpor',
                       f'--schedules={CLEAN_AT_MOST}')
    more = explore(program, tests, '--keep-going',
                   f'--schedules={CLEAN_AT_LEAST}')
    for test, verdict in verdicts.items():
        verdict.kinds |= more[test].kinds
    return verdicts


def alarms(verdicts):
    """False ones: all, in programs that are right."""
    return [f'{test}: {" ".join(sorted(verdict.kinds))}'
            for test, verdict in verdicts.items() if verdict.kinds]


def bad_cells(program, folder):
    """For each bad program: complaint, kinds, schedules until the first one."""
    rows = expectations_of(folder)
    tests = [f'{name}_bad' for name in rows]
    effort = f'--schedules={BAD_AT_MOST}'
    soon = explore(program, tests, effort)
    whole = explore(program, tests, effort, '--keep-going')
    cells = {}
    for name, expectation in rows.items():
        kinds = whole[f'{name}_bad'].kinds
        cells[name] = (expectation.complaint(kinds), kinds,
                       soon[f'{name}_bad'].count)
    return cells


def build(heddle, folder, column, program):
    compiler, *flags = column
    command = [heddle, 'cc', f'--compiler={compiler}', *flags, '-std=gnu11',
               '-o', program, *sorted(folder.glob('*.c'))]
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True,
                          timeout=SECONDS_AT_MOST)
    if done.returncode != 0 or done.stdout:
        sys.exit(f'{" ".join(column)}: status {done.returncode}\n'
                 f'{done.stdout}')


def columns_of(words):
    """Compilers that are there, with their flags."""
    columns = [tuple(word.split(',')) for word in words]
    for compiler, *_ in columns:
        if shutil.which(compiler) is None:
            print(f'{compiler}: no such compiler here')
    return [column for column in columns if shutil.which(column[0])]


def check_plain(program, folder):
    complaints = list_complaints(folder)
    complaints += alarms(clean_verdicts(program, folder))
    print(*complaints, sep='\n')
    return not complaints


def check_column(heddle, folder, column):
    with tempfile.TemporaryDirectory() as scratch:
        program = pathlib.Path(scratch) / 'races'
        build(heddle, folder, column, program)
        rows = expectations_of(folder)
        complaints = [f'{name}_bad: {complaint}' for name, (complaint, _, _)
                      in bad_cells(program, folder).items()
                      if complaint and not rows[name].is_missed]
        complaints += [alarm for alarm in
                       alarms(clean_verdicts(program, folder))
                       if alarm not in known_alarms_of(folder)]
    for complaint in complaints:
        print(f'{" ".join(column)}: {complaint}')
    return not complaints


def print_table(heddle, folder, columns):
    cells, false_alarms, clean = {}, [], 0
    with tempfile.TemporaryDirectory() as scratch:
        for column in columns:
            program = pathlib.Path(scratch) / 'races'
            build(heddle, folder, column, program)
            cells[column] = bad_cells(program, folder)
            verdicts = clean_verdicts(program, folder)
            clean += sum(verdict.is_all for verdict in verdicts.values())
            false_alarms += [f'{" ".join(column)}: {alarm}'
                             for alarm in alarms(verdicts)]
    titles = [' '.join(column).replace('--front=', '') for column in columns]
    widths = [max(len(title), 9) for title in titles]
    print('program'.ljust(18), *map(str.rjust, titles, widths), '  found')
    for name in expectations_of(folder):
        row = [cells[column][name] for column in columns]
        kinds = set().union(*(kinds for _, kinds, _ in row))
        texts = [complaint or str(count) for complaint, _, count in row]
        print(name.ljust(18), *map(str.rjust, texts, widths),
              '  ' + ' '.join(sorted(kinds)))
    misses = sum(complaint.startswith('MISS') for column in columns
                 for complaint, _, _ in cells[column].values())
    print(f'\n{misses} misses among {len(columns) * len(cells[columns[0]])}, '
          f'{len(false_alarms)} false alarms among '
          f'{len(columns) * len(clean_tests(folder))} '
          f'({clean} of them searched to the end)')
    print(*false_alarms, sep='\n')


def main():
    words = sys.argv[1:]
    if len(words) == 3 and words[0] == '--plain':
        sys.exit(0 if check_plain(*map(pathlib.Path, words[1:])) else 1)
    is_table = words[:1] == ['--table']
    if len(words) < 3 + is_table:
        sys.exit(__doc__)
    heddle, folder = map(pathlib.Path, words[is_table:2 + is_table])
    columns = columns_of(words[2 + is_table:])
    if not columns:
        sys.exit(STATUS_SKIPPED)
    if is_table:
        print_table(heddle, folder, columns)
        return
    good = [check_column(heddle, folder, column) for column in columns]
    sys.exit(0 if all(good) else 1)


main()
