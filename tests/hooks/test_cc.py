# SPDX-License-Identifier: MIT
"""heddle cc: compiling, linking, both, and what it says to bad input."""

import os
import shutil
import subprocess
import sys

import compilers

CODE = 'int shared;\nint get(void);\nint get(void) { return shared; }\n'
MAIN = """
#include <stdio.h>
#include <string.h>
int get(void);
int main(int argc, char **argv)
{
    char text[8];
    strcpy(text, "so");
    printf("%s %d %d\\n", text, get(), argc);
    return argv[argc] != NULL;
}
"""
TEST = """
#include <heddle/test.h>
int get(void);
HD_TEST(calls) { HD_CHECK(get() == 0); }
"""


class Command(compilers.Case):
    """In a folder with two sources."""

    def setUp(self):
        super().setUp()
        for name, text in {'code.c': CODE, 'main.c': MAIN,
                           'test.c': TEST}.items():
            with open(self.path(name), 'w', encoding='utf-8') as file:
                file.write(text)

    def symbols(self, name):
        return subprocess.run(['nm', self.path(name)], capture_output=True,
                              text=True, check=True).stdout

    def refused(self, *arguments, says):
        done = self.cc(*arguments, status=2)
        self.assertEqual(done.stdout, '')
        self.assertIn(says, done.stderr)

    def test_it_compiles(self):
        self.cc('-c', 'code.c')
        self.assertIn('U __tsan_read4', self.symbols('code.o'))
        self.cc('--front=none', '-c', 'code.c', '-o', 'plain.o')
        self.assertNotIn('__tsan', self.symbols('plain.o'))
        self.cc('-S', 'code.c')
        self.assertTrue(os.path.exists(self.path('code.s')))
        self.assertIn('int get', self.cc('-E', 'code.c').stdout)

    def test_it_compiles_and_links_in_one_call_or_in_several(self):
        self.cc('-O2', 'code.c', 'test.c', '-o', 'once')
        self.cc('-c', 'code.c')
        self.cc('-c', 'test.c', '-o', 'other.o')
        self.cc('code.o', 'other.o', '-o', 'twice')
        self.cc('code.o', 'test.c', '-o', 'mixed')
        for name in ('once', 'twice', 'mixed'):
            done = self.run_program(name, status=0)
            self.assertIn('all memory that the program', done.stdout)
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ['code.c', 'code.o', 'main.c', 'mixed', 'once',
                          'other.o', 'test.c', 'twice'])

    def test_optimising_at_link_time_hides_nothing(self):
        for compiler in compilers.there('gcc', 'clang', 'clang-19'):
            self.cc('--compiler=' + compiler, '-O2', '-flto', 'code.c',
                    'test.c', '-o', 'whole')
            done = self.run_program('whole', status=0)
            self.assertIn('all memory that the program', done.stdout)

    def test_a_source_may_come_in(self):
        done = subprocess.run([compilers.HEDDLE, 'cc', '-MD', '-x', 'c', '-',
                               'code.c', '-o', 'piped'], input=TEST, text=True,
                              cwd=self.folder, check=False,
                              capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.run_program('piped', status=0)
        self.assertIn('all memory that the program', done.stdout)

    def test_heddle_test_may_be_named_and_is_linked_once(self):
        self.cc('code.c', 'test.c', '-lheddle-test', '-o', 'named')
        self.run_program('named', status=0)

    def test_a_program_of_another_kind_runs_as_it_did(self):
        self.cc('code.c', 'main.c', '-o', 'main')
        done = self.run_program('main', 'x', status=0)
        self.assertEqual(done.stdout, 'so 0 2\n')

    def test_a_shared_library_is_seen_in_the_program_that_loads_it(self):
        self.cc('-fPIC', '-shared', 'code.c', '-o', 'libcode.so')
        self.cc('test.c', '-L.', '-lcode', '-Wl,-rpath,$ORIGIN', '-o', 'uses')
        done = self.run_program('uses', status=0)
        self.assertIn('all memory that the program', done.stdout)

    def test_without_a_front_nothing_is_seen(self):
        self.cc('--front=none', 'code.c', 'test.c', '-o', 'plain')
        self.assertNotIn('__wrap_', self.symbols('plain'))
        done = self.run_program('plain', status=0)
        self.assertNotIn('instrumented', done.stdout)
        done = self.run_program('plain', '--memory=seen', status=2)
        self.assertIn('heddle cc', done.stderr)

    def test_memory_may_be_looked_away_from(self):
        self.cc('code.c', 'test.c', '-o', 'test')
        done = self.run_program('test', '--memory=objects', status=0)
        self.assertNotIn('instrumented', done.stdout)

    def test_the_flags_themselves_can_be_had(self):
        cflags = self.cc('--print=cflags').stdout.split()
        libs = self.cc('--print=libs').stdout.split()
        self.assertIn('-fsanitize=thread', cflags)
        self.assertNotIn('-fsanitize=thread', libs)
        self.assertIn('-Wl,--wrap=malloc', libs)
        compiler = compilers.there('cc', 'gcc', 'clang')[0]
        for source in ('code.c', 'test.c'):
            subprocess.run([compiler, *cflags, '-c', source], check=True,
                           cwd=self.folder)
        subprocess.run([compiler, 'code.o', 'test.o', '-o', 'byhand', *libs],
                       check=True, cwd=self.folder)
        self.run_program('byhand', status=0)

    def test_instrumented_code_brings_no_warning_of_its_own(self):
        with open(self.path('fence.c'), 'w', encoding='utf-8') as file:
            file.write('int v;\nvoid f(void);\nvoid f(void)\n'
                       '{ __atomic_thread_fence(5); v = 1; }\n')
        for compiler in compilers.there('gcc', 'clang', 'clang-19'):
            self.cc('--compiler=' + compiler, '-Wall', '-Wextra', '-Werror',
                    '-O2', '-c', 'fence.c', 'code.c')

    def test_what_is_asked_of_the_compiler_it_answers(self):
        self.assertIn('.', self.cc('-dumpfullversion', '-dumpversion').stdout)

    def test_errors_of_the_compiler_are_its_own(self):
        with open(self.path('bad.c'), 'w', encoding='utf-8') as file:
            file.write('this is no C\n')
        self.assertIn('bad.c', self.cc('-c', 'bad.c', status=1).stderr)
        self.assertIn('bad.c', self.cc('bad.c', '-o', 'bad',
                                       status=1).stderr)
        self.cc('code.c', '-o', 'no_main_but_that_of_tests')
        self.assertIn('get', self.cc('test.c', '-o', 'x', status=1).stderr)

    def test_what_cannot_be_is_said(self):
        self.refused(says='nothing to compile')
        self.refused('--front=best', 'code.c', says='--front=best')
        self.refused('--print=all', says='--print=cflags or --print=libs')
        self.refused('--compiler=no-such-cc', '-c', 'code.c',
                     says="'no-such-cc' is no C compiler")
        self.refused('--compiler=gcc', '--front=coverage', '-c', 'code.c',
                     says='needs clang')
        self.refused('--compiler=gcc', '--front=tsan', '--sanitize', '-c',
                     'code.c', says='does not go together with ASan')

    def test_the_command_finds_its_place_from_where_it_is(self):
        shutil.copy(compilers.HEDDLE, self.path('heddle'))
        done = subprocess.run([self.path('heddle'), 'cc', '-c', 'code.c'],
                              cwd=self.folder, capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn('heddle-cc.txt', done.stderr)


compilers.main(sys.argv)
