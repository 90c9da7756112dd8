# SPDX-License-Identifier: MIT
"""Shell scripts pass shellcheck."""

import subprocess

from lint import ROOT, committed, complain, finish, need_tool


def main():
    need_tool('shellcheck')
    scripts = [path for path in committed()
               if path in ('dev', '.ci/run') or path.endswith('.sh')]
    for path in scripts:
        done = subprocess.run(['shellcheck', '--format=gcc', path], cwd=ROOT,
                              capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stdout + done.stderr)
            complain(path, 1, 'shellcheck objects', 'see above')
    finish()


main()
