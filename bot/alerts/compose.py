"""Writes the card: headline, quoted sentences, why it was sent. Pure; platforms draw it later."""

from datetime import timedelta

from bot.alerts.rulebook import Hit
from bot.message import AlertCard, Button, Extract, Line, Literal, Quote
from bot.model import Article, Finding, Published
from bot.stories.summarise import Span, Summary, headline, summarise

CLOCK_SKEW = timedelta(hours=1)


def card(article: Article, hit: Hit, evidence: tuple[Finding, ...]) -> AlertCard:
    """The alert card for an article; its Why? button is bound to a delivery when it is sent."""
    summary = summarise(article.title, article.body, _spans(evidence))
    head = _headline(article, evidence)
    buttons = [Button("Why?", "alert:why")]
    if article.url:
        buttons.insert(0, Button("Open", "alert:open", url=article.url))
    return AlertCard(
        headline=head,
        url=article.url,
        severity=hit.watchlist.severity,
        source=article.source,
        published=shown_date(article),
        first_seen=article.first_seen_at,
        watch=hit.watchlist.name,
        sentences=_quotes(summary),
        left_out=summary.left_out,
        why=why_line(evidence),
        buttons=tuple(buttons),
    )


def extract(article: Article, evidence: tuple[Finding, ...], *, most: int = 1) -> Extract:
    """A short quotation from an article, for look-ups and previews."""
    summary = summarise(article.title, article.body, _spans(evidence), most=most)
    head = _headline(article, evidence)
    return Extract(
        headline=head,
        url=article.url,
        source=article.source,
        published=shown_date(article) or Published(article.first_seen_at),
        sentences=_quotes(summary),
    )


def why_line(evidence: tuple[Finding, ...]) -> Line:
    """`matched North Korea (as “North Korean”), Kursk · in title, body`."""
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
    fields = sorted({finding.field for finding in evidence}, reverse=True)
    pieces.append(Literal(f" · in {', '.join(fields)}"))
    return tuple(pieces)


def shown_date(article: Article) -> Published | None:
    """The source's date, or the time we first saw it where the source dates it to the future."""
    published = article.published
    if published is not None and published.at > article.first_seen_at + CLOCK_SKEW:
        return Published(article.first_seen_at)
    return published


def _headline(article: Article, evidence: tuple[Finding, ...]) -> Quote:
    quote = headline(article.title, article.body)
    field = "body" if quote.in_body else "title"
    inside = [
        (finding.start - quote.start, finding.end - quote.start)
        for finding in evidence
        if finding.field == field and quote.start <= finding.start and finding.end <= quote.end
    ]
    return Quote(quote.text, tuple(inside), cut_end=quote.cut_end)


def _spans(evidence: tuple[Finding, ...]) -> tuple[Span, ...]:
    return tuple(
        Span(finding.term, finding.start, finding.end)
        for finding in evidence
        if finding.field == "body"
    )


def _quotes(summary: Summary) -> tuple[Quote, ...]:
    return tuple(
        Quote(each.text, each.highlights, each.cut_start, each.cut_end)
        for each in summary.sentences
    )
