"""Many rules at once: which are run, what is remembered, and what one change costs."""

import pytest

import rules
from rules import chunks, memory, patterns, rows, shapes

BODY = "North Korean troops reached Kursk. The Kremlin said nothing about drones."


def _ruleset(*texts):
    ruleset = rules.Ruleset()
    for text in texts:
        ruleset.add(rules.Rule(text, rules.parse(text)))
    return ruleset


def test_only_rules_whose_rare_terms_are_there_are_run():
    absent = [f"Invented{n} AND Kursk" for n in range(500)]
    ruleset = _ruleset("North Korea AND Kursk", "Kremlin NOT drone", *absent)
    report = ruleset.match(rules.Document("", BODY))
    assert report.matches == ("North Korea AND Kursk",)
    assert report.rules_run == 2


def test_matches_come_in_the_order_in_which_rules_were_added():
    ruleset = _ruleset("Kursk", "Kremlin", "drone")
    assert ruleset.match(rules.Document("", BODY)).matches == ("Kursk", "Kremlin", "drone")


def test_an_odd_chunk_is_read_once_however_many_articles_hold_it(monkeypatch):
    read = []

    def noted(chunk):
        read.append(chunk)
        return chunks.short_reading(chunk)

    monkeypatch.setattr(rows, "short_reading", noted)
    ruleset = _ruleset("Kursk", "Zelensk*", "Kremlin~1")
    for _ in range(3):
        ruleset.match(rules.Document("", BODY + " The U.S. didn’t. A UnThe pro-Kremlin man’s"))
    assert read == ["U.S.", "didn’t.", "UnThe"]


def test_a_new_token_is_tried_once_however_many_articles_hold_it(monkeypatch):
    tried = []
    find = patterns.Glob.find

    def noted(pattern, token):
        tried.append(token)
        return find(pattern, token)

    monkeypatch.setattr(patterns.Glob, "find", noted)
    ruleset = _ruleset("Kur*")
    for _ in range(3):
        assert ruleset.match(rules.Document("", BODY)).matches
    assert tried == ["kursk"]


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(rows, "_MOST_CHUNKS", 50)
    monkeypatch.setattr(shapes, "_MOST_TOKENS", 50)
    ruleset = _ruleset("Zelensk* AND Kursk")
    for number in range(20):
        text = " ".join(f"word-{number}.x{n}" for n in range(20)) + " Zelensky Kursk"
        assert ruleset.match(rules.Document("", text)).matches
    vocabulary = ruleset._vocabulary
    assert len(vocabulary._rows._known) <= 50
    assert len(vocabulary._shapes._met) <= 50 + 60
    assert len(vocabulary._index.fits) == 1


def test_a_rule_with_a_known_id_takes_the_place_of_the_old_one():
    ruleset = rules.Ruleset()
    ruleset.add(rules.Rule("mine", rules.parse("Kursk")))
    ruleset.add(rules.Rule("mine", rules.parse("Belgorod")))
    assert len(ruleset) == 1
    assert ruleset.match(rules.Document("", BODY)).matches == ()


def test_nothing_is_left_of_a_removed_rule():
    ruleset = _ruleset('Kursk~ AND (Zelensk* OR "a b c") NOT source:x.org', "country:KP")
    for rule in ('Kursk~ AND (Zelensk* OR "a b c") NOT source:x.org', "country:KP"):
        ruleset.remove(rule)
    vocabulary = ruleset._vocabulary
    for index in ("_numbers", "_answers", "_urls"):
        assert not getattr(vocabulary, index), index
    for index in ("words", "pairs", "rows", "fits"):
        assert not getattr(vocabulary._index, index), index
    assert not ruleset._presearch._one
    assert not ruleset._presearch._two


def test_removing_what_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        rules.Ruleset().remove("nothing")


def test_a_rule_may_use_lists_that_later_change():
    ruleset = rules.Ruleset()
    lists = {"dprk": "DPRK OR North Korea"}
    ruleset.add(rules.Rule("r", rules.parse("@dprk AND Kursk", lists=lists)))
    lists["dprk"] = "Nowhere"
    assert ruleset.match(rules.Document("", BODY)).matches == ("r",)
    ruleset.remove("r")
    assert ruleset.match(rules.Document("", BODY)).matches == ()


def test_a_near_miss_names_the_one_clause_that_is_unmet():
    ruleset = _ruleset(
        "Kursk AND Belgorod", "Kursk NOT drone", "Belgorod AND Sumy", "Sumy AND Kremlin AND Kursk"
    )
    report = ruleset.match(rules.Document("", BODY), near=True)
    assert report.matches == ()
    assert {(miss.rule, miss.unmet) for miss in report.near_misses} == {
        ("Kursk AND Belgorod", "Belgorod"),
        ("Kursk NOT drone", "NOT drone"),
        ("Sumy AND Kremlin AND Kursk", "Sumy"),
    }


def test_of_an_or_one_side_may_lack_one_clause():
    ruleset = _ruleset(
        "(Kursk AND Belgorod) OR (Sumy AND Kharkiv)",
        "(Sumy AND Kharkiv) OR Belgorod",
        "(Kursk NOT drone) OR (Kursk AND Sumy)",
        "Sumy OR Belgorod",
        "Belgorod OR (Kremlin AND Sumy AND Kharkiv) OR (Kremlin AND Tula)",
    )
    report = ruleset.match(rules.Document("", BODY), near=True)
    assert {(miss.rule, miss.unmet, miss.wants_text) for miss in report.near_misses} == {
        ("(Kursk AND Belgorod) OR (Sumy AND Kharkiv)", "Belgorod", True),
        ("(Kursk NOT drone) OR (Kursk AND Sumy)", "Sumy", True),
        ("Belgorod OR (Kremlin AND Sumy AND Kharkiv) OR (Kremlin AND Tula)", "Tula", True),
    }


def test_a_clause_that_is_an_and_in_a_title_is_one_clause():
    ruleset = _ruleset("title:(Sumy AND Belgorod) AND Kursk")
    (miss,) = ruleset.match(rules.Document("", BODY), near=True).near_misses
    assert miss.unmet == "title:(Sumy AND Belgorod)"


def test_the_near_miss_by_the_rarer_term_comes_first_and_says_how_rare_it_is():
    ruleset = _ruleset("Ukraine AND Sumy", "Kursk AND Belgorod")
    misses = ruleset.match(rules.Document("Ukraine", BODY), near=True).near_misses
    assert [miss.rule for miss in misses] == ["Kursk AND Belgorod", "Ukraine AND Sumy"]
    assert 0 < misses[0].rarity < misses[1].rarity


def test_no_near_miss_is_worked_out_after_one_that_is_enough():
    ruleset = _ruleset("Ukraine AND Sumy", "Kursk AND Belgorod", "Kursk NOT drones")
    document = rules.Document("Ukraine", BODY)
    for enough, count in (
        (lambda miss: True, 1),
        (lambda miss: not miss.wants_text, 2),
        (lambda miss: miss.unmet == "Sumy", 3),
        (lambda miss: False, 3),
    ):
        report = ruleset.match(document, near=True, enough=enough)
        assert len(report.near_misses) == count


def test_near_misses_are_worked_out_only_when_asked_for():
    ruleset = _ruleset("Kursk AND Belgorod")
    assert ruleset.match(rules.Document("", BODY)).near_misses == ()


def test_near_misses_follow_changes_of_the_rules():
    ruleset = _ruleset("Kursk AND Belgorod")
    ruleset.match(rules.Document("", BODY), near=True)
    ruleset.remove("Kursk AND Belgorod")
    ruleset.add(rules.Rule("new", rules.parse("Sumy AND Kursk")))
    report = ruleset.match(rules.Document("", BODY), near=True)
    assert [(miss.rule, miss.unmet) for miss in report.near_misses] == [("new", "Sumy")]


def test_at_most_fifty_near_misses_are_reported():
    ruleset = _ruleset(*(f"Kursk AND Invented{n}" for n in range(80)))
    report = ruleset.match(rules.Document("", BODY), near=True)
    assert len(report.near_misses) == 50


def test_a_rule_that_fails_is_reported_and_the_others_still_run(monkeypatch):
    ruleset = _ruleset("Kursk", "Kremlin NEAR/3 said")

    def broken(*_, **__):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("rules.distance.near", broken)
    report = ruleset.match(rules.Document("", BODY))
    assert report.matches == ("Kursk",)
    assert [failure.rule for failure in report.failures] == ["Kremlin NEAR/3 said"]


def test_a_rule_that_fails_is_no_near_miss_and_hides_no_other(monkeypatch):
    failing, other = "(Kremlin NEAR/s said) AND Kursk", "Kursk AND Invented"
    ruleset = _ruleset(failing, f"{failing} AND Invented", other)

    def broken(*_, **__):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("rules.distance.near", broken)
    report = ruleset.match(rules.Document("", BODY), near=True)
    assert [miss.rule for miss in report.near_misses] == [other]
    assert {failure.rule for failure in report.failures} == {failing, f"{failing} AND Invented"}


def test_a_term_that_fails_is_reported_with_its_rules(monkeypatch):
    ruleset = _ruleset("Kursk", '"drones Kremlin"~9 AND Kursk')

    def broken(*_, **__):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("rules.finder._windows", broken)
    report = ruleset.match(rules.Document("", BODY))
    assert report.matches == ("Kursk",)
    assert [failure.rule for failure in report.failures] == ['"drones Kremlin"~9 AND Kursk']


def test_distances_are_told_without_laying_out_the_text_unless_further_readings_matter(
    monkeypatch,
):
    laid_out = []
    tokens_of = memory.Memory.tokens_of

    def counted(self, chunks):
        laid_out.append(chunks)
        return tokens_of(self, chunks)

    monkeypatch.setattr(memory.Memory, "tokens_of", counted)
    drone, leader = '"drone" NEAR/5 "Kursk"', '"Jongun" NEAR/5 "Kursk"'
    ruleset = _ruleset('"North Korea" NEAR/5 "drone"', drone)
    apart = "North Korea spoke. " + "Then nothing was said for long. " * 3 + "A drone – fell."
    assert ruleset.match(rules.Document("", apart)).matches == ()
    assert ruleset.match(rules.Document(apart, "Kursk")).matches == ()
    near = apart + " Kursk saw\n\n1 2 - 3 4\n\n5 drone"
    assert ruleset.match(rules.Document("", near)).matches == (drone,)
    assert not laid_out
    ruleset.add(rules.Rule(leader, rules.parse(leader)))
    assert ruleset.match(rules.Document("", "Jong-un saw Kursk")).matches == (leader,)
    assert laid_out
