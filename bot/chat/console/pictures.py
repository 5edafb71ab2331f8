"""Pictures of a terminal, which shows none: files in a folder, and where they lie.

It throws nothing away: whoever asked for them owns the folder.
"""

from datetime import datetime
from pathlib import Path

from bot.message import Picture

FOLDER = Path("pictures")
_MOST_OF_A_SECOND = 100


def said(picture: Picture, now: datetime) -> str:
    """Save a picture and say in a line where it is, or why it is nowhere."""
    try:
        return f"Picture: {save(picture, now)}"
    except OSError as error:
        reason = error.strerror or error
        return (
            f"The picture could not be written into {FOLDER.absolute()} ({reason})."
            " Start the bot where it may write."
        )


def save(picture: Picture, now: datetime) -> Path:
    """Write a picture into the folder, named for the time; nothing is written over.

    Raises:
        OSError: it cannot be written.
    """
    FOLDER.mkdir(exist_ok=True)
    stem, dot, kind = Path(picture.name).name.rpartition(".")
    for number in range(1, _MOST_OF_A_SECOND):
        again = "" if number == 1 else f"-{number}"
        path = (FOLDER / f"{now:%Y%m%d-%H%M%S}-{stem}{again}{dot}{kind}").absolute()
        try:
            with path.open("xb") as file:
                file.write(picture.png)
        except FileExistsError:
            continue
        return path
    raise FileExistsError("too many pictures of one second")
