"""What it takes for an article to mention a country: the terms behind `country:KP`.

It turns a row of the names data into terms; finding them is `finder`'s work.
"""

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules import gazetteer
from rules.evidence import How
from rules.gazetteer import Tokens, tokens_of
from rules.names import Territory
from rules.terms import Alternative, Term, name_slots, rearranged

_SHORT_NAME = 5
"""Latin names below this length are words of other languages: sec, ira, fas."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """`sure` proves a mention by itself, `unsure` only beside the capital or something sure."""

    sure: Term | None
    unsure: Term | None
    capital: Term | None


ANY_LANGUAGE = "*"


@functools.lru_cache(maxsize=1024)
def mentions(code: str, language: str | None) -> Mentions:
    """The terms for a territory in an article of this language: a base code, or None if unknown.

    For ANY_LANGUAGE the terms find whatever they would find in an article of some language.
    """
    territory = gazetteer.territory(code)
    unsure = {tokens_of(form) for form in territory.ambiguous}
    forms = dict(_forms(territory, language))
    capitals = [tokens_of(name) for name in territory.capitals]
    return Mentions(
        _term(code, {form: how for form, how in forms.items() if form not in unsure}),
        _term(code, {form: how for form, how in forms.items() if form in unsure}),
        _term(code, dict.fromkeys((c for c in capitals if c not in unsure), How.NAME)),
    )


def _forms(territory: Territory, language: str | None) -> Iterator[tuple[Tokens, How]]:
    for name in (territory.name, *territory.names, *territory.abbreviations):
        yield tokens_of(name), How.NAME
    for demonym in gazetteer.demonyms(territory):
        yield tokens_of(demonym), How.DEMONYM
    for own_language, foreign in territory.foreign.items():
        for name in foreign:
            tokens = tokens_of(name)
            short = len("".join(tokens)) < _SHORT_NAME and "".join(tokens).isascii()
            if tokens and (not short or language in (own_language, ANY_LANGUAGE)):
                yield tokens, How.NAME


def _term(code: str, forms: dict[Tokens, How]) -> Term | None:
    if not forms:
        return None
    ways = [Alternative(name_slots(tokens), how) for tokens, how in _longest_first(forms)]
    usual = tokens_of(gazetteer.territory(code).name)
    if usual in forms:
        demonyms = [tokens for tokens, how in forms.items() if how is How.DEMONYM]
        ways.extend(rearranged(usual, demonyms))
    around = {tokens: gazetteer.longer(tokens) for tokens in forms}
    return Term(
        f"country:{code}", (tuple(ways),), {form: found for form, found in around.items() if found}
    )


def _longest_first(forms: dict[Tokens, How]) -> Iterable[tuple[Tokens, How]]:
    return sorted(forms.items(), key=lambda form: -len(form[0]))
