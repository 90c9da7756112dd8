# SPDX-License-Identifier: MIT
"""Files end at 600 lines, functions at 70, lines at 80 columns.

A header over 200 lines is only advised against. A function that is one long
dispatch may be excused in allowed.txt by its name.
"""

import sys

from lint import Allowances, c_files, committed, complain, finish, functions
from lint import read

FILE_LINES_MAX = 600
HEADER_LINES_ADVISED = 200
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 80


def files_are_short():
    for path in c_files():
        length = len(read(path).splitlines())
        if length > FILE_LINES_MAX:
            complain(path, length, f'over {FILE_LINES_MAX} lines',
                     'find the second noun in it, and give that a file')
        elif path.endswith('.h') and length > HEADER_LINES_ADVISED:
            print(f'{path}:{length}: advice: over {HEADER_LINES_ADVISED} lines')


def functions_are_short():
    allowances = Allowances()
    for path, name, first, last in functions(c_files()):
        length = last - first + 1
        if length > FUNCTION_LINES_MAX and not allowances.excuse(path, name):
            complain(path, first,
                     f'{name} has {length} of {FUNCTION_LINES_MAX} lines',
                     'let it decide, and move the leaves out')


def lines_are_short():
    for path in c_files() + [p for p in committed() if p.endswith('.py')]:
        for line, text in enumerate(read(path).splitlines(), 1):
            # A link cannot be broken.
            if len(text) > COLUMNS_MAX and '://' not in text:
                complain(path, line, f'{len(text)} of {COLUMNS_MAX} columns',
                         'break the line')


RULES = {
    'files': files_are_short,
    'functions': functions_are_short,
    'lines': lines_are_short,
}

for rule in sys.argv[1:] or RULES:
    RULES[rule]()
finish()
