"""What was asked once is known for ten minutes, and memory has an end."""

from bot.chat.replays import KEPT_SECONDS, MOST, Replays


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_request_is_new_once():
    replays = Replays()
    assert [replays.first(each) for each in ("a", "b", "a", "b")] == [True, True, False, False]


def test_a_request_without_an_id_is_always_new():
    replays = Replays()
    assert replays.first("")
    assert replays.first("")


def test_after_ten_minutes_nothing_is_remembered():
    clock = Clock()
    replays = Replays(clock)
    assert replays.first("a")
    clock.now = KEPT_SECONDS
    assert not replays.first("a")
    clock.now = KEPT_SECONDS + 1
    assert replays.first("a")


def test_a_flood_of_requests_does_not_fill_the_memory():
    replays = Replays(Clock())
    for number in range(MOST + 1_000):
        replays.first(str(number))
    assert len(replays._seen) <= MOST + 1
