"""The search: an index that never misses what a look at every article finds, on both databases."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

import rules
from bot.feeds.sifting import Edit, Sifted
from bot.model import Entry
from bot.store.reading import keep_unless_changed, keys_of_unread, next_unread
from bot.store.retention import Keep, purge
from bot.store.search import READ_AT_ONCE, Stretch
from bot.store.search_schema import readings, unread
from bot.store.store import Store
from tests.fuzz.dice import Dice
from tests.fuzz.words import LISTS

WHOLE = Stretch()
MANY = 10_000


@pytest.fixture
def fill(hand, store):
    """Lets a feed bring articles with these titles and bodies; gives them as they are held."""

    async def do(workspace, texts, url="http://feeds.example/a", sifted=None):
        await hand.subscribe(workspace, url)
        claimed = await store.feeds.claim_due(hand.now, limit=100, lease=timedelta(seconds=60))
        due = next(each for each in claimed if each.url == url)
        for each in claimed:
            if each is not due:
                await store.feeds.release(each)
        held = {article.id for article in await store.articles.newest(workspace.id, limit=MANY)}
        await store.feeds.record_poll(
            due,
            at=hand.now,
            next_poll_at=hand.now,
            validators=None,
            entries=[
                Entry(f"{len(held)}-{n}", title, body, f"http://news.example/{n}")
                for n, (title, body) in enumerate(texts)
            ],
            error=None,
            baseline=False,
            sifted=sifted or Sifted(),
        )
        now_held = await store.articles.newest(workspace.id, limit=MANY)
        return [article for article in now_held if article.id not in held]

    return do


@pytest.fixture
def found(store):
    """The titles of the candidates for a query, the last that reached us first."""

    async def do(workspace, query):
        condition = rules.narrowing(rules.parse(query))
        assert condition is not None
        ids = await store.search.candidates(workspace.id, condition, WHOLE, MANY)
        return [each.title for each in await store.articles.several(workspace.id, ids)]

    return do


@pytest.fixture
def forget(store):
    """Makes everything unread again, as after an upgrade from a version without the index."""

    async def do():
        async def work(connection):
            await connection.execute(text("delete from readings"))
            await connection.execute(text("delete from unread"))
            await connection.execute(text("insert into unread select id from articles"))

        await store.database.write(work)

    return do


async def test_what_is_inserted_can_be_found_at_once_and_nothing_waits_to_be_read(
    home, fill, found, store
):
    await fill(home, [("One", "Troops in Kursk."), ("Two", "North Koreans."), ("Three", "Rain.")])
    assert await store.search.unread() == 0
    assert await found(home, "North Korea OR Kursk") == ["Two", "One"]
    assert await found(home, "Kurs*") == ["One"]
    assert await found(home, "title:Two OR title:Kursk") == ["Two"]
    assert await found(home, "Belgorod") == []


@pytest.mark.parametrize("seed", range(4))
async def test_candidates_are_all_that_brute_force_finds_among_random_articles(
    home, other, fill, store, seed
):
    dice = Dice(f"search {seed}")
    trials = [dice.article(()) for _ in range(60)]
    await fill(home, [(trial.title, trial.body) for trial in trials[:50]])
    await fill(other, [(t.title, t.body) for t in trials[50:]], "http://feeds.example/b")
    await store.search.read_some()
    held = await store.articles.newest(home.id, limit=MANY)
    assert len(held) == 50
    told = 0
    for query in _queries(dice, 60):
        documents = {each.id: rules.Document(each.title, each.body) for each in held}
        answers = {id_ for id_, document in documents.items() if rules.match(query, document)}
        condition = rules.narrowing(query)
        ids = await store.search.candidates(home.id, condition, WHOLE, MANY)
        assert list(ids) == sorted(ids, reverse=True)
        assert answers <= set(ids) <= documents.keys(), str(query)
        told += bool(answers) and len(ids) < len(held)
    assert told  # some of these searches were narrowed, and found something


def _queries(dice, number):
    queries: list[rules.Query] = []
    while len(queries) < number:
        try:
            queries.append(rules.parse(dice.query(), lists=LISTS))
        except rules.QueryError:
            continue
    return queries


async def test_nobody_finds_articles_of_feeds_that_only_others_read(
    home, other, fill, found, store, now
):
    await fill(home, [("Ours", "Kursk")])
    await fill(other, [("Theirs", "Kursk")], "http://feeds.example/b")
    assert await found(home, "Kursk") == ["Ours"]
    assert await found(other, "Kursk") == ["Theirs"]
    (subscription,) = await store.feeds.of(other.id)
    await store.feeds.unsubscribe(other.id, subscription.id, by="ann", at=now)
    assert await found(other, "Kursk") == []
    assert await store.search.candidates(other.id, None, WHOLE, MANY) == ()


async def test_what_is_not_read_yet_is_a_candidate_until_it_is(home, fill, found, forget, store):
    await fill(home, [("One", "Kursk"), ("Two", "Rain")])
    await forget()
    assert await found(home, "Kursk") == ["Two", "One"]
    assert await store.search.read_some() == 2
    assert await store.search.read_some() == 0
    assert await found(home, "Kursk") == ["One"]


async def test_reading_that_is_interrupted_goes_on_where_it_was(
    home, fill, found, forget, store, database_url
):
    await fill(home, [(str(n), "Kursk" if n % 50 == 0 else "Rain") for n in range(250)])
    await forget()
    assert await store.search.read_some() == READ_AT_ONCE
    reading = asyncio.create_task(store.search.read_some())
    await asyncio.sleep(0)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    again = await Store.open(database_url)
    try:
        while await again.search.read_some():
            pass
    finally:
        await again.close()
    assert await store.search.unread() == 0
    assert await found(home, "Kursk") == ["200", "150", "100", "50", "0"]


async def test_several_who_read_at_once_count_everything_once(home, fill, found, forget, store):
    await fill(home, [(str(n), "Kursk" if n % 100 == 0 else "Rain") for n in range(250)])
    await forget()
    counts = []
    while await store.search.unread():
        counts += await asyncio.gather(*(store.search.read_some() for _ in range(4)))
    assert sum(counts) == 250
    assert await found(home, "Kursk") == ["200", "100", "0"]


async def test_others_write_while_long_articles_are_read(home, hand, fill, forget, store):
    long = " ".join(f"Ab{number}-cd'{number}" for number in range(30_000))
    await fill(home, [("Long", long)])
    await forget()
    reading = asyncio.create_task(store.search.read_some())
    await asyncio.sleep(0.1)
    await hand.post(home, "a message")
    assert not reading.done()
    assert await reading == 1


async def test_what_is_edited_while_it_is_read_is_read_again(home, fill, found, forget, store):
    _, one = await fill(home, [("One", "Kursk"), ("Two", "Kursk")])
    await forget()
    async with store.database.reading() as connection:
        read = await next_unread(connection, 10, 1_000)
    keys = await keys_of_unread(read)
    await fill(home, [], sifted=Sifted(edits=(Edit(one.id, "Uno", "Belgorod"),)))
    kept = await store.database.write(lambda also: keep_unless_changed(also, read, keys))
    assert kept == 1
    assert await store.search.unread() == 1
    assert await found(home, "Belgorod") == ["Uno"]
    assert await store.search.read_some() == 1
    assert await found(home, "Belgorod") == ["Uno"]
    assert await found(home, "Kursk") == ["Two"]


async def test_what_is_deleted_while_it_is_read_is_not_kept(home, fill, forget, store, now):
    await fill(home, [("One", "Kursk")])
    await forget()
    async with store.database.reading() as connection:
        read = await next_unread(connection, 10, 1_000)
    keys = await keys_of_unread(read)

    async def finish(connection):
        await connection.execute(text("update articles set state = 'processed'"))

    await store.database.write(finish)
    day = timedelta(days=1)
    assert (await purge(store.database, Keep(day, day, day), now + 2 * day))["articles"] == 1
    assert await store.database.write(lambda also: keep_unless_changed(also, read, keys)) == 0


async def test_only_so_much_text_is_read_at_once_and_one_article_however_long_it_is(
    home, fill, forget, store
):
    await fill(home, [("One", "a" * 40), ("Two", "b" * 30), ("Three", "c" * 20)])
    await forget()
    async with store.database.reading() as connection:
        for characters, titles in (
            (101, ["Three", "Two", "One"]),
            (100, ["Three", "Two"]),
            (57, ["Three"]),
            (5, ["Three"]),
        ):
            read = await next_unread(connection, 10, characters)
            assert sorted(each.title for each in read) == sorted(titles)
        (newest,) = await next_unread(connection, 1, 100)
        assert newest.title == "Three"


async def test_an_edited_article_is_found_by_its_new_words_alone(home, fill, found, store):
    (article,) = await fill(home, [("One", "Kursk")])
    await fill(home, [], sifted=Sifted(edits=(Edit(article.id, "Uno", "Belgorod"),)))
    assert await found(home, "Belgorod") == ["Uno"]
    assert await store.search.unread() == 1
    await store.search.read_some()
    assert await found(home, "Belgorod") == ["Uno"]
    assert await found(home, "Kursk") == []
    assert await found(home, "title:One") == []


async def test_a_page_is_found_as_soon_as_it_was_read(home, hand, found, store, now):
    article = await hand.article(home, title="One", body="A snippet …")
    await store.articles.settle(article.id, [], [], now)
    await store.pages.want({article.id: 1}, now)
    assert await store.search.unread() == 0
    (page,) = await store.pages.claim(now, limit=1, per_hour=9, lease=timedelta(minutes=1))
    await store.pages.read(page, "Troops were seen in Belgorod.")
    assert await found(home, "Belgorod") == ["One"]
    await store.search.read_some()
    assert await found(home, "Belgorod AND snippet") == ["One"]
    assert await found(home, "Kursk") == []


async def test_bare_texts_are_those_of_the_articles_with_their_pages(home, hand, store, now):
    article = await hand.article(home, "1", title="Ürümqi", body="A snippet …")
    other = await hand.article(home, "2", title="Two", body="“Whole”")
    await store.articles.settle(article.id, [], [], now)
    await store.pages.want({article.id: 1}, now)
    (page,) = await store.pages.claim(now, limit=1, per_hour=9, lease=timedelta(minutes=1))
    await store.pages.read(page, "朝鲜")
    texts = await store.search.texts([article.id, other.id, article.id + 99])
    assert set(texts) == {
        (article.id, "Ürümqi".encode(), "A snippet …\n\n朝鲜".encode()),
        (other.id, b"Two", "“Whole”".encode()),
    }
    assert await store.search.texts([]) == ()


async def test_what_is_deleted_leaves_nothing_behind(home, fill, found, store, now):
    (old,) = await fill(home, [("Old", "Kursk")])
    await store.articles.settle(old.id, [], [], now)

    async def finish(connection):
        await connection.execute(text("update articles set state = 'processed'"))

    await store.database.write(finish)
    day = timedelta(days=1)
    gone = await purge(store.database, Keep(day, day, day), now + 2 * day)
    assert gone["articles"] == 1
    assert await found(home, "Kursk") == []
    async with store.database.reading() as connection:
        for table in (readings, unread):
            assert (await connection.execute(select(func.count()).select_from(table))).scalar() == 0
        if store.database.dialect == "sqlite":
            left = "select count(*) from readings_index where readings_index match 'kursk'"
            assert (await connection.execute(text(left))).scalar() == 0


async def test_other_keys_of_a_newer_edition_let_everything_be_read_anew(
    home, fill, forget, store, monkeypatch
):
    await fill(home, [("One", "Kursk"), ("Two", "Rain")])
    await store.search.begin_edition()
    await store.search.read_some()
    await store.search.begin_edition()
    assert await store.search.unread() == 0
    monkeypatch.setattr(rules, "INDEX_EDITION", rules.INDEX_EDITION + 1)
    await store.search.begin_edition()
    assert await store.search.unread() == 2


async def test_a_text_with_too_many_words_for_the_index_is_a_candidate_for_everything(
    home, fill, found, store
):
    words = " ".join(f"word{number}" for number in range(60_000))
    await fill(home, [("Long", words), ("Short", "Rain")])
    assert await found(home, "Kursk") == ["Long"]


async def test_signs_that_databases_have_words_for_are_only_letters_here(home, fill, found):
    odd = "'; drop table readings; -- \" OR * NEAR( : ^ \\ ' & | ! <-> \x00 \ud800 Kursk’s %s :x"
    await fill(home, [(odd, odd), ("None", "Rain")])
    assert len(await found(home, "Kursk")) == 1
    assert len(await found(home, "drop AND table")) == 1
    assert len(await found(home, '"near x"')) == 1


async def test_a_search_reads_the_index_and_never_walks_the_articles(home, fill, store, asked):
    await fill(home, [(str(n), "Rain") for n in range(200)])
    condition = rules.narrowing(rules.parse("qqxyzzy"))
    asked.clear()
    assert await store.search.candidates(home.id, condition, WHOLE, 10) == ()
    selects = [each for each in asked if "select" in each[0].lower()]
    plans = [await _plan(store, each) for each in selects]
    assert len(plans) == (2 if store.database.dialect == "sqlite" else 3)
    assert any(
        "readings_index VIRTUAL TABLE" in plan or "readings_by_keys" in plan for plan in plans
    )
    assert not any(
        "SCAN articles" in plan
        or "articles USING INTEGER PRIMARY KEY (rowid>" in plan
        or "Seq Scan on articles" in plan
        for plan in plans
    )


@pytest.mark.parametrize("limit", [3, 50])
async def test_the_newest_with_a_word_that_is_everywhere_come_first_and_others_are_not_missed(
    home, fill, store, limit
):
    await fill(home, [(f"Rain {n}", "Sun") for n in range(5)])
    await fill(home, [(f"Wind {n}", "Sun") for n in range(120)])
    held = [article.id for article in await store.articles.newest(home.id, limit=MANY)]
    for query, wanted in (("Sun", sorted(held)), ("Rain", sorted(held)[:5])):
        condition = rules.narrowing(rules.parse(query))
        ids = await store.search.candidates(home.id, condition, WHOLE, limit)
        assert list(ids) == sorted(wanted, reverse=True)[:limit]
        older = Stretch(before=wanted[2])
        assert await store.search.candidates(home.id, condition, older, limit) == tuple(
            sorted(wanted[:2], reverse=True)
        )


async def _plan(store, asked):
    statement, parameters = asked
    explain = "explain query plan " if store.database.dialect == "sqlite" else "explain "
    async with store.database.reading() as connection:
        if store.database.dialect == "postgresql":
            await connection.execute(text("set local enable_seqscan = off"))
        return str((await connection.exec_driver_sql(explain + statement, parameters)).all())
