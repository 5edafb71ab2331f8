"""How much a query may hold. The numbers come from what chat can carry and what a person can read.

Slack lets a modal's input hold 3,000 characters (docs.slack.dev, plain-text input element).
"""

CHARACTERS = 3_000
TERMS = 200
TERMS_WITH_LISTS = 1_000
DEPTH = 10
LIST_DEPTH = 5
WILDCARDS = 20
FUZZY_WORDS = 20
NEAREST, FARTHEST = 0, 50
FEWEST_MENTIONS, MOST_MENTIONS = 2, 50
LETTERS_BEFORE_WILDCARD = 3
LETTERS_FOR_FUZZY = 5
LETTERS_FOR_TWO_EDITS = 8
LONGEST_WORD = 64
"""In characters: no pattern, neither * nor ~, looks at a longer one."""
