# SPDX-License-Identifier: MIT
"""Makes an array of C strings of a file of programs, one string per program:
embed.py INPUT OUTPUT NAME. What stands before the first is left out.
"""

import sys


def quoted(line):
    text = line.replace('\\', '\\\\').replace('"', '\\"')
    return f'    "{text}\\n"'


def main():
    source, target, name = sys.argv[1:]
    with open(source, encoding='utf-8') as file:
        programs = file.read().split('\n== ')[1:]
    with open(target, 'w', encoding='utf-8') as file:
        file.write(f'extern const char *const {name}[];\n'
                   f'const char *const {name}[] = {{\n')
        for program in programs:
            lines = ('== ' + program).splitlines()
            file.write('\n'.join(map(quoted, lines)) + ',\n')
        file.write('    0\n};\n')


main()
