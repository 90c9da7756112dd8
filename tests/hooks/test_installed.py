# SPDX-License-Identifier: MIT
"""The guide's page on memory, done as it says with an installed Heddle."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD, GUIDE = (os.path.abspath(path) for path in sys.argv[1:3])

BANK = """
int balance = 10;
void deposit(int seen, int amount);
void deposit(int seen, int amount) { balance = seen + amount; }
"""
TEST = """
#include <heddle/test.h>
extern int balance;
void deposit(int seen, int amount);
static int
pay(void *arg)
{
    const int seen = balance;
    HD_TRY(hd_yield());
    deposit(seen, *(int *)arg);
    return 0;
}
HD_TEST(twice)
{
    int one = 1, five = 5;
    struct hd_task *a = hd_task_spawn(pay, &one);
    struct hd_task *b = hd_task_spawn(pay, &five);
    HD_CHECK(hd_gather(a, b) == 0);
}
HD_TEST(apart)
{
    int five = 5;
    HD_CHECK(hd_await(hd_task_spawn(pay, &five)) == 0);
}
"""


def block(language):
    """The first block of the page in that language."""
    with open(GUIDE, encoding='utf-8') as page:
        match = re.search(rf'^```{language}\n(.*?)^```', page.read(),
                          re.M | re.S)
    return match.group(1)


class Installed(unittest.TestCase):
    """One installation for all."""

    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.root)
        subprocess.run(['meson', 'install', '-C', BUILD, '--no-rebuild',
                        '--quiet', '--destdir', cls.root], check=True,
                       capture_output=True)
        cls.heddle = cls.find('heddle')
        configs = os.path.dirname(cls.find('heddle-hooks.pc'))
        cls.env = dict(os.environ, PKG_CONFIG_PATH=configs,
                       PKG_CONFIG_SYSROOT_DIR=cls.root,
                       PATH=os.path.dirname(cls.heddle) + ':'
                       + os.environ['PATH'])

    @classmethod
    def find(cls, name):
        for folder, folders, files in os.walk(cls.root):
            if name in files:
                return os.path.join(folder, name)
            folders.sort()
        raise FileNotFoundError(name)

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.write('bank.c', BANK)
        self.write('test_bank.c', TEST)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), 'w',
                  encoding='utf-8') as file:
            file.write(text)

    def run_tool(self, *arguments, env=None):
        done = subprocess.run(arguments, cwd=self.folder, text=True,
                              capture_output=True, check=False, timeout=300,
                              env=env or self.env)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def check_program(self, name='./test_bank'):
        done = subprocess.run([name], cwd=self.folder, text=True,
                              capture_output=True, check=False, timeout=60)
        self.assertRegex(done.stdout, r'(?m)^FAILED twice: .*lost-update')
        self.assertRegex(done.stdout, r'(?m)^ok +apart: .*proved .*all memory '
                         r"that the program's instrumented code touches")

    def test_the_commands_of_the_page_work(self):
        command = block('sh').splitlines()[0].split()
        self.run_tool(*command)
        self.check_program()

    def test_the_makefile_of_the_page_works(self):
        self.write('Makefile', block('make'))
        self.run_tool('make')
        self.check_program()

    def test_the_meson_snippet_of_the_page_works_with_gcc_and_clang(self):
        self.write('meson.build', block('meson'))
        for compiler in ('gcc', 'clang'):
            build = 'build-' + compiler
            self.run_tool('meson', 'setup', build,
                          env=dict(self.env, CC=compiler))
            self.run_tool('meson', 'compile', '-C', build)
            self.check_program(f'./{build}/test_bank')

    def test_pkg_config_knows_the_flags(self):
        def ask(what):
            return self.run_tool('pkg-config', what,
                                 'heddle-hooks').stdout.split()

        self.run_tool('gcc', '-g', *ask('--cflags'),
                      *ask('--variable=gcc_cflags'), '-c', 'bank.c',
                      'test_bank.c')
        self.run_tool('gcc', 'bank.o', 'test_bank.o', '-o', 'test_bank',
                      *ask('--libs'))
        self.check_program()


unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
