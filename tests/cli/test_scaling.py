# SPDX-License-Identifier: MIT
"""The commands of docs/guide/scaling.md do what the page says.

Those for a shell are run as they stand; those for a system are run with the
variables that it would set.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PAGE = HEDDLE = PROGRAM = None
SHARDS = range(1, 5)
BLOCK = re.compile(r"^```(sh|yaml)\n(.*?)^```$", re.M | re.S)
PROVED = "three_deposits_count: nothing found, proved in all "


class Page(unittest.TestCase):
    """A folder with `bank` in it, and the page's commands."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        shutil.copy(PROGRAM, os.path.join(self.folder, "bank"))
        os.makedirs(os.path.join(self.folder, "bin"))
        os.symlink(HEDDLE, os.path.join(self.folder, "bin", "heddle"))
        with open(PAGE, encoding="utf-8") as page:
            text = page.read()
        self.sections = dict(
            (part.split("\n", 1)[0], BLOCK.findall(part))
            for part in text.split("\n## ")[1:])

    def blocks(self, section, kind):
        """The section's blocks of this kind; there must be some."""
        found = [text for name, text in self.sections[section]
                 if name == kind]
        self.assertTrue(found)
        return found

    def shell(self, text, **variables):
        """Run it as a script; what it prints."""
        path = os.path.join(self.folder, "bin") + ":" + os.environ["PATH"]
        done = subprocess.run(["sh", "-e", "-c", text], cwd=self.folder,
                              capture_output=True, text=True, timeout=120,
                              check=False, env={**os.environ, "PATH": path,
                                                **variables})
        self.assertEqual(done.returncode, 0,
                         text + done.stdout + done.stderr)
        return done.stdout

    def system(self, text, command, variables):
        """Run the line of a system's file that has the command, once for
        each shard; variables(shard) is what the system would set."""
        lines = [line for line in text.split("\n") if command in line]
        self.assertEqual(len(lines), 1)
        line = lines[0][lines[0].index(command):]
        for shard in SHARDS:
            said = self.shell(line, **variables(shard))
            self.assertIn(f"shard {shard}/4", said)

    def merge(self, text):
        line = re.search(r"heddle merge .*", text)[0]
        self.assertIn(PROVED, self.shell(line))


class Shell(Page):
    """What is for a shell."""

    def test_one_machine(self):
        (text,) = self.blocks("One machine", "sh")
        self.assertIn(PROVED, self.shell(text))

    def test_another_day(self):
        (text,) = self.blocks("Another day", "sh")
        self.assertIn(PROVED, self.shell(text))

    def test_shards(self):
        (text,) = self.blocks("Many machines: shards", "sh")
        said = self.shell(text)
        self.assertIn("all of shard 2/3", said)
        self.assertIn(PROVED, said)

    def test_parallel_and_xargs(self):
        with_parallel, with_xargs = self.blocks("GNU parallel, xargs", "sh")
        self.assertIn(PROVED, self.shell(with_xargs))
        if shutil.which("parallel") is not None:
            self.assertIn(PROVED, self.shell(with_parallel))


class Systems(Page):
    """What is for a system that sets variables."""

    def test_slurm(self):
        script, after = self.blocks("Slurm: a job array", "sh")
        first, last = re.search(r"--array=(\d+)-(\d+)", script).groups()
        self.system(script, "./bank", lambda shard: {
            "SLURM_ARRAY_TASK_ID": str(int(first) + shard - 1),
            "SLURM_ARRAY_TASK_MIN": first, "SLURM_ARRAY_TASK_MAX": last,
            "SLURM_ARRAY_TASK_STEP": "1",
            "SLURM_ARRAY_TASK_COUNT": str(int(last) - int(first) + 1)})
        self.merge(after)

    def test_kubernetes(self):
        (text,) = self.blocks("Kubernetes: an indexed job", "yaml")
        self.assertIn("completions: 4\n", text)
        text = text.replace("/results/", "").replace("||\n", "||")
        self.system(text, "./bank", lambda shard: {
            "JOB_COMPLETION_INDEX": str(shard - 1)})
        self.merge("heddle merge bank.0 bank.1 bank.2 bank.3")

    def test_gitlab(self):
        (text,) = self.blocks("GitLab", "yaml")
        self.assertIn("parallel: 4\n", text)
        self.system(text, "./bank", lambda shard: {
            "CI_NODE_INDEX": str(shard), "CI_NODE_TOTAL": "4"})
        self.merge(text)

    def test_github(self):
        (text,) = self.blocks("GitHub", "yaml")
        for shard in SHARDS:
            self.system_of_shard(text.replace("${{ matrix.shard }}",
                                              str(shard)), shard)
        self.merge(text)

    def system_of_shard(self, text, shard):
        line = next(line for line in text.split("\n") if "./bank" in line)
        self.assertIn(f"shard {shard}/4",
                      self.shell(line[line.index("./bank"):]))


if __name__ == "__main__":
    PAGE, HEDDLE, PROGRAM = (os.path.abspath(path) for path in sys.argv[1:4])
    for variable in [name for name in os.environ if name.startswith(
            ("CI_NODE", "SLURM_ARRAY", "JOB_COMPLETION"))]:
        del os.environ[variable]
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
