"""One event, one card: what later articles change on it, and what they may say in its thread."""

import itertools
from datetime import timedelta

import pytest

from bot.config import WatchlistEntry
from bot.message import Answer, Bullets, Update
from bot.model import AlertReason, QuietReason, Severity
from tests.newsdesk import MORE, OTHERS, QUARTER, RISEN, SHIPS, WIRE
from tests.servers.newspaper import Story
from tests.stage import SEEDS, staged

TOLL_OF_TASS = "The death toll in the strike near Isfahan has risen to 75, Iran said on Sunday."
TOLL_OF_REUTERS = (
    "At least 75 people were killed in the strike near Isfahan, the Iranian health ministry told"
    " reporters. Officials in Tehran promised an answer to the strike."
)


EVENTS = (
    (
        "A bridge in {} is closed after cracks are found",
        "Engineers closed the old bridge of {} when cracks were found in two of its arches.",
    ),
    (
        "{} mayor wins a second term",
        "The mayor of {} was elected again with nine votes in ten, the electoral commission said.",
    ),
    (
        "Cholera ward opens in {}",
        "A charity opened a cholera ward with forty beds in {} on Tuesday.",
    ),
    (
        "Gunmen seize a fuel convoy on the road to {}",
        "Gunmen took four tankers and their drivers on the road to {}, the army said.",
    ),
    (
        "{} teachers strike over pay",
        "Schools in {} stayed shut as teachers asked for the wages of three months.",
    ),
)
"""Short news of one place that have nothing in common but its name."""


async def test_a_copy_adds_an_outlet_and_says_nothing(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "Seoul: North Korean troops deployed to Kursk region", WIRE)
    await desk.prints("gamma", "North Koreans sent to Russia's Kursk", f"{WIRE} Read more here.")
    assert len(desk.cards) == 1
    assert desk.updates == []
    assert (await desk.says()).startswith("1 source so far (alpha) · 3 outlets")
    copy = "its story was told, and it carries the text of another article"
    assert [reason for reason, _ in await desk.reasons()][1:] == [copy] * 2


async def test_an_independent_report_counts_as_a_source_and_tells_what_is_new(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
    assert len(desk.cards) == 1
    (update,) = desk.updates
    assert all(quote.text in OTHERS for quote in update.sentences)
    assert any("captured two of them" in quote.text for quote in update.sentences)
    assert (await desk.says()).startswith("2 independent sources")


async def test_a_figure_that_changed_is_told_with_the_sentence_that_says_so(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
    (update,) = desk.updates
    (figure,) = update.figures
    assert (figure.before, figure.after) == ("some 3,000", "around 10,000")
    assert figure.quote.text in RISEN


async def test_a_toll_that_a_second_paper_gives_is_told_in_the_words_of_that_paper(open_desk):
    async with open_desk(WatchlistEntry(name="isfahan", query="Isfahan AND strike")) as desk:
        await desk.prints("alpha", "Iran: death toll of Isfahan strike rises", TOLL_OF_TASS)
        await desk.prints("beta", "Strike near Isfahan killed 75 people", TOLL_OF_REUTERS)
        (update,) = desk.updates
        (figure,) = update.figures
        assert (figure.what, figure.after) == ("dead", "At least 75")
        assert figure.quote.text == TOLL_OF_REUTERS.partition(". ")[0] + "."
        assert [figure.quote.text[a:b] for a, b in figure.quote.highlights] == ["75"]
        assert update.url == desk.papers["beta"].stories[0].link


async def test_a_figure_that_waits_for_a_second_source_is_not_called_nothing_new(open_desk):
    async with open_desk(WatchlistEntry(name="isfahan", query="Isfahan AND strike")) as desk:
        await desk.prints("alpha", "Strike near Isfahan kills 75, Iran says", TOLL_OF_TASS)
        higher = TOLL_OF_TASS.replace("75", "at least 92")
        await desk.prints("beta", "Strike near Isfahan kills 92, Iran says", higher)
        assert desk.updates == []
        _, (reason, detail) = await desk.reasons()
        assert (
            reason
            == "its story was told, and it gives a new figure, which waits for another source"
        )
        assert "dead: at least 92, from 1 of the 2 sources that it takes" in detail
        why = f"{(await desk.stage.ask('/intel why https://beta.example/1')).message}"
        story = f"{(await desk.stage.ask('/intel story 1')).message}"
        assert reason in why
        assert detail in why
        assert reason in story
        await desk.prints("gamma", "Isfahan strike toll at 92", TOLL_OF_REUTERS.replace("75", "92"))
        (update,) = desk.updates
        assert [figure.after for figure in update.figures] == ["At least 92"]


async def test_a_toll_that_one_source_gives_is_told_as_what_that_source_says(open_desk):
    first = (
        "A strong earthquake shook the province of Malatya in eastern Turkey. At least 12 people"
        " were killed, officials said."
    )
    higher = (
        "At least 1,140 people were killed in the earthquake in Malatya, Turkey, the interior"
        " minister told reporters."
    )
    again = "The minister of Turkey said 1,140 people were killed in the Malatya earthquake."
    async with open_desk(WatchlistEntry(name="quake", query="earthquake AND Turkey")) as desk:
        await desk.prints("alpha", "Earthquake in Turkey kills at least 12", first)
        await desk.prints("beta", "Turkey earthquake toll climbs to 1,140 dead", higher)
        (update,) = desk.updates
        assert update.figures == ()
        assert [quote.text for quote in update.sentences] == [higher]
        await desk.prints("gamma", "Toll in Turkey earthquake passes 1,100", again)
        assert [figure.after for figure in desk.updates[-1].figures] == ["1,140"]


async def test_the_same_article_again_in_other_words_says_nothing(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
    again = OTHERS.replace("at dawn on Saturday", "on Saturday at dawn")
    await desk.prints("gamma", "Kursk: North Korean soldiers captured, Ukraine says", again)
    assert len(desk.updates) == 1


async def test_another_event_is_a_card_of_its_own(open_desk):
    both = WatchlistEntry(name="russia", query="Russia")
    async with open_desk(both) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("beta", "Denmark seizes shadow fleet tanker of Russia", SHIPS)
        assert [card.headline.text for card in desk.cards] == [
            "North Korean soldiers sent to Kursk, Seoul says",
            "Denmark seizes shadow fleet tanker of Russia",
        ]
        assert desk.updates == []


@pytest.mark.parametrize("place", ["Goma", "Sudan", "North Korea"])
async def test_events_that_share_nothing_but_what_is_watched_are_each_a_card(open_desk, place):
    async with open_desk(WatchlistEntry(name="k", query=place)) as desk:
        for (title, body), paper in zip(EVENTS, itertools.cycle(desk.papers), strict=False):
            await desk.prints(paper, title.format(place), body.format(place))
        assert len(desk.cards) == len(EVENTS)
        assert desk.updates == []


async def spoken_enough(desk):
    """A story that spoke three times within the hour, and to which a fourth report came."""
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    for number, body in enumerate(MORE):
        title = f"North Korean soldiers in Kursk: what is known, {number}"
        await desk.prints("beta", title, body, timedelta(minutes=5))
    assert len(desk.cards) == 1
    assert len(desk.updates) == 3
    assert str(QuietReason.OVER_BUDGET) in dict(await desk.reasons())


async def test_what_comes_when_a_story_has_spoken_enough_is_told_when_its_hour_is_over(desk):
    await spoken_enough(desk)
    await desk.until(desk.now + timedelta(minutes=30))
    assert len(desk.updates) == 3
    await desk.until(desk.now + timedelta(minutes=30))
    assert len(desk.updates) == 4
    assert all(quote.text in MORE[-1] for quote in desk.updates[-1].sentences)
    assert str(QuietReason.OVER_BUDGET) not in dict(await desk.reasons())
    await desk.until(desk.now + timedelta(hours=3))
    assert len(desk.updates) == 4


async def test_a_changed_figure_is_told_however_often_its_story_spoke(desk):
    await spoken_enough(desk)
    await desk.prints("gamma", "NATO: 10,000 troops in Kursk", RISEN, timedelta(minutes=5))
    assert len(desk.updates) == 4
    assert [figure.after for figure in desk.updates[-1].figures] == ["around 10,000"]
    assert desk.updates[-1].sentences == ()


async def test_what_a_story_kept_back_is_not_told_after_its_watchlist_is_paused_or_muted(desk):
    await spoken_enough(desk)
    await desk.stage.type("/watch mute Kursk --for 8h")
    await desk.until(desk.now + timedelta(hours=2))
    assert len(desk.updates) == 3
    assert str(QuietReason.OVER_BUDGET) in dict(await desk.reasons())


async def test_of_what_comes_when_a_story_has_spoken_enough_the_most_telling_is_kept(open_desk):
    weak, strong = MORE[-1], f"{RISEN} Kyiv warned that they will attack on Sunday."
    async with open_desk(WatchlistEntry(name="kursk", query="Kursk")) as desk:
        await spoken_enough(desk)
        kept = [one.kept_back for one in await desk.stage.bot.store.kept_updates.all()]
        assert [one.update.sentences[0].text in weak for one in kept] == [True]
        value = kept[0].value
        await desk.prints(
            "delta", "Kyiv warns of an attack near Kursk", strong, timedelta(minutes=1)
        )
        for one in await desk.stage.bot.store.kept_updates.all():
            assert one.kept_back.value >= value


async def test_two_watchlists_of_a_channel_share_a_card_that_names_both(open_desk):
    kursk = WatchlistEntry(name="kursk", query="Kursk")
    north = WatchlistEntry(name="pyongyang", query="North Korea")
    async with open_desk(kursk, north) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        (card,) = desk.cards
        assert card.watch == "kursk, pyongyang"


async def test_a_louder_watchlist_posts_the_story_anew_and_closes_the_old_card(open_desk):
    kursk = WatchlistEntry(name="kursk", query="Kursk")
    captured = WatchlistEntry(
        name="captured", query="captured AND Kursk", severity=Severity.CRITICAL
    )
    async with open_desk(kursk, captured) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
        first, second = desk.cards
        assert (first.severity, second.severity) == ("notable", "critical")
        assert "now critical (was notable)" in "".join(piece.text for piece in second.why)
        assert "The story goes on below: now critical." in desk.stage.screen


async def test_news_of_the_story_that_matches_nothing_is_told_in_the_thread_as_that(open_desk):
    seoul = WatchlistEntry(name="seoul", query="Seoul AND Kursk")
    async with open_desk(seoul) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
        (update,) = desk.updates
        assert "though no watchlist here matches it" in "".join(p.text for p in update.why)
        assert len(await desk.reasons()) == 1  # nobody decided anything on the second article


async def test_after_a_restart_the_story_goes_on_where_it_stood(open_desk):
    async with open_desk() as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        before, now = len(desk.cards), desk.now
    async with open_desk(at=now) as desk:
        await desk.prints("beta", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("gamma", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
        assert (before, len(desk.cards)) == (1, 0)
        (update,) = desk.updates
        assert [figure.before for figure in update.figures] == ["some 3,000"]
        assert (await desk.says()).startswith("2 independent sources (alpha; gamma) · 3 outlets")


async def test_every_decision_keeps_its_numbers(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
    (_, founded), (_, joined) = await desk.reasons()
    assert founded == "no live story is near it"
    assert joined.startswith("joined by its wording: 0.")
    assert "of its word pairs are new to a thread of" in joined


async def test_the_seeds_read_like_the_work_of_one_desk(database_url):
    async with staged("north-korea-kursk", database_url, stories={"enabled": True}) as stage:
        await stage.play(stage.scenario)
        (card,) = stage.cards
        assert any("as early as Sunday" in quote.text for quote in card.sentences)
        updates = [message for message in stage.posted if isinstance(message, Update)]
        figures = [(f.before, f.after) for update in updates for f in update.figures]
        assert figures == [("3,000", "around 10,000")]
        quotes = [quote.text for update in updates for quote in update.sentences]
        assert any("concerns to China" in quote for quote in quotes)
        assert any("may have already entered Ukraine" in quote for quote in quotes)
        texts = [file.read_text("utf-8") for file in (SEEDS / "north-korea-kursk").glob("*.txt")]
        assert all(any(quote in text for text in texts) for quote in quotes)
        assert len(updates) == 3


@pytest.mark.parametrize(
    "headline",
    [
        "Chess: a girl of twelve wins the open tournament of Kursk",
        "Kursk mourns its poet",
        "Refinery near Kursk shut",
    ],
)
async def test_a_headline_that_got_into_the_wrong_story_is_told_all_the_same(open_desk, headline):
    async with open_desk(WatchlistEntry(name="kursk", query="Kursk")) as desk:
        await desk.prints("alpha", "Refinery in Kursk burns after a drone attack at night", "")
        await desk.prints("beta", headline, "")
        told = [card.headline.text for card in desk.cards]
        told += [update.headline.text for update in desk.updates]
        assert headline in told


async def test_a_watchlist_that_asks_for_two_sources_waits_for_the_second(open_desk):
    careful = WatchlistEntry(name="kursk", query="North Korea AND Kursk", min_sources=2)
    async with open_desk(careful) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("beta", "Seoul: North Korean troops deployed to Kursk region", WIRE)
        assert desk.cards == []
        assert all("fewer independent sources" in reason for reason, _ in await desk.reasons())
        await desk.prints("gamma", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
        (card,) = desk.cards
        assert card.headline.text == "North Korean soldiers seen in Kursk, Ukraine says"
        assert (await desk.says()).startswith("2 independent sources")


async def test_what_waited_posts_a_known_story_anew_where_it_is_louder(open_desk):
    usual = WatchlistEntry(name="korea", query="North Korea AND Kursk")
    careful = WatchlistEntry(
        name="spies", query="Seoul AND Kursk", min_sources=2, severity=Severity.CRITICAL
    )
    async with open_desk(usual, careful) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk", WIRE)
        await desk.prints("beta", "North Korean soldiers seen in Kursk", OTHERS)
        assert [card.severity for card in desk.cards] == [Severity.NOTABLE, Severity.CRITICAL]
        assert desk.cards[-1].watch == "spies"


async def test_what_waited_for_sources_stays_quiet_where_its_story_is_muted(open_desk):
    usual = WatchlistEntry(name="korea", query="North Korea AND Kursk")
    careful = WatchlistEntry(
        name="spies", query="Seoul AND Kursk", min_sources=2, severity=Severity.CRITICAL
    )
    async with open_desk(usual, careful) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk", WIRE)
        await desk.stage.type("/watch mute Seoul --for 8h")
        await desk.prints("beta", "North Korean soldiers seen in Kursk", OTHERS)
        assert [card.severity for card in desk.cards] == [Severity.NOTABLE]
        told = [reason for reason, _ in await desk.reasons()]
        assert str(AlertReason.CORROBORATED) not in told


async def test_what_waited_is_told_when_an_article_that_matches_nothing_backs_it(open_desk):
    careful = WatchlistEntry(name="seoul", query="Seoul AND Kursk", min_sources=2)
    async with open_desk(careful) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        assert desk.cards == []
        now = desk.now
    async with open_desk(careful, at=now) as desk:
        await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
        (card,) = desk.cards
        assert card.headline.text == "North Korean soldiers sent to Kursk, Seoul says"
        ((reason, _),) = await desk.reasons()
        assert reason.startswith("its story has as many independent sources now")
        await desk.prints("gamma", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
        assert len(desk.cards) == 1


async def test_a_story_is_shown_whole_by_its_number_or_by_any_of_its_links(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "Seoul: North Korean troops deployed to Kursk region", WIRE)
    await desk.prints("gamma", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
    link = desk.papers["beta"].stories[0].link
    by_number = (await desk.stage.ask("/intel story 1")).message
    by_link = (await desk.stage.ask(f"/intel story {link}")).message
    assert isinstance(by_number, Answer)
    assert isinstance(by_link, Answer)
    assert (by_number.title, by_number.blocks) == (by_link.title, by_link.blocks)
    shown = f"{by_number.blocks}"
    for part in ("2 independent sources", "First reports", "around 10,000", "Told since"):
        assert part in shown
    assert "carries the text of another article" in shown
    assert by_number.picture is not None
    newest = (await desk.stage.ask("/intel story")).message
    assert isinstance(newest, Answer)
    assert "3 articles" in f"{newest.blocks}"


async def test_an_article_kept_quiet_is_listed_once_with_its_watchlists(open_desk):
    names = ("kursk", "russia", "seoul")
    lists = [WatchlistEntry(name=name, query=name.title()) for name in names]
    async with open_desk(*lists) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("beta", "Seoul: North Korean troops deployed to Kursk region", WIRE)
        shown = (await desk.stage.ask("/intel story 1")).message
        assert isinstance(shown, Answer)
        bullets = [
            line for each in shown.blocks if isinstance(each, Bullets) for line in each.lines
        ]
        said = ["".join(getattr(piece, "text", "") for piece in line) for line in bullets]
        (line,) = [line for line in said if "carries the text" in line]
        assert "Kursk region · for “kursk”, “russia”, “seoul”: its story was told" in line


async def test_a_flood_that_no_second_source_backs_is_not_listed_either(open_desk):
    careful = WatchlistEntry(name="kursk", query="Kursk", min_sources=2)
    async with open_desk(careful) as desk:
        for number, body in enumerate((WIRE, OTHERS, RISEN, *MORE)):
            link = f"https://alpha.example/{number}"
            desk.papers["alpha"].stories.append(Story(body[:60], link, link, body, desk.now))
        await desk.stage.tick(desk.now + QUARTER)
        assert desk.stage.posted == []
