#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that po/POTFILES.in names every file with strings for translators, and no other.

Speaks TAP. Usage: check-potfiles.py TOP
"""
import pathlib
import re
import sys

TOP = pathlib.Path(sys.argv[1])
# What the window shows; the command line speaks English.
PLACES = [('app', 'mage-*.c'), ('ui', '*.c'), ('ui', '*.blp'), ('backend/media', '*.c'), ('backend/jobs', '*.c'),
          ('backend/project', '*.c')]
MARKED = re.compile(r'\b(_|N_|C_|g_dngettext|ngettext) ?\(')


def main():
    listed = [line for line in (TOP / 'po' / 'POTFILES.in').read_text(encoding='utf-8').splitlines()
              if line and not line.startswith('#')]
    wanted = sorted(str(path.relative_to(TOP)) for folder, pattern in PLACES for path in (TOP / folder).glob(pattern)
                    if MARKED.search(re.sub(r'#define.*', '', path.read_text(encoding='utf-8'))))
    missing = [name for name in wanted if name not in listed]
    gone = [name for name in listed if not (TOP / name).exists()]
    print('1..2')
    for name in missing:
        print(f'# missing: {name}')
    print(f'{"not ok" if missing else "ok"} 1 every file with strings is listed')
    for name in gone:
        print(f'# gone: {name}')
    print(f'{"not ok" if gone else "ok"} 2 every listed file is there')
    sys.exit(1 if missing or gone else 0)


main()
