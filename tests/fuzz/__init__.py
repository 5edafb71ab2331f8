"""Random and mutated queries and articles against what the rule engine promises.

`./run.sh fuzz` runs it at length, a test runs it for some seconds; what it finds is kept shrunk in
tests/rules/regressions.jsonl, which another test replays.
"""
