#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the sub-tests in Meson's testlog.json and prints “N passed, N failed, N skipped”."""
import json
import re
import sys

passed = failed = skipped = 0
with open(sys.argv[1], encoding='utf-8') as log:
    for line in log:
        test = json.loads(line)
        ok = bad = skip = 0
        for row in test.get('stdout', '').splitlines():
            match = re.match(r'(not )?ok\b[^#]*(#\s*(skip|todo))?', row, re.IGNORECASE)
            if not match or row.startswith('    '):
                continue
            if match.group(2):
                skip += 1
            elif match.group(1):
                bad += 1
            else:
                ok += 1
        result = test['result']
        if result == 'OK' and ok + skip == 0:
            ok = 1
        elif result == 'SKIP' and skip == 0:
            skip = 1
        elif result not in ('OK', 'SKIP', 'EXPECTEDFAIL') and bad == 0:
            bad = 1
        passed, failed, skipped = passed + ok, failed + bad, skipped + skip

print(f'{passed} passed, {failed} failed, {skipped} skipped', flush=True)
sys.exit(1 if failed or passed == 0 else 0)
