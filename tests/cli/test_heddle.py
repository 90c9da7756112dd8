# SPDX-License-Identifier: MIT
"""The command heddle: what it does, and what it says to bad input."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import program

HEDDLE = None
TOKEN = "hd1:any,exact,suspend:000000:fifo"


class Case(program.Case):
    """A test that runs heddle on PROGRAM."""

    def heddle(self, *arguments, status=None, **more):
        done = subprocess.run([HEDDLE, *arguments], capture_output=True,
                              text=True, timeout=60, check=False, **more)
        if status is not None:
            self.assertEqual(done.returncode, status,
                             f"{arguments}\n{done.stdout}{done.stderr}")
        return done

    def refused(self, *arguments, says, **more):
        done = self.heddle(*arguments, status=2, **more)
        self.assertEqual(done.stdout, "")
        for part in [says] if isinstance(says, str) else says:
            self.assertIn(part, done.stderr)


class Usage(Case):
    """Help, and what is wrong with a call."""

    def test_every_command_explains_itself(self):
        listed = re.findall(r"^  (\w+) ", self.heddle("--help").stdout, re.M)
        self.assertEqual(self.heddle("help").stdout,
                         self.heddle("-h", status=0).stdout)
        for name in [name for name in listed if name != "help"]:
            text = self.heddle("help", name, status=0).stdout
            self.assertTrue(text.startswith(f"usage: heddle {name}"), text)
            self.assertEqual(self.heddle(name, "--help", status=0).stdout,
                             text)
            self.assertIn("exit status:", text)
        self.assertRegex(self.heddle("--version").stdout, r"^heddle \d+\.")

    def test_what_is_unknown_is_named(self):
        self.refused(says="usage: heddle COMMAND")
        self.refused("frobnicate", says=["frobnicate", "--help"])
        self.refused("--fast", says=["option --fast", "--help"])
        self.refused("help", "frobnicate", says="frobnicate")
        self.refused("run", says="which program?")
        self.refused("run", "-q", says="which program?")
        self.refused("replay", TOKEN, says="a program are needed")
        self.refused("replay", TOKEN, "a", "b", "c", says="one test")
        self.refused("doctor", "house", says="'house'")


class Programs(Case):
    """What is a test program, and what is not."""

    def test_it_runs_with_options_and_tests(self):
        done = self.heddle("run", "--seed", "5", "-v", program.PROGRAM,
                           "clean", status=0)
        self.assertEqual(re.sub(r"\d+\.\d+ s.*", "", done.stdout),
                         re.sub(r"\d+\.\d+ s.*", "", self.run_program(
                             "--seed=5", "-v", "clean").stdout))
        self.heddle("run", program.PROGRAM, "segv", "--expect=", status=1)
        self.refused("run", "--fast", program.PROGRAM, says="--fast")

    def test_it_is_found_here_and_in_path(self):
        folder, name = os.path.split(program.PROGRAM)
        self.heddle("run", name, "clean", status=0, cwd=folder)
        paths = f"/nowhere:{os.path.abspath(folder)}"
        self.heddle("run", name, "clean", status=0, cwd="/",
                    env={**os.environ, "PATH": paths})
        self.refused("run", name, says=["no program", name], cwd="/")

    def test_others_are_refused_by_name(self):
        self.refused("run", HEDDLE, says=[HEDDLE, "not linked", "preloading"])
        self.refused("run", sys.argv[0], says=[sys.argv[0], "script"])
        self.refused("run", "/no/where", says="/no/where: No such file")
        self.refused("run", os.path.dirname(program.PROGRAM) + "/",
                     says="is a directory")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "program")
            with open(program.PROGRAM, "rb") as whole:
                head = whole.read(100)
            with open(path, "wb") as file:
                file.write(head[:30])
            self.refused("run", path, says="no executable of this machine")
            with open(path, "wb") as file:
                file.write(head)
            self.refused("run", path, says="cut short")
            shutil.copyfile(program.PROGRAM, path)
            os.chmod(path, 0o644)
            self.refused("run", path, says="may not be executed")

    def test_a_stripped_program_is_still_one(self):
        if shutil.which("strip") is None:
            self.skipTest("strip is not installed")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "program")
            subprocess.run(["strip", "-o", path, program.PROGRAM], check=True)
            self.heddle("run", path, "clean", status=0)


class Replays(Case):
    """One schedule, or many."""

    def test_a_token_is_replayed_as_by_the_program(self):
        token = self.token_of("segv")
        done = self.heddle("replay", "-q", token, program.PROGRAM, status=1)
        self.assertIn("replay segv: crash", done.stderr)
        done = self.heddle("replay", "--strict", "--", TOKEN, program.PROGRAM,
                           "clean", status=2)
        self.assertIn("refused", done.stderr)

    def test_all_tokens_of_files_are_replayed_in_turn(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("segv", "differs", "aborts"):
                self.run_program(name, "-q", f"--save-schedule={folder}/all")
                self.run_program(
                    name, "-q", f"--save-schedule={folder}/{name}.hd")
            done = self.heddle("replay", "-q", f"{folder}/all",
                               program.PROGRAM, status=1)
            self.assertEqual(re.findall(r"^replay (\w+):", done.stderr, re.M),
                             ["segv", "differs", "aborts"])
            self.assertIn("3 of 3 tokens replayed, 3 with findings",
                          done.stderr)
            os.remove(f"{folder}/all")
            done = self.heddle("replay", "-q", folder, program.PROGRAM,
                               status=1)
            self.assertEqual(re.findall(r"^replay (\w+):", done.stderr, re.M),
                             ["aborts", "differs", "segv"])
            done = self.heddle("replay", "-q", folder, program.PROGRAM,
                               "aborts", status=1)
            self.assertIn("1 of 3 tokens replayed", done.stderr)
            self.assertIn("2 are of other programs or tests", done.stderr)

    def test_a_bad_token_does_not_hide_the_others(self):
        with tempfile.TemporaryDirectory() as folder:
            self.run_program("segv", "-q", f"--save-schedule={folder}/b")
            with open(f"{folder}/a", "w", encoding="utf-8") as file:
                file.write("first line\nhd1:bad\n")
            done = self.heddle("replay", "-q", folder, program.PROGRAM,
                               status=2)
            self.assertIn("/a:2: ", done.stderr)
            self.assertIn("replay segv: crash", done.stderr)
            with open(f"{folder}/b", "w", encoding="utf-8") as file:
                file.write("nothing\n")
            os.remove(f"{folder}/a")
            done = self.heddle("replay", folder, program.PROGRAM, status=77)
            self.assertIn("nothing to replay", done.stderr)
        self.refused("replay", "/no/file", program.PROGRAM,
                     says=["'/no/file' is no token", "No such file"])

    def test_a_stop_without_a_replay_is_refused(self):
        done = self.run_program("--stop-at=3", "segv", status=2)
        self.assertIn("--stop-at is for --replay", done.stderr)
        done = self.run_program("--stop-at=soon", "segv", status=2)
        self.assertIn("'soon'", done.stderr)

    def test_a_debugger_stops_where_the_step_of_the_finding_begins(self):
        token = self.token_of("segv")
        if shutil.which("gdb") is None:
            self.skipTest("gdb is not installed")
        done = self.heddle("replay", "-q", "--gdb", token, program.PROGRAM,
                           input="next\nquit\n")
        if "ptrace" in done.stderr or "Cannot exec" in done.stderr:
            self.skipTest("no program can be traced here")
        self.assertRegex(done.stdout, r"Breakpoint 1, .*hd_stop_here")
        self.assertRegex(done.stdout, "(?s)Temporary breakpoint 2, "
                         r".*dereference_null .*wrong\.c")

    def test_without_a_debugger_that_is_said(self):
        self.refused("replay", "--gdb", TOKEN, program.PROGRAM, cwd="/",
                     env={"PATH": "/nowhere"}, says="install the package gdb")


class Doctor(Case):
    """What this machine lacks."""

    def test_a_machine_that_built_heddle_has_what_is_needed(self):
        done = self.heddle("doctor", status=0)
        self.assertRegex(done.stdout, "(?m)^ok +a C compiler")
        self.assertRegex(done.stdout, "(?m)^ok +processes may be forked")
        self.assertNotIn("FAILED", done.stdout)

    def test_each_lack_has_a_cure(self):
        done = self.heddle("doctor", status=2, env={"PATH": "/nowhere"})
        self.assertRegex(done.stdout,
                         "FAILED +a C compiler.*\n +cure: install gcc or")
        self.assertRegex(done.stdout,
                         "lacks +gdb.*\n +if wanted: install gdb")
        lacks = re.findall("^(?:lacks|FAILED)", done.stdout, re.M)
        cures = re.findall("^ +(?:cure|if wanted):", done.stdout, re.M)
        self.assertEqual(len(lacks), len(cures))


if __name__ == "__main__":
    HEDDLE = os.path.abspath(sys.argv.pop(1))
    sys.argv[1] = os.path.abspath(sys.argv[1])
    program.main(sys.argv)
