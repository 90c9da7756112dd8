# SPDX-License-Identifier: MIT
"""clang-tidy has nothing to say.  usage: tidy.py BUILD-FOLDER"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

from lint import ROOT, committed, complain, finish, need_tool


def sources(build):
    """The committed files that this build compiles."""
    database = json.loads((build / 'compile_commands.json').read_text())
    compiled = {(pathlib.Path(row['directory']) / row['file']).resolve()
                for row in database}
    return [path for path in committed() if ROOT / path in compiled]


def check(build, path):
    return path, subprocess.run(
        ['clang-tidy', '--quiet', '-p', str(build), path], cwd=ROOT,
        capture_output=True, text=True)


def main():
    need_tool('clang-tidy')
    build = pathlib.Path(sys.argv[1]).resolve()
    jobs = len(os.sched_getaffinity(0))
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        runs = [pool.submit(check, build, path) for path in sources(build)]
    for path, done in (run.result() for run in runs):
        if done.returncode != 0:
            print(done.stdout + done.stderr)
            complain(path, 1, 'clang-tidy objects', 'see above')
    finish()


main()
