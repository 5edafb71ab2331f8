"""The main job on real input: feeds polled, articles matched, three alerts, the rest quiet."""

from tests.stage import SEEDS, staged

FOLDER = SEEDS / "north-korea-kursk"


def text_of(number: str) -> str:
    (file,) = FOLDER.glob(f"{number}_*.txt")
    return file.read_text("utf-8")


async def test_exactly_the_three_articles_that_name_kursk_are_alerted(database_url):
    async with staged("north-korea-kursk", database_url) as stage:
        await stage.play(stage.scenario)
        texts = {number: text_of(number) for number in ("000", "002", "004")}
        alerted = {
            number
            for card in stage.cards
            for number, text in texts.items()
            if all(quote.text in text for quote in card.sentences)
        }
        assert len(stage.cards) == 3
        assert alerted == {"000", "002", "004"}


async def test_each_card_quotes_verbatim_and_says_source_date_link_and_why(sqlite_url):
    async with staged("north-korea-kursk", sqlite_url) as stage:
        await stage.play(stage.scenario)
        texts = [file.read_text("utf-8") for file in FOLDER.glob("*.txt")]
        for card in stage.cards:
            assert card.sentences
            assert all(any(quote.text in text for text in texts) for quote in card.sentences)
            assert card.published is not None
            assert card.published.day_only
            assert card.url is not None
            assert card.source
            why = "".join(getattr(piece, "text", "") for piece in card.why)
            assert "North Korea" in why
            assert "Kursk" in why


async def test_004_shows_the_sentence_on_kursk(sqlite_url):
    async with staged("north-korea-kursk", sqlite_url) as stage:
        await stage.play(stage.scenario)
        (card,) = [card for card in stage.cards if "will bother China" in card.headline.text]
        assert any(
            quote.text.endswith(
                "border region of Kursk, where Ukrainian forces launched an incursion in August."
            )
            for quote in card.sentences
        )


async def test_no_card_shows_page_furniture(sqlite_url):
    async with staged("north-korea-kursk", sqlite_url) as stage:
        await stage.play(stage.scenario)
        furniture = (
            "icon-facebook",
            "Comment (0)",
            "Image of North",
            "close",
            "date 2024",
            "16 px",
        )
        for card in stage.cards:
            shown = " ".join([card.headline.text, *(quote.text for quote in card.sentences)])
            assert not [dirt for dirt in furniture if dirt in shown]


async def test_a_date_without_a_time_is_shown_as_a_date(sqlite_url):
    async with staged("north-korea-kursk", sqlite_url) as stage:
        await stage.play(stage.scenario)
        assert "29 Oct 2024" in stage.screen
        assert "00:00" not in stage.screen


async def test_the_quiet_scenario_stays_quiet(sqlite_url):
    async with staged("quiet", sqlite_url) as stage:
        await stage.play(stage.scenario)
        held = await stage.bot.store.articles.held(stage.bot.home.id)
        assert held.count == len(stage.scenario.articles)
        matched = {name for name, _ in stage.scenario.watchlists} - {
            each.watchlist for each in stage.scenario.expectations if not each.files
        }
        assert {card.watch for card in stage.cards} <= matched


async def test_what_is_told_once_is_not_told_again(sqlite_url):
    async with staged("north-korea-kursk", sqlite_url) as stage:
        await stage.play(stage.scenario)
        await stage.play(stage.scenario)
        assert len(stage.cards) == 3


async def test_what_a_feed_held_before_we_watched_it_is_known_but_not_told(sqlite_url):
    async with staged("north-korea-kursk", sqlite_url) as stage:
        await stage.tick(stage.scenario.ends_at)
        held = await stage.bot.store.articles.held(stage.bot.home.id)
        assert held.count == 5
        assert stage.cards == []
