# SPDX-License-Identifier: MIT
"""A definition's name starts its line, so `grep ^hd_lock_acquire` finds it."""

from lint import c_files, complain, finish, functions, read


def main():
    lines = {}
    for path, name, first, _ in functions(c_files()):
        if path not in lines:
            lines[path] = read(path).splitlines()
        if not lines[path][first - 1].startswith(name):
            complain(path, first, f'{name} does not start its line',
                     'put its type on the line above')
    finish()


main()
