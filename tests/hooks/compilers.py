# SPDX-License-Identifier: MIT
"""Compilers of this machine, and programs built with them by heddle cc."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

HEDDLE = None
SOURCES = None
TOKEN = re.compile(r'--replay=(\S+)$', re.M)
# Sanitizers work only where /proc is mounted.
HAS_PROC = os.path.exists('/proc/self/environ')


def there(*names):
    """Those of the compilers that are there."""
    return [name for name in names if shutil.which(name)]


class Case(unittest.TestCase):
    """A test that builds programs, in a folder of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def cc(self, *arguments, status=0, cwd=None):
        """Run heddle cc; what it said is returned."""
        done = subprocess.run([HEDDLE, 'cc', *arguments], text=True,
                              capture_output=True, check=False, timeout=300,
                              cwd=cwd or self.folder)
        self.assertEqual(done.returncode, status,
                         f'{arguments}\n{done.stdout}{done.stderr}')
        return done

    def run_program(self, name, *arguments, status=None):
        done = subprocess.run([self.path(name), *arguments], text=True,
                              capture_output=True, check=False, timeout=300,
                              cwd=self.folder, errors='replace')
        if status is not None:
            self.assertEqual(done.returncode, status,
                             done.stdout + done.stderr)
        return done


def main(argv):
    """HEDDLE, the folder of the sources, then what unittest understands."""
    global HEDDLE, SOURCES
    HEDDLE, SOURCES = (os.path.abspath(path) for path in argv[1:3])
    unittest.main(module='__main__', argv=[argv[0], *argv[3:]])
