"""Writes the card: headline, quoted sentences, why it was sent. Pure; platforms draw it later."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.alerts.wording import PAGE, reading
from bot.message import AlertCard, Extract, Line, Literal, Quote, When
from bot.model import Alert, Article, Finding, Published, Severity
from bot.stories.corroboration import Corroboration
from bot.stories.handled import buttons
from bot.stories.summarise import Span, Summary, headline, summarise

CLOCK_SKEW = timedelta(hours=1)
MOST_OF_A_PAGE = 2
NAMED = 5  # sources that a card names; the story lists them all


def card(article: Article, alerts: Sequence[Alert], *, story: bool = False) -> AlertCard:
    """The alert card for an article that one watchlist matches, or several of one destination.

    Its buttons are bound to a delivery when it is sent. That of a `story` can be muted.
    """
    evidence = evidence_of(alerts)
    summary = _summary(article, evidence)
    return AlertCard(
        headline=headline_of(article, evidence),
        url=article.url,
        severity=loudest(alert.watchlist.severity for alert in alerts),
        source=article.source,
        published=shown_date(article),
        first_seen=article.first_seen_at,
        watch=", ".join(alert.watchlist.name for alert in alerts),
        sentences=_quotes(summary),
        left_out=summary.left_out,
        why=why_line(evidence),
        buttons=buttons(article.url, story=story),
    )


def evidence_of(alerts: Sequence[Alert]) -> tuple[Finding, ...]:
    """What several watchlists found in the same article, each finding once."""
    return tuple(dict.fromkeys(finding for alert in alerts for finding in alert.evidence))


def loudest(severities: Iterable[Severity]) -> Severity:
    """The highest of severities."""
    return max(severities, key=list(Severity).index)


def each_once(watches: Iterable[str]) -> str:
    """The watchlists that several cards name, each once: of `kursk` and `kursk, ships` two."""
    return ", ".join(dict.fromkeys(name for watch in watches for name in watch.split(", ")))


def corroboration_line(found: Corroboration) -> Line:
    """`3 independent sources (Reuters, AP, TASS, state media of Russia) · first seen 14:02`."""
    named = [
        f"{source.outlets[0]}{f', state media of {source.state}' if source.state else ''}"
        for source in found.sources[:NAMED]
    ]
    more = f" and {found.independent - NAMED} more" if found.independent > NAMED else ""
    plural = "s" if found.independent > 1 else ""
    count = f"{found.independent} independent source{plural}" if plural else "1 source so far"
    outlets = f" · {found.outlets} outlets" if found.outlets > found.independent else ""
    return (
        Literal(f"{count} ({'; '.join(named)}{more}){outlets} · first seen "),
        When(found.first.at),
        Literal(f" by {found.first.outlet}" if plural else ""),
    )


def extract(article: Article, evidence: tuple[Finding, ...], *, most: int = 1) -> Extract:
    """A short quotation from an article, for look-ups and previews."""
    summary = _summary(article, evidence, most)
    head = headline_of(article, evidence)
    return Extract(
        headline=head,
        url=article.url,
        source=article.source,
        published=shown_date(article) or Published(article.first_seen_at, seen=True),
        sentences=_quotes(summary),
    )


def why_line(evidence: tuple[Finding, ...]) -> Line:
    """`matched North Korea (as “North Korean”), Kursk · in title, body`.

    What only the page says, beyond what the feed shows, is said to stand there.
    """
    forms: dict[str, str] = {}
    for finding in evidence:
        same = finding.text.casefold() == finding.term.strip('"=').casefold()
        if finding.term not in forms or same:
            forms[finding.term] = "" if same else finding.text
    pieces = [Literal("matched ")]
    for number, (term, form) in enumerate(forms.items()):
        if number:
            pieces.append(Literal(", "))
        pieces.append(Literal(term, bold=True))
        if form:
            pieces.append(Literal(f" (as “{form}”)"))
    names = sorted({finding.field for finding in evidence}, reverse=True)
    fields = ["the article's page" if name == PAGE else name for name in names]
    pieces.append(Literal(f" · in {', '.join(fields)}"))
    return tuple(pieces)


def shown_date(article: Article) -> Published | None:
    """The source's date, or the time we first saw it where the source dates it to the future."""
    published = article.published
    if published is not None and published.at > article.first_seen_at + CLOCK_SKEW:
        return Published(article.first_seen_at)
    return published


def headline_of(article: Article, evidence: tuple[Finding, ...]) -> Quote:
    """The headline, or the opening words of an article without one, with what matched in it."""
    quote = headline(article.title, article.body)
    field = "body" if quote.in_body else "title"
    inside = [
        (finding.start - quote.start, finding.end - quote.start)
        for finding in evidence
        if finding.field == field and quote.start <= finding.start and finding.end <= quote.end
    ]
    return Quote(quote.text, tuple(inside), cut_end=quote.cut_end)


def _summary(article: Article, evidence: tuple[Finding, ...], most: int = 3) -> Summary:
    """Of a page that its feed does not show, two sentences at most are quoted."""
    read = reading(article)
    spans = tuple(Span(*spot) for spot in read.spots(evidence))
    if any(finding.field == PAGE for finding in evidence):
        most = min(most, MOST_OF_A_PAGE)
    return summarise(article.title, read.text, spans, most=most)


def _quotes(summary: Summary) -> tuple[Quote, ...]:
    return tuple(
        Quote(each.text, each.highlights, each.cut_start, each.cut_end)
        for each in summary.sentences
    )
