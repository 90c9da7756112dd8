# SPDX-License-Identifier: MIT
"""Tokens on the command line: damaged, foreign, from files, recipes."""

import os
import re
import sys
import tempfile

import program


class Damaged(program.Case):
    """A token that is none is refused, with what is wrong and where."""

    def refused(self, token, says):
        done = self.run_program("clean", f"--replay={token}", status=2)
        self.assertEqual(done.stdout, "")
        self.assertIn(says, done.stderr)

    def test_each_part_is_checked(self):
        self.refused("hd2:any,exact,suspend:000000:fifo", "version '2'")
        self.refused("hd1", "ends where ':'")
        self.refused("hd1:most,exact,suspend:000000:fifo", "character 5")
        self.refused("hd1:any,moon,suspend:000000:fifo", "no such clock")
        self.refused("hd1:any,exact,never:000000:fifo", "no such points")
        self.refused("hd1:any,exact,suspend:00:fifo", "six hexadecimal")
        self.refused("hd1:any,exact,suspend:000000:", "name (like 0.2)")
        self.refused("hd1:any,exact,suspend:000000:0.1@", "number (step)")
        self.refused("hd1:any,exact,suspend:000000:0.1@0=0.2", "from 1")
        self.refused("hd1:any,exact,suspend:000000:0.1@1=0.2,", "should st")
        self.refused("hd1:any,exact,suspend:000000:0.1@1=0.2;", "'+' should")
        self.refused("hd1r:any,exact,suspend:000000:random,1", "','")
        self.refused("hd1r:any,exact,suspend:000000:random,1,2,3", "after")

    def test_every_cut_token_is_refused_or_shorter(self):
        token = self.token_of("sometimes_segv", "--no-shrink", "--expect=")
        for length in range(3, len(token)):
            done = self.run_program("sometimes_segv",
                                    f"--replay={token[:length]}")
            self.assertIn(done.returncode, (0, 1, 2))
            if done.returncode == 2:
                self.assertIn("character", done.stderr)

    def test_recipes_of_unknown_strategies_are_refused(self):
        self.refused("hd1r:any,exact,suspend:000000:fast,1,2", "'fast'")
        self.refused("hd1r:any,exact,suspend:000000:dfs,1,2", "'dfs'")


class Foreign(program.Case):
    """Another program's token, or another test's."""

    def test_it_is_noted_and_with_strict_refused(self):
        token = self.token_of("segv")
        done = self.run_program("clean", f"--replay={token}", status=0)
        self.assertIn("note: the token", done.stderr)
        done = self.run_program("clean", f"--replay={token}", "--strict",
                                status=2)
        self.assertIn("refused: the token", done.stderr)
        foreign = "hd1:any,exact,suspend:000000:fifo"
        done = self.run_program(f"--replay={foreign}", status=2)
        self.assertIn("another program", done.stderr)

    def test_without_a_name_its_own_test_is_replayed(self):
        token = self.token_of("segv")
        done = self.run_program(f"--replay={token}", status=1)
        self.assertIn("replay segv: crash", done.stderr)

    def test_a_choice_that_does_not_fit_is_told(self):
        token = "hd1:any,exact,suspend:000000:0.1@1=0.77"
        done = self.run_program("clean", f"--replay={token}", status=0)
        self.assertIn("drift: 0.1@1 of the token does not fit", done.stderr)

    def test_a_choice_that_never_came_up_is_told(self):
        token = "hd1:any,exact,suspend:000000:0.1@999=0.2"
        done = self.run_program("clean", f"--replay={token}", status=0)
        self.assertIn("drift: 0.1@999 of the token never came up", done.stderr)

    def test_a_strict_replay_refuses_what_never_came_up(self):
        token = self.token_of("differs").rsplit(":", 1)[0] + ":0.1@999=0.2"
        done = self.run_program("differs", f"--replay={token}", "--strict",
                                status=2)
        self.assertIn("--strict", done.stderr)


class Files(program.Case):
    """Tokens in files."""

    def test_a_saved_schedule_is_replayed(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tokens")
            self.run_program("segv", f"--save-schedule={path}", status=0)
            done = self.run_program("segv", f"--replay={path}", status=1)
            self.assertIn("replay segv: crash", done.stderr)
            self.run_program("aborts", f"--save-schedule={path}", status=0)
            done = self.run_program("segv", f"--replay={path}", status=1)
            self.assertIn("has 2 tokens, the first is replayed", done.stderr)
            with open(path, encoding="utf-8") as file:
                lines = file.read().splitlines()
        self.assertEqual([line[:3] for line in lines],
                         ["# c", "hd1", "# c", "hd1"])

    def test_files_that_are_of_no_use_are_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "empty")
            with open(path, "w", encoding="utf-8") as file:
                file.write("nothing\n")
            done = self.run_program("segv", f"--replay={path}", status=2)
            self.assertIn("no line of it begins with hd1", done.stderr)
            done = self.run_program("segv", f"--replay={folder}", status=2)
            self.assertIn("Is a directory", done.stderr)
        done = self.run_program("segv", "--replay=/no/file", status=2)
        self.assertIn("'/no/file' is no token", done.stderr)
        self.assertIn("No such file", done.stderr)


class Recipes(program.Case):
    """A run of a random search by its number."""

    def test_a_recipe_goes_the_way_of_the_search(self):
        done = self.run_program("differs", "--strategy=random", "--seed=5",
                                "--no-shrink", "-v", "--expect=", status=1)
        recipe = re.search(r"recipe:  (\S+)", done.stderr).group(1)
        trace = re.search(r"trace:   (\S+)", done.stderr).group(1)
        again = self.run_program("differs", f"--replay={recipe}", status=1)
        self.assertIn(f"replay differs: nondeterministic-result, trace {trace}",
                      again.stderr)

    def test_a_shrunk_token_is_the_same_twice(self):
        options = ["differs", "--strategy=random", "--seed=9", "--expect="]
        first = self.token_of(*options)
        self.assertEqual(first, self.token_of(*options))
        whole = self.token_of(*options, "--no-shrink")
        self.assertLess(len(first), len(whole))
        for token in (first, whole):
            done = self.run_program("differs", f"--replay={token}", status=1)
            self.assertIn("replay differs: nondeterministic-result",
                          done.stderr)


if __name__ == "__main__":
    program.main(sys.argv)
