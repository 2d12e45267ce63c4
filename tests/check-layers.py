#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that no room includes what lies above it, and that only backend/tensor sees libtorch.

Speaks TAP. Usage: check-layers.py TOP
"""
import pathlib
import re
import sys

# What each room may include, besides itself.
ALLOWED = {
    'tensor': set(),
    'nn': {'tensor'},
    'diffusion': {'nn', 'tensor'},
    'train': {'diffusion', 'nn', 'tensor'},
    'engine': {'train', 'diffusion', 'nn', 'tensor'},
    'media': set(),
    'world': set(),
    'project': set(),
    'jobs': {'engine', 'media', 'project'},
}
ROOMS = set(ALLOWED) | {'ui', 'app'}
GTK = re.compile(r'^(gtk|adwaita|gdk/gdk)')
TORCH = re.compile(r'^(torch|ATen|c10)/')
MEDIA = re.compile(r'^(gst|gdk-pixbuf|cairo)')


def problems(path, room, text):
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if not match:
            continue
        name = match.group(1)
        other = name.split('/')[0]
        where = f'{path}:{number}'
        if '/' in name and other in ROOMS and other != room and other not in ALLOWED[room]:
            yield f'{where}: {room} includes {name}'
        if GTK.match(name):
            yield f'{where}: the backend includes {name}'
        if TORCH.match(name) and room != 'tensor':
            yield f'{where}: {room} includes {name}'
        if MEDIA.match(name) and room != 'media' and not (room == 'world' and name == 'cairo.h'):
            yield f'{where}: {room} includes {name}'


def main():
    backend = pathlib.Path(sys.argv[1]) / 'backend'
    print(f'1..{len(ALLOWED)}')
    failed = False
    for number, room in enumerate(sorted(ALLOWED), 1):
        found = []
        files = [f for f in sorted((backend / room).rglob('*')) if f.suffix in ('.c', '.h', '.cpp', '.hpp')]
        for file in files:
            found += problems(file.relative_to(backend.parent), room, file.read_text(encoding='utf-8'))
        if not files:
            found.append(f'backend/{room} holds no source')
        for problem in found:
            print(f'# {problem}')
        print(f'{"not ok" if found else "ok"} {number} {room}')
        failed = failed or bool(found)
    sys.exit(1 if failed else 0)


main()
