# SPDX-License-Identifier: MIT
"""What findings call the variables of shared.c, built by `heddle cc`.

    names.py HEDDLE SOURCE COMPILER,LEVEL...   each test's finding calls its
                                               variable as the comment above
                                               the test says
    names.py HEDDLE SOURCE --without           the same, of a Heddle without
                                               libdw, or compiled without -g:
                                               there are findings of the same
                                               tests, with poorer names

A compiler that is not installed is left out.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SECONDS_AT_MOST = 120

TEST = re.compile(r'/\*([^/]*?)\*/\nHD_TEST\((\w+)\)')
FINDING = re.compile(r'^lost-update in test (\w+): \S+ and \S+ both read '
                     r'(.+?) before either', re.MULTILINE)


def words(comment):
    return ' '.join(re.sub(r'^ \*', '', line).strip()
                    for line in comment.splitlines()).strip()


def called(heddle, source, compiler, flags, folder):
    """By test: what its findings call the variable."""
    program = folder / 'shared'
    subprocess.run(
        [heddle, 'cc', f'--compiler={compiler}', *flags, '-std=gnu11', '-o',
         program, source],
        check=True, timeout=SECONDS_AT_MOST)
    done = subprocess.run(
        [program, '--color=never', '--keep-going', '--schedules=20'],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=SECONDS_AT_MOST)
    names = {}
    for test, name in FINDING.findall(done.stdout):
        name = re.sub(r'shared\.c:\d+', 'shared.c:LINE', name)
        names.setdefault(test, set()).add(name)
    return names


def main():
    heddle, source, *builds = sys.argv[1:]
    expected = {test: {words(comment)} for comment, test
                in TEST.findall(pathlib.Path(source).read_text())}
    complaints = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for build in builds:
            without = build == '--without'
            compiler, level = ('gcc', '-O2') if without else build.split(',')
            if shutil.which(compiler) is None:
                continue
            flags = [level] if without else [level, '-g']
            names = called(heddle, source, compiler, flags, folder)
            if without:
                known = names.get('a_static_variable_of_a_function')
                local = names.get('a_local_variable_of_a_test')
                if (names.keys() != expected.keys() or known != {'hits'}
                        or local != {'a local variable of the test'}):
                    complaints.append(f'{build}: {names}')
            elif names != expected:
                complaints += [f'{build}: {test} calls it {names.get(test)}'
                               for test in expected
                               if names.get(test) != expected[test]]
    sys.exit('\n'.join(complaints) or None)


main()
