# SPDX-License-Identifier: MIT
"""What each compiler tells of each kind of access, at -O0 and -O2.

The probes are compiled by the compiler in question; who looks on is compiled
without instrumentation.
"""

import os
import sys
import unittest

import compilers

LEVELS = ('-O0', '-O2')


def lines(text):
    """By name."""
    return dict(line.split(':', 1) for line in text.splitlines())


class Compilers(compilers.Case):
    """Each compiler that is there, with each front that it has."""

    def build(self, compiler, level, *options):
        here = os.path.dirname(os.path.abspath(__file__))
        self.cc('--compiler=' + compiler, *options, level, '-c',
                os.path.join(here, 'probe.c'), '-o', 'probe.o')
        self.cc('--compiler=' + compiler, '--front=none', '-D_GNU_SOURCE',
                '-I' + os.path.join(compilers.SOURCES, 'runtime'), '-c',
                os.path.join(here, 'probe_main.c'), '-o', 'probe_main.o')
        self.cc('--compiler=' + compiler, *options, 'probe.o', 'probe_main.o',
                '-o', 'probe')

    def check(self, compiler, level, front, *options):
        with self.subTest(compiler=compiler, level=level, front=options):
            self.build(compiler, level, *options)
            seen = lines(self.run_program('probe', status=0).stdout)
            expected = lines(self.run_program('probe', '-e', front,
                                              status=0).stdout)
            for name, what in expected.items():
                self.assertEqual((name, seen[name]), (name, what))
            # A bit-field: whatever it is, both its bytes are in it.
            self.assertRegex(seen['set_bits'], r' writes 0-[13]$')

    def test_every_access_is_seen_by_hooks_of_thread(self):
        for compiler in compilers.there('gcc', 'clang', 'clang-14',
                                        'clang-16', 'clang-19'):
            for level in LEVELS:
                self.check(compiler, level, 't', '--front=tsan')

    def test_most_accesses_are_seen_by_coverage(self):
        for compiler in compilers.there('clang', 'clang-16', 'clang-19'):
            for level in LEVELS:
                self.check(compiler, level, 'c', '--front=coverage')

    @unittest.skipUnless(compilers.HAS_PROC, 'sanitizers need /proc')
    def test_the_same_is_seen_beside_asan(self):
        for compiler in compilers.there('clang', 'clang-19'):
            self.check(compiler, '-O1', 'c', '--sanitize')


compilers.main(sys.argv)
