"""The faults found so far, each with its key and line, while the rest of a file is still judged.

It collects and asks nothing: what counts as a fault is decided by the modules that report to it.
"""

from collections.abc import Mapping

from bot.config.places import Path, dotted, line_of
from bot.errors import ConfigError, Fault


class Findings:
    """Collects faults. `variables` says which keys have their value from the environment."""

    def __init__(self, lines: Mapping[Path, int], variables: Mapping[Path, str]) -> None:
        self._lines = lines
        self._variables = variables
        self._faults: list[Fault] = []
        self._blamed: set[Path] = set()
        self._around: set[Path] = set()

    def add(self, path: Path, problem: str, remedy: str) -> None:
        """Report a mistake at a key, in two finished sentences."""
        variable = self._variables.get(path)
        line = None if variable else self.line(path)
        if variable:
            problem = f"{problem} The environment variable {variable} says so."
        self._faults.append(Fault(dotted(path), problem, remedy, line))
        self._blamed.add(path)
        self._around.update(path[:length] for length in range(len(path)))

    def blames(self, path: Path) -> bool:
        """True if a fault stands at this key, around it or inside it: what it says is not known."""
        return path in self._around or any(
            path[:length] in self._blamed for length in range(1, len(path) + 1)
        )

    def line(self, path: Path) -> int | None:
        """The line of a key, or of the nearest thing around it."""
        return line_of(path, self._lines)

    def raise_any(self, file: str) -> None:
        """Raise ConfigError with all faults, in the file's order, if there is one."""
        if self._faults:
            in_order = sorted(self._faults, key=lambda fault: (fault.line is None, fault.line or 0))
            raise ConfigError(file, tuple(in_order))
