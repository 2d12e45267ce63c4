#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills the program at random moments and compares what is made after all with an undisturbed run.

Every kind of job is run once undisturbed on a tiny model: a subject, a motion with the word of its
thing, the fusion, a sampling by SCS. Then, from the same beginning, it is killed (SIGKILL) and run
again; losses, weights, frames and numbers must be the same bit for bit. Besides, a full disk and a
folder that may not be written must give a sentence and lose nothing.

Speaks TAP. Usage: kill-resume.py CLI MODEL SAMPLE [--each N] [--seed N]
  --each N   N kills of every kind (the soak test); without it MOMENTS over all kinds
"""
import argparse
import ctypes
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

MOMENTS = 20
# The last hundredths of a life may pass before anybody has looked.
LIFE = 0.97
PROMPT = 'a <bear1> is riding a <robot1>'
SIZE = ['--frames', '4', '--width', '96', '--height', '64', '--threads', '1', '--steps', '10']
TRAIN = ['--iterations', '30', '--token-iterations', '16', '--checkpoint-every', '3', '--lambda1', '0',
         '--fuse-iterations', '16', '--fuse-clips', '2', '--clip-steps', '4', '--sample-every', '7', '--sample-steps', '2',
         '--background-prompts', 'a street|a room',
         # Outlines take a minute of the processor, and test-fuse looks at them.
         '--clip-masks', 'attention']
# Of linux/prctl.h and linux/capability.h.
PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE = 1

# What is run of each kind, in the order in which one needs the other.
KINDS = {
    'subject': [['train', '--only', '<bear1>'], ['train', '--only', '<robot1>']],
    'motion': [['train', '--only', 'ride']],
    'fusion': [['fuse']],
    'sampling': [['sample', '--prompt', PROMPT, '--motion', 'ride', '--seed', '5', '--alpha', '100']],
}


def cpu_seconds(process):
    """What a running process has computed so far; unlike the time of day, it does not depend on others."""
    try:
        fields = pathlib.Path(f'/proc/{process}/stat').read_text().rpartition(')')[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def cpu_seconds_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Runner:
    def __init__(self, cli, folder):
        self.cli = cli
        self.folder = folder
        # Numbers must not depend on what the machine does besides.
        self.environment = dict(os.environ, OMP_NUM_THREADS='1', XDG_CACHE_HOME=str(folder / 'xdg'))

    def command(self, project, words):
        return [self.cli, words[0], str(project)] + words[1:]

    def run(self, project, words, **how):
        return subprocess.run(self.command(project, words), env=self.environment, text=True, encoding='utf-8',
                              capture_output=True, check=False, **how)

    def must(self, project, words):
        done = self.run(project, words)
        if done.returncode != 0:
            raise RuntimeError(f'{words}: {done.stderr}')
        return done

    def kill(self, project, words, after):
        """Runs a command and kills it once it has computed for so many seconds; True when that was before its end."""
        with subprocess.Popen(self.command(project, words), env=self.environment,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and cpu_seconds(process.pid) < after:
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
            return process.wait() == -signal.SIGKILL


def make_project(runner, model, sample):
    project = runner.folder / 'start.mage'
    runner.must(project, ['new', '--model', model] + SIZE + TRAIN)
    for name, token in [('pink_bear', '<bear1>'), ('teal_robot', '<robot1>')]:
        pictures = [f'{sample}/subjects/{name}/{i}.png' for i in range(2)]
        runner.must(project, ['import', '--subject'] + pictures
                    + ['--name', name, '--token', token, '--superclass', 'dog'])
    mask = f'{sample}/motions/person_riding_horse_mask_horse.png'
    runner.must(project, ['import', '--motion', f'{sample}/motions/person_riding_horse.mp4', '--name', 'ride',
                          '--caption', 'A person is riding a horse', '--thing', f'horse={mask}'])
    return project


def read_series(path):
    """Steps by number; what was repeated after a crash counts once, the last time."""
    steps = {}
    for line in path.read_text().splitlines():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        steps = {k: v for k, v in steps.items() if k < entry['step']}
        steps[entry['step']] = entry
    return steps


def outcome(project):
    """Everything that must not depend on how often it was killed, by a name that does not either."""
    found = {}
    for path in sorted((project / 'runs').rglob('*')):
        name = str(path.relative_to(project))
        if path.name == 'losses.jsonl':
            found[name] = read_series(path)
        elif path.name in ('pytorch_lora_weights.safetensors', 'learned_embeds.safetensors') or path.suffix == '.png':
            found[name] = path.read_bytes()
        elif path.name == 'run.json':
            record = json.loads(path.read_text())
            found[name] = (record['complete'], record['step'], record['hash'])
    for number, result in enumerate(sorted((project / 'results').glob('*/result.json'))):
        for path in sorted(result.parent.rglob('*.png')):
            found[f'result {number} {path.name}'] = path.read_bytes()
        steps = result.parent / 'steps.jsonl'
        found[f'result {number} steps'] = steps.read_text() if steps.exists() else None
    return found


def differences(one, other):
    return [name for name in sorted(set(one) | set(other)) if one.get(name) != other.get(name)]


class Kind:
    """The project before and after one kind of job, undisturbed, and how long its commands took."""

    def __init__(self, name, runner, start):
        self.name = name
        self.runner = runner
        self.start = start
        self.end = runner.folder / f'{name}.mage'
        self.seconds = []
        shutil.copytree(start, self.end)
        for words in KINDS[name]:
            before = cpu_seconds_of_children()
            runner.must(self.end, words)
            self.seconds.append(cpu_seconds_of_children() - before)
        self.wanted = outcome(self.end)

    def disturb(self, chance):
        """Kills one of the commands at a moment of its life, then runs all; what differs, and what was killed."""
        project = self.runner.folder / 'disturbed.mage'
        which = chance.randrange(len(self.seconds))
        after = chance.uniform(0, LIFE * self.seconds[which])
        shutil.copytree(self.start, project)
        for words in KINDS[self.name][:which]:
            self.runner.must(project, words)
        killed = self.runner.kill(project, KINDS[self.name][which], after)
        # A video that is there is done; sampling again would make a second one.
        if not list((project / 'results').glob('*/result.json')):
            for words in KINDS[self.name][which:]:
                self.runner.must(project, words)
        wrong = differences(self.wanted, outcome(project))
        shutil.rmtree(project)
        return wrong, f'{self.name} {"killed" if killed else "done"} after {after:.2f} s'


def limit_files(size):
    def apply():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return apply


def check_full_disk(kind):
    """A disk that takes no checkpoint: a sentence; with room again, the same outcome."""
    project = kind.runner.folder / 'full.mage'
    shutil.copytree(kind.start, project)
    failed = kind.runner.run(project, KINDS[kind.name][0], preexec_fn=limit_files(12 * 1024))
    lines = failed.stderr.strip().splitlines()
    wrong = []
    if failed.returncode != 1 or not lines or not lines[-1].startswith('videomage-cli: '):
        wrong.append(f'status {failed.returncode}, no sentence: {failed.stderr!r}')
    for words in KINDS[kind.name]:
        kind.runner.must(project, words)
    wrong += differences(kind.wanted, outcome(project))
    shutil.rmtree(project)
    return wrong, lines[-1] if lines else ''


def respect_permissions():
    """Takes from this process the right by which root writes where nobody may; it stays the same user,
    who may read the program wherever it lies. Without effect for one who has no such right."""
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


def permissions_count(folder):
    """Whether the system refuses what the permissions of a folder forbid, once we asked it to."""
    probe = ['sh', '-c', 'echo > "$1/probe" 2> /dev/null', 'sh', str(folder)]
    return subprocess.run(probe, preexec_fn=respect_permissions, stderr=subprocess.DEVNULL, check=False).returncode != 0


def check_read_only(kind):
    """A folder that may not be written: a sentence, and nothing changed."""
    project = kind.runner.folder / 'locked.mage'
    shutil.copytree(kind.start, project)
    before = {p: p.read_bytes() for p in project.rglob('*') if p.is_file()}
    for path in [project, *project.rglob('*')]:
        os.chmod(path, 0o555 if path.is_dir() else 0o444)
    if not permissions_count(project):
        return [], '# SKIP this user may write everywhere'
    failed = kind.runner.run(project, KINDS[kind.name][0], preexec_fn=respect_permissions)
    lines = failed.stderr.strip().splitlines()
    wrong = []
    if failed.returncode != 1 or not lines or not lines[-1].startswith('videomage-cli: '):
        wrong.append(f'status {failed.returncode}, no sentence: {failed.stderr!r}')
    wrong += [str(p) for p in project.rglob('*') if p.is_file() and before.get(p) != p.read_bytes()]
    for path in [project, *project.rglob('*')]:
        os.chmod(path, 0o755 if path.is_dir() else 0o644)
    shutil.rmtree(project)
    return wrong, lines[-1] if lines else ''


class Tap:
    def __init__(self, n):
        self.number = 0
        self.failed = 0
        print(f'1..{n}', flush=True)

    def say(self, wrong, text):
        self.number += 1
        self.failed += bool(wrong)
        for line in wrong:
            print(f'# differs: {line}')
        print(f'{"not ok" if wrong else "ok"} {self.number} {text}', flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('cli')
    parser.add_argument('model')
    parser.add_argument('sample')
    parser.add_argument('--each', type=int, default=0)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix='videomage-kill-'))
    try:
        runner = Runner(os.path.abspath(options.cli), folder)
        names = list(KINDS)
        plan = names * options.each if options.each else [names[i % len(names)] for i in range(MOMENTS)]
        tap = Tap(len(plan) + 2 + len(names))
        kinds = {}
        start = make_project(runner, os.path.abspath(options.model), os.path.abspath(options.sample))
        for name in names:
            kinds[name] = Kind(name, runner, start)
            start = kinds[name].end
        for name in plan:
            tap.say(*kinds[name].disturb(chance))
        for name in names:
            wrong, sentence = check_full_disk(kinds[name])
            tap.say(wrong, f'{name} on a full disk: {sentence}')
        for name in ('subject', 'sampling'):
            wrong, sentence = check_read_only(kinds[name])
            tap.say(wrong, f'{name} in a read-only folder: {sentence}')
        return 1 if tap.failed else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    sys.exit(main())
