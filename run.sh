#!/usr/bin/env bash
# The list of our deeds. Each one makes or refreshes .venv first, from Python >= 3.11 with venv and pip alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'TEXT'
./run.sh demo [OPTIONS]      the five seed articles through the whole bot; no token, no network
./run.sh test [PYTEST ARGS]  every check, then every test
./run.sh check               format, lint, types, doors, spelling
./run.sh run [OPTIONS]       the bot; without --config it uses config.toml
./run.sh watchfloor ...      any other command of the bot
./run.sh chat-servers        a local Slack and a local Discord to point the bot at, and to talk to it
./run.sh bench rules [...]   the rule engine against its peers; --data DIR, --size N, --quick, --json
./run.sh bench polling [...] the feeds, beside a plain loop; --data DIR, --feedparser DIR, --quick, --json
./run.sh bench stories --data DIR   stories against simpler ways, on labelled data; --quick, --json
./run.sh bench store [...]   inserts, searches and the outbox on both databases; --data DIR, --size N, --quick, --json
./run.sh bench delivery [...] the whole way, alone and with several workers; --data DIR, --quick, --json
./run.sh fuzz [OPTIONS]      random and mutated queries and articles; --inputs N
./run.sh crash [OPTIONS]     the bot killed again and again; --kills N, --database sqlite|postgres, --workers N
./run.sh lock                work the lock files out again from pyproject.toml
TEXT
}

say() { printf '%s\n' "$*" >&2; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3 python3.12 python3.13 python; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done
  say "Watchfloor needs Python 3.11 or newer with its venv module. Install it, or name it: PYTHON=/path/to/python ./run.sh $*"
  exit 1
}

# A stamp is written last, so a set-up that was interrupted starts over.
prepare() {
  local python locked project
  python=$(find_python "$@")
  locked="$("$python" -c 'import platform; print(platform.python_version())') $(cksum < requirements.lock)"
  project=$(cksum < pyproject.toml)
  exec 9> .venv.lock
  if command -v flock > /dev/null; then flock 9; fi
  if [ "$(cat .venv/locked 2> /dev/null || true)" != "$locked" ]; then
    say "Setting up .venv from the lock file (a minute or two, once) ..."
    rm -rf .venv
    quietly "$python" -m venv .venv
    install --only-binary :all: --require-hashes -r requirements.lock
    printf '%s' "$locked" > .venv/locked
  fi
  if [ "$(cat .venv/project 2> /dev/null || true)" != "$project" ]; then
    # The strict mode of an editable install maps single packages; this one adds the folder.
    install --no-build-isolation --config-settings editable_mode=compat --editable .
    printf '%s' "$project" > .venv/project
  fi
  exec 9>&-
}

install() {
  quietly .venv/bin/python -m pip install --disable-pip-version-check --quiet --no-deps "$@"
}

# Runs a step of the set-up; what it said is shown only if it failed.
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" > "$log" 2>&1; then
    cat "$log" >&2
    say "Setting up .venv failed at: $*"
    say "What it said stands above. Run the same command again once that is mended."
    exit 1
  fi
  rm -f "$log"
}

# What only the bench compares with; the bot and its tests never need it.
prepare_bench() {
  local peers
  prepare bench
  peers=$(cksum < requirements-bench.lock)
  if [ "$(cat .venv/peers 2> /dev/null || true)" != "$peers" ]; then
    say "Installing the peers of the bench (half a minute, once) ..."
    install --only-binary :all: --require-hashes -r requirements-bench.lock
    printf '%s' "$peers" > .venv/peers
  fi
}

check() {
  .venv/bin/ruff format --check --quiet . || { say "Some files are not formatted: .venv/bin/ruff format ."; return 1; }
  .venv/bin/ruff check --quiet .
  .venv/bin/mypy
  .venv/bin/lint-imports --no-logo
  .venv/bin/codespell
}

deed=${1:-}
[ $# -gt 0 ] && shift
case "$deed" in
  demo) prepare demo; exec .venv/bin/watchfloor demo "$@" ;;
  run)
    prepare run
    case " $* " in *" --config"*) ;; *) set -- --config config.toml "$@" ;; esac
    exec .venv/bin/watchfloor run "$@" ;;
  watchfloor) prepare watchfloor; exec .venv/bin/watchfloor "$@" ;;
  check) prepare check; check ;;
  test) prepare test; check; exec .venv/bin/python -m pytest "$@" ;;
  bench) prepare_bench; exec .venv/bin/python -m tests.benchmarks "$@" ;;
  chat-servers) prepare chat-servers; exec .venv/bin/python -m tests.servers "$@" ;;
  crash) prepare crash; exec .venv/bin/python -m tests.crashes "$@" ;;
  fuzz) prepare fuzz; exec .venv/bin/python -m tests.fuzz "$@" ;;
  lock)
    command -v uv > /dev/null || { say "The lock files are worked out by uv: pip install uv"; exit 1; }
    compile=(uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header)
    "${compile[@]}" --extra postgres --extra dev pyproject.toml -o requirements.lock > /dev/null
    "${compile[@]}" --extra bench --constraint requirements.lock pyproject.toml -o requirements-bench.lock > /dev/null ;;
  *) usage; [ -z "$deed" ] || [ "$deed" = help ] || exit 2 ;;
esac
