"""Who reports a story, as each workspace can see it: counted once for all its places. Pure.

Which texts are copies was found before; what the number of sources means, the judge decides.
"""

from bot.alerts.compose import corroboration_line
from bot.alerts.matching import Matched
from bot.alerts.verdicts import Known
from bot.feeds.called import as_read
from bot.message import Line
from bot.model import Article, ArticleId, StoryId, WorkspaceId
from bot.stories.corroboration import Corroboration, Report, corroboration, publisher
from bot.stories.newsroom import Filed


class Sources:
    """The reports of stories, those that were known and those that a poll brings."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._reports = {at: list(reports) for at, reports in known.reports.items()}
        self._found: dict[tuple[WorkspaceId, StoryId], tuple[Corroboration, Line]] = {}

    def count(self, one: Matched, filed: Filed) -> None:
        """The article is a report of its story for everybody who reads its feed."""
        for reader in one.readers:
            at = reader.workspace, self._known.story(reader.workspace, filed)
            reports = self._reports.setdefault(at, [])
            if all(each.article != one.article.id for each in reports):
                reports.append(_report(as_read(one.article, reader.feed), filed))
                self._found.pop(at, None)

    def of(self, workspace: WorkspaceId, story: StoryId) -> Corroboration:
        """How many independent sources the story has there."""
        return self._both(workspace, story)[0]

    def line(self, workspace: WorkspaceId, story: StoryId) -> Line:
        """The same as a card says it."""
        return self._both(workspace, story)[1]

    def answers_for(self, workspace: WorkspaceId, filed: Filed, article: ArticleId) -> str:
        """Who answers for an article's figures: its publisher, or that of the text it carries."""
        reports = self._reports[workspace, self._known.story(workspace, filed)]
        copied = {article, *(copy.article for copy in filed.copies)}
        carried = [each for each in reports if each.article in copied]
        return publisher(min(carried, key=lambda each: (each.at, each.article)))

    def _both(self, workspace: WorkspaceId, story: StoryId) -> tuple[Corroboration, Line]:
        at = workspace, story
        if at not in self._found:
            found = corroboration(self._reports[at])
            self._found[at] = found, corroboration_line(found)
        return self._found[at]


def _report(article: Article, filed: Filed) -> Report:
    return Report(
        article.id,
        article.source,
        article.source_host,
        article.first_seen_at,
        tuple(copy.article for copy in filed.copies),
        article.home,
    )
