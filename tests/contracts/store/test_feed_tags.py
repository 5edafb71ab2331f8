"""The tags and names of a feed reach its articles, for each workspace its own."""

from bot.model import Entry, FeedNames, Habits

LEARNED = Habits(title="The Daily", sites=("daily.example", "daily.example", "t.example"))


async def test_each_reader_of_an_article_comes_with_its_own_tags_of_the_feed(
    store, home, other, hand, now
):
    article = await hand.article(home, tags=("politics",))
    url = "http://feeds.example/1"
    await store.feeds.subscribe(home.id, url, "A", tags=("korea", "wire"), by="ann", at=now)
    await store.feeds.subscribe(other.id, url, "A", tags=("asia",), by="bob", at=now)

    ((waiting, readers),) = await store.articles.unprocessed(10)

    assert (waiting.id, waiting.tags) == (article.id, ("politics",))
    assert [(each.workspace, each.tags) for each in readers] == [
        (home.id, ("korea", "wire")),
        (other.id, ("asia",)),
    ]


async def test_a_workspace_sees_articles_with_its_own_tags_of_their_feeds(
    store, home, other, hand, now
):
    await hand.article(home, tags=("politics", "korea"))
    url = "http://feeds.example/1"
    await store.feeds.subscribe(home.id, url, "A", tags=("korea", "wire"), by="ann", at=now)
    await store.feeds.subscribe(other.id, url, "A", tags=(), by="bob", at=now)

    (ours,) = await store.articles.newest(home.id, limit=10)
    (theirs,) = await store.articles.newest(other.id, limit=10)

    assert ours.tags == ("politics", "korea", "wire")
    assert theirs.tags == ("politics", "korea")
    assert await store.articles.get(home.id, ours.id) == ours
    assert await store.articles.by_url(other.id, "http://news.example/1") == theirs


async def test_each_workspace_reads_a_feeds_articles_under_its_own_name_for_it(
    store, home, other, hand, now
):
    url = "http://feeds.example/1"
    await store.feeds.subscribe(home.id, url, "Our Daily", by="ann", at=now)
    await store.feeds.subscribe(other.id, url, url, by="bob", at=now)
    (due,) = await hand.claim_feeds()
    await store.feeds.record_poll(
        due,
        at=now,
        next_poll_at=now,
        validators=None,
        entries=[Entry("1", "A title", "", source="The Daily")],
        error=None,
        baseline=False,
        habits=LEARNED,
    )

    ((waiting, readers),) = await store.articles.unprocessed(10)
    (ours,) = await store.articles.newest(home.id, limit=1)
    (theirs,) = await store.articles.newest(other.id, limit=1)

    assert waiting.source == "The Daily"
    assert [each.feed for each in readers] == [
        FeedNames("Our Daily", "The Daily", "daily.example"),
        FeedNames("", "The Daily", "daily.example"),
    ]
    assert (ours.source, ours.names) == ("Our Daily", ("The Daily", "Our Daily"))
    assert (theirs.source, theirs.home) == ("The Daily", "daily.example")
    (kept,) = await store.feeds.of(other.id)
    assert (kept.name, kept.title, kept.home) == ("The Daily", "The Daily", "daily.example")
    assert await store.articles.sources(home.id) == {("The Daily", None)}


async def test_a_new_tag_holds_for_the_articles_that_are_here_already(store, home, hand, now):
    await hand.article(home)
    url = "http://feeds.example/1"
    await store.feeds.subscribe(home.id, url, "A", tags=("korea",), by="ann", at=now)

    assert (await store.articles.newest(home.id, limit=1))[0].tags == ("korea",)


async def test_who_paused_a_feed_is_no_reader_of_what_comes_meanwhile(
    store, home, other, hand, now
):
    await hand.article(home)
    subscription = await hand.subscribe(home, "http://feeds.example/1")
    await hand.subscribe(other, "http://feeds.example/1")
    await store.feeds.pause(home.id, subscription.id, by="ann", at=now)

    ((_, readers),) = await store.articles.unprocessed(10)

    assert [each.workspace for each in readers] == [other.id]
