# SPDX-License-Identifier: MIT
"""Each public header compiles alone, as C11, with gcc and with clang."""

import shutil
import subprocess

from lint import ROOT, c_files, complain, finish, skip

FLAGS = ['-std=c11', '-pedantic', '-Wall', '-Wextra', '-Werror',
         '-fsyntax-only', '-Iruntime/include', '-Iharness/include',
         '-x', 'c', '-']


def check(compiler, path):
    included = path.split('/include/')[1]
    # Twice, for the guard.
    source = f'#include <{included}>\n' * 2
    done = subprocess.run([compiler, *FLAGS], input=source, cwd=ROOT,
                          capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stderr)
        complain(path, 1, f'does not compile alone with {compiler}',
                 'include what it uses')


def main():
    compilers = [name for name in ('gcc', 'clang') if shutil.which(name)]
    if not compilers:
        skip('neither gcc nor clang is installed')
    for path in c_files('runtime', 'harness'):
        if '/include/' in path and path.endswith('.h'):
            for compiler in compilers:
                check(compiler, path)
    finish()


main()
