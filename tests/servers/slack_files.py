"""Files in a Slack team: an address to upload to, the bytes, and who may show them when.

A file counts as not valid in blocks until Slack has looked at it, which takes a moment after its
upload; and never in a message that one person alone sees.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.servers.slack_world import Json, Team


@dataclass
class File:
    """A file of the app's. `looks` counts the blocks that come too early."""

    id: str
    name: str
    length: int
    alt: str
    data: bytes = b""
    complete: bool = False
    looks: int = 0


class Files:
    """The files of one team. `processing` is how many blocks come too early for each of them."""

    def __init__(self, team: Team) -> None:
        self.kept: dict[str, File] = {}
        self.processing = 2
        self._team = team

    def begin(self, arguments: Json, address: str) -> Json | None:
        """Where to upload a file; None where the arguments are not valid."""
        name, length = str(arguments.get("filename") or ""), int(arguments.get("length") or 0)
        if not name or length < 1:
            return None
        file = File(self._team.number("F0LOCAL"), name, length, str(arguments.get("alt_txt") or ""))
        self.kept[file.id] = file
        return {"file_id": file.id, "upload_url": f"{address}/upload/v1/{file.id}"}

    def take(self, number: str, data: bytes) -> bool:
        """The bytes of a file. False where nobody asked to upload them, or other ones."""
        file = self.kept.get(number)
        if file is None or file.data or len(data) != file.length:
            return False
        file.data = data
        return True

    def give(self, name: str, data: bytes) -> str:
        """A file that a person put into a modal; its id."""
        file = File(self._team.number("F0LOCAL"), name, len(data), "", data, complete=True)
        self.kept[file.id] = file
        return file.id

    def about(self, number: str, address: str) -> Json | None:
        """What files.info tells of a file, with where its bytes are."""
        file = self.kept.get(number)
        if file is None:
            return None
        url = f"{address}/files-pri/{file.id}"
        return {
            "id": file.id,
            "name": file.name,
            "size": file.length,
            "url_private": url,
            "url_private_download": f"{url}/download",
        }

    def complete(self, given: list[Json]) -> list[Json] | None:
        """End an upload that is for nobody yet; None for a file that was not uploaded."""
        files = [self.kept.get(str(each.get("id"))) for each in given]
        if not files or any(file is None or not file.data for file in files):
            return None
        for file in files:
            assert file is not None
            file.complete = True
        return [
            {"id": each["id"], "title": each.get("title", ""), "mimetype": ""} for each in given
        ]

    def faults(self, blocks: list[Json], *, private: bool = False) -> list[str]:
        """What is wrong with the files that blocks show."""
        return [
            f"invalid slack file [json-pointer:/blocks/{number}/slack_file]"
            for number, name in shown(blocks)
            if private or not self._can_be_shown(name)
        ]

    def _can_be_shown(self, name: str) -> bool:
        file = self.kept.get(name)
        if file is None or not file.complete:
            return False
        file.looks += 1
        return file.looks > self.processing


def shown(blocks: list[Json]) -> Iterator[tuple[int, str]]:
    """The files that blocks show, each with the number of its block."""
    for number, block in enumerate(blocks):
        file: Any = block.get("slack_file") if block.get("type") == "image" else None
        if file is not None:
            yield number, str(file.get("id") or "")
