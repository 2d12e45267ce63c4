#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uses the program from outside: by accessibility as a screen reader does, and with a real mouse.

Speaks TAP. Usage: outside.py PROGRAM DRAG_SOURCE PICTURE… (on a display and a session bus of its own)
"""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi  # noqa: E402

PATIENCE = 60  # seconds that a busy machine may take for one step


def wait_for(what, look):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f'{what} did not appear')


def walk(node, depth=0):
    if node is None or depth > 60:
        return
    yield node
    for index in range(node.get_child_count()):
        yield from walk(node.get_child_at_index(index), depth + 1)


def program():
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        application = desktop.get_child_at_index(index)
        if application is not None and 'videomage' in (application.get_name() or '').lower():
            return application
    return None


def showing(node):
    return node.get_state_set().contains(Atspi.StateType.SHOWING)


def find(name, roles=None):
    """The first thing on the screen whose name holds NAME; None while there is none."""
    try:
        for node in walk(program()):
            if name in (node.get_name() or '') and showing(node):
                if roles is None or node.get_role() in roles:
                    return node
    except gi.repository.GLib.Error:
        pass  # what was looked at went away meanwhile
    return None


def press(name):
    node = wait_for(name, lambda: find(name, {Atspi.Role.BUTTON, Atspi.Role.PUSH_BUTTON}))
    node.get_action_iface().do_action(0)


def list_names():
    try:
        return [node.get_name() for node in walk(program()) if node.get_name() and showing(node)]
    except gi.repository.GLib.Error:
        return []


def xdotool(*words):
    return subprocess.run(['xdotool', *words], check=True, capture_output=True, text=True).stdout.strip()


def window_of(pid):
    found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(pid)], capture_output=True, text=True)
    return found.stdout.split()[-1] if found.stdout.split() else None


def drag(start, end):
    """Mouse down, small moves until the drag begins, large ones to the target, mouse up."""
    xdotool('mousemove', str(start[0]), str(start[1]))
    xdotool('mousedown', '1')
    for _ in range(10):
        xdotool('mousemove_relative', '4', '2')
        time.sleep(0.03)
    for part in range(1, 6):
        x = start[0] + 40 + (end[0] - start[0] - 40) * part // 5
        y = start[1] + 20 + (end[1] - start[1] - 20) * part // 5
        xdotool('mousemove', str(x), str(y))
        time.sleep(0.1)
    time.sleep(0.5)
    xdotool('mouseup', '1')


def middle_of(name):
    """Where the middle of a thing is in a window whose corner is the screen's."""
    box = find(name).get_component_iface().get_extents(Atspi.CoordType.WINDOW)
    return box.x + box.width // 2, box.y + box.height // 2


class Test:
    def __init__(self, binary, source, pictures):
        self.binary, self.source, self.pictures = binary, source, pictures
        self.home = tempfile.mkdtemp(prefix='videomage-outside-')
        self.running = []

    def start(self, *command):
        environment = dict(os.environ, HOME=self.home, XDG_DATA_HOME=self.home + '/data', XDG_CACHE_HOME=self.home + '/cache',
                           XDG_CONFIG_HOME=self.home + '/config')
        environment.pop('GTK_A11Y', None)
        process = subprocess.Popen(command, env=environment)
        self.running.append(process)
        return process

    def finish(self):
        for process in self.running:
            process.terminate()
            process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def test_sample(self):
        """Opens the sample project by its button's name and finds its subjects."""
        self.program = self.start(self.binary)
        wait_for('the program', program)
        press('Try the Sample')
        wait_for('the subject', lambda: any('<bear1>' in name for name in list_names()))
        wait_for('Compose', lambda: find('Compose'))

    def pictures_of(self, token):
        """The pictures of a subject as they stand in the project's file, by name."""
        for path in glob.glob(self.home + '/**/project.json', recursive=True):
            with open(path, encoding='utf-8') as file:
                for subject in json.load(file)['subjects']:
                    if subject['token'] == token:
                        return [picture['file'] for picture in subject['pictures']]
        return []

    def test_reorder(self):
        """Drags the first picture of the strip behind the third with the mouse; the project's file has the new order."""
        wait_for('five pictures', lambda: find('Picture 5 of 5'))
        window = wait_for('the window', lambda: window_of(self.program.pid))
        xdotool('windowmove', window, '0', '0')
        time.sleep(0.5)
        before = wait_for('the pictures in the file', lambda: self.pictures_of('<robot1>'))
        drag(middle_of('Picture 1 of 5'), middle_of('Picture 3 of 5'))
        wait_for('another order', lambda: self.pictures_of('<robot1>') == [before[1], before[2], before[0], *before[3:]])

    def test_drag(self):
        """Drags pictures with the mouse onto the subject's page: they join its pictures."""
        wait_for('five pictures', lambda: find('Picture 5 of 5'))
        window = wait_for('the window', lambda: window_of(self.program.pid))
        xdotool('windowmove', window, '0', '0')
        source = self.start(self.source, *self.pictures)
        other = wait_for('the drag source', lambda: window_of(source.pid))
        xdotool('windowmove', other, '0', '760')
        xdotool('windowraise', other)
        time.sleep(0.5)
        drag((50, 810), (560, 380))
        wait_for('three more pictures', lambda: find(f'of {5 + len(self.pictures)} masks'))


def main():
    if 'TAP_FD' in os.environ:
        sys.stdout = os.fdopen(int(os.environ['TAP_FD']), 'w', buffering=1)
    test = Test(sys.argv[1], sys.argv[2], sys.argv[3:])
    steps = [test.test_sample, test.test_reorder, test.test_drag]
    print(f'1..{len(steps)}')
    failed = False
    for number, step in enumerate(steps, 1):
        try:
            step()
            print(f'ok {number} {step.__name__}', flush=True)
        except (AssertionError, subprocess.CalledProcessError) as problem:
            failed = True
            print(f'# {problem}; on the screen: {list_names()[:60]}')
            print(f'not ok {number} {step.__name__}', flush=True)
    test.finish()
    sys.exit(1 if failed else 0)


main()
