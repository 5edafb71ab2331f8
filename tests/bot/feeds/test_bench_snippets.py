"""The bench of snippets counts what the real bot asked for and told."""

import json

import rules
from tests.benchmarks.polling.snippets import snippets

NEAR = "Troops of North Korea are on the move. They go west by train."
FAR = "The minister opened a bridge. It took three years. It is long. Kursk is far away."
REST = " ".join(
    f"Officials spoke of it for hours on day {day} of the talks." for day in range(1, 9)
)


def test_a_page_is_counted_where_it_is_asked_for_and_an_alert_where_it_is_gained(tmp_path):
    assert any("Kursk" in entry.query for entry in rules.library())
    rows = [
        {"title": "North Korean troops leave", "body": f"{NEAR} {REST} They were seen in Kursk."},
        {"title": "North Korean troops in Kursk", "body": f"{NEAR} {REST}"},
        {"title": "A bridge is opened", "body": f"{FAR} {REST}"},
    ]
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = snippets(tmp_path, 3, tmp_path)
    assert found.articles == 3
    assert 1 <= found.asked == found.read <= 2
    assert found.gained >= 1
    assert found.shown + found.gained == found.whole
    assert found.reached == 1
