"""Pictures and files of a terminal, which shows none: they lie in folders, and it says where.

It throws nothing away: whoever asked for them owns the folders.
"""

from datetime import datetime
from pathlib import Path

from bot.message import Answer, File, Picture

PICTURES, FILES = Path("pictures"), Path("files")
_MOST_OF_A_SECOND = 100


def said(answer: Answer, now: datetime) -> tuple[str, ...]:
    """Save what goes with an answer, and say in a line where it is, or why it is nowhere."""
    enclosed = [each for each in (answer.picture, answer.file) if each is not None]
    return tuple(_said(each, now) for each in enclosed)


def _said(enclosed: Picture | File, now: datetime) -> str:
    kind = "picture" if isinstance(enclosed, Picture) else "file"
    try:
        return f"{kind.capitalize()}: {save(enclosed, now)}"
    except OSError as error:
        reason = error.strerror or error
        return (
            f"The {kind} could not be written into {folder_of(enclosed).absolute()} ({reason})."
            " Start the bot where it may write."
        )


def folder_of(enclosed: Picture | File) -> Path:
    """Where such things lie, below the folder in which the bot was started."""
    return PICTURES if isinstance(enclosed, Picture) else FILES


def save(enclosed: Picture | File, now: datetime) -> Path:
    """Write it into its folder, named for the time; nothing is written over.

    Raises:
        OSError: it cannot be written.
    """
    folder = folder_of(enclosed)
    folder.mkdir(exist_ok=True)
    data = enclosed.png if isinstance(enclosed, Picture) else enclosed.data
    stem, dot, kind = Path(enclosed.name).name.rpartition(".")
    for number in range(1, _MOST_OF_A_SECOND):
        again = "" if number == 1 else f"-{number}"
        path = (folder / f"{now:%Y%m%d-%H%M%S}-{stem}{again}{dot}{kind}").absolute()
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        return path
    raise FileExistsError("too many files of one second")
