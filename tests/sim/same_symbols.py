# SPDX-License-Identifier: MIT
"""heddle-sim defines what libuv exports: `same_symbols.py ARCHIVE COMPILER...`.

Each uv_* function once, and nothing under that prefix besides. Which libuv it
is says the compiler, by the library that it would link.
"""

import subprocess
import sys

SKIPPED = 77


def output_of(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


def functions(*options):
    """The names of defined uv_* functions, sorted, repetitions kept."""
    rows = [line.split() for line in output_of('nm', *options).splitlines()]
    return sorted(row[2].split('@')[0] for row in rows
                  if len(row) == 3 and row[1] in 'TWi'
                  and row[2].startswith('uv_'))


archive, *compiler = sys.argv[1:]
library = output_of(*compiler, '-print-file-name=libuv.so').strip()
version = output_of('pkg-config', '--modversion', 'libuv').strip()
if version != '1.44.2' or '/' not in library:
    print(f'skipped: the list is that of libuv 1.44.2, here is {version}')
    sys.exit(SKIPPED)

exported = functions('-D', '--defined-only', library)
defined = functions('--defined-only', archive)
for name in sorted(set(exported) - set(defined)):
    print(f'{name} is missing')
for name in sorted(set(defined) - set(exported)):
    print(f'{name} is not in libuv')
for name in sorted({name for name in defined if defined.count(name) > 1}):
    print(f'{name} is defined twice')
print(f'{len(exported)} exported, {len(defined)} defined')
sys.exit(0 if exported == defined else 1)
