#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The inner half of ./run: configures, builds, then tests, runs or opens a tool. Called where the
# packages are (the system or the private root):  door.sh COMMAND TOP BUILDDIR TORCH [CMD…]
set -euo pipefail
command=$1 top=$2 build=$2/$3 torch=$4
shift 4

say () { printf '%s\n' "$*" >&2; }

configure () {
  local options=(-Dtorch_prefix="$torch" -Dwerror="${CI:-false}")
  if [ ! -e "$build/build.ninja" ]; then
    rm -rf "$build"
    meson setup "$build" "$top" "${options[@]}" >"$build.log" 2>&1 \
      || { cat "$build.log" >&2; say "videomage: the build could not be configured; the messages above say why."; exit 1; }
    mv "$build.log" "$build/setup.log"
  fi
}

build () {
  configure
  local log=$build/build.log
  if ! ninja -C "$build" -n 2>/dev/null | grep -q 'no work to do'; then say "Building …"; fi
  ninja -C "$build" >"$log" 2>&1 \
    || { grep -v '^\[' "$log" | tail -n 60 >&2 || true; say "videomage: the build failed (whole log: $log)."; exit 1; }
}

# Runs every test and closes with “N passed, N failed, N skipped”, counted from the tests' own
# TAP lines; a program that crashes or times out counts as one failure.
run_tests () {
  local status=0
  meson test -C "$build" --no-rebuild --print-errorlogs "$@" || status=$?
  python3 "$top/tools/count-tests.py" "$build/meson-logs/testlog.json" || status=1
  return $status
}

case $command in
  build) build ;;
  test)  build; run_tests "$@" ;;
  exec)  export PATH=$build/app:$PATH; exec "$@" ;;
  run)   build
         if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ -x "$build/app/videomage" ]; then
           exec "$build/app/videomage" "$@"
         fi
         exec "$build/app/videomage-cli" demo "$@" ;;
  *)     say "door.sh: unknown command “$command”"; exit 2 ;;
esac
