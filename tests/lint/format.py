# SPDX-License-Identifier: MIT
"""C files look as clang-format would have them."""

import re
import subprocess

from lint import ROOT, c_files, complain, finish, need_tool

WARNING = re.compile(r'(.+?):(\d+):\d+: error: code should be clang-formatted')


def main():
    need_tool('clang-format')
    paths = c_files()
    if paths:
        done = subprocess.run(
            ['clang-format', '--dry-run', '-Werror', *paths],
            cwd=ROOT, capture_output=True, text=True)
        for path, line in dict.fromkeys(WARNING.findall(done.stderr)):
            complain(path, line, 'not as .clang-format says', './dev format')
        if done.returncode != 0 and not WARNING.search(done.stderr):
            complain('.clang-format', 1, done.stderr.strip(), 'mend it')
    finish()


main()
