# SPDX-License-Identifier: MIT
"""What the rules share: the files, the allowances, and how to say it.

A rule is a script that reads the committed files, calls complain() for each
breach, and ends in finish(). Run it anywhere: `python3 tests/lint/RULE.py`.
"""

import fnmatch
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77

complaints = []


def complain(path, line, rule, cure):
    """One breach: where it is, what it breaks, what would mend it."""
    complaints.append(f'{path}:{line}: {rule}; {cure}')


def finish():
    """Print every breach, and end the script."""
    for complaint in complaints:
        print(complaint)
    print(f'breaches: {len(complaints)}')
    sys.exit(1 if complaints else 0)


def skip(why):
    print(f'skipped: {why}')
    sys.exit(SKIPPED)


def need_tool(name):
    if shutil.which(name) is None:
        skip(f'{name} is not installed')


def committed():
    """The paths that git knows, relative to ROOT and sorted."""
    # The tree may belong to someone else, as it does in a container.
    command = ['git', '-c', 'safe.directory=*', 'ls-files', '-z']
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True)
    except FileNotFoundError:
        skip('git is not installed')
    if done.returncode != 0:
        skip('not a git work tree')
    paths = done.stdout.decode().split('\0')
    return [path for path in sorted(paths) if (ROOT / path).is_file()]


def c_files(*folders):
    """The committed .c and .h files, of all folders or of those named."""
    return [
        path for path in committed()
        if path.endswith(('.c', '.h'))
        and (not folders or path.split('/')[0] in folders)
    ]


def read(path):
    return (ROOT / path).read_text(encoding='utf-8')


# A comment, a string or a character: what is not code.
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
    re.DOTALL,
)


def code_of(path):
    """The lines of a C file, comments, strings and characters blanked."""
    blank = NOT_CODE.sub(lambda m: re.sub(r'[^\n]', ' ', m[0]), read(path))
    return blank.split('\n')


def functions(paths):
    """(path, name, first line, last line) of each function, by ctags."""
    need_tool('ctags')
    if not paths:
        return []
    command = ['ctags', '--languages=C', '--langmap=C:.c.h', '--kinds-C=f',
               '-x', '--_xformat=%F\t%N\t%n\t%{end}', '--sort=no', '-L', '-']
    done = subprocess.run(command, input='\n'.join(paths), cwd=ROOT,
                          capture_output=True, text=True, check=True)
    rows = (line.split('\t') for line in done.stdout.splitlines())
    return [(path, name, int(first), int(last))
            for path, name, first, last in rows if last.isdigit()]


class Allowances:
    """The lines `path symbol reason` of allowed.txt."""

    def __init__(self):
        lines = read('tests/lint/allowed.txt').splitlines()
        rows = (line.split(None, 2) for line in lines
                if line.strip() and not line.startswith('#'))
        self.rows = [(row[0], row[1]) for row in rows]

    def excuse(self, path, symbol):
        return any(fnmatch.fnmatch(path, pattern) and symbol == allowed
                   for pattern, allowed in self.rows)
