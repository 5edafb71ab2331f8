"""The rule engine: what a watchlist query means, and whether an article answers it.

**The language.** A query is one line that an analyst types into a chat box. Words that stand
together are one phrase, so `North Korea AND Kursk` asks for a name and a place. Bare words are
tolerant: number, demonyms, known spellings. Quoted words are literal, `=` is exact, `~` allows
counted edits. Around them stand AND, OR, NOT, NEAR and its kin, OF, ATLEAST, SCORE, fields,
filters and lists. What can be misread is shown back with all its parentheses; what cannot be read
is refused with a place, a reason and a repair. docs/watchlists.md teaches it.

**From text to tree.** `cleaning` undoes what chat did and keeps every sign's column. `lexer` cuts
once from left to right, `grammar` reads by recursive descent with a limit on depth, `anchoring`
refuses what asks for nothing. A mistake is a `Fault` with an edit that may mend it; `parser`
tries the edits and offers the text only if it can then be read. The tree (`query`) prints itself
as canonical text, and that text reads back as an equal tree: so a rule can be kept as text alone.

**From article to stream.** An article is cut at white space into chunks. `chunks` reads a chunk
into folded tokens (`folding`, `scripts`), with further readings beside them: `Jong-un` is also
`jongun`, `UnThe` also `unthe`, `Chinawhich` perhaps `china` (`glue`). A reading depends on the
chunk alone, so `memory` keeps it. Readings are added and never taken away, and each knows where
it stands in the original text. For many rules at once the same tokens come from a shorter way:
`rows` folds the whole text and reads by themselves only the chunks that are more than plain words.

**From term to hit.** `terms` turns a term into segments of alternatives of slots, with the help
of `gazetteer`, `plurals` and `patterns`: the plural, the demonym, "Korea, North", "North and
South Korea". `finder` walks the slots along tokens and readings. A name does not count inside a
longer known name. `match` asks the tree for its proof, `distance` measures NEAR, and the proof
becomes evidence with spans of the original text. This slow way defines the meaning; everything
below must find the same, and tests/rules/test_properties.py holds it to that.

**Many rules at once.** `Ruleset` asks few of its rules, in three steps.

1. *Which terms are there?* `vocabulary` gives every distinct term of all rules a number. `keys`
   says what an article must hold for a term: a word, a pair of neighbours, a shape. `walk` takes
   the few tokens that tell something from the row of all by operations on whole sets. Wildcards
   and similar spellings (`shapes`) try each token once in its life. Rows of words and longer names
   are checked on the spot, the rest is looked for in the text.
2. *Which rules may hold?* `plans` works out covers: sets of terms of which one must be there for
   a part of the tree to hold. A term covers itself, an OR needs the covers of all its branches,
   an AND offers those of each child, a NOT none. A rule waits under its two cheapest covers
   (`frequencies` tells what is rare), and `presearch` meets it only if both are there. Most rules
   are nothing but their two covers and are thereby decided.
3. *Do they?* What is left of a rule is a small program over numbers; `programs` runs it, and
   looks at places only for NEAR and ATLEAST. Literal terms are
   measured in the row (`nearness`), so that few texts are laid out.

**One rule, many articles.** The other way round, for a search: `narrowing` gives the keys of an
article, which are its tokens and further readings, and the condition on keys that every answer to
a query fulfils. Whoever keeps an index of keys asks it for the few articles that `match` must see.
Where everyday words are asked for as neighbours or many times, a `sieve` looks first: it squeezes
the raw text to its letters (`squeezing`) and holds back what lacks those that every answer has.

Adding or removing a rule touches the entries of its own terms and anchors, nothing else; which
they are follows from its text, so nothing more is kept of it.

Nothing here reads or writes anything but the package's own data, knows a clock, or knows about
chat.
"""

from rules.adjacency import SideBySide, side_by_side
from rules.document import Document, Field
from rules.errors import EXAMPLE, QueryError, caret
from rules.evidence import Evidence, How, Match
from rules.explain import Explanation, Variant, explain, positive_terms
from rules.filters import same_name
from rules.library import LibraryEntry, library
from rules.lint import Warning, lacking, lint  # noqa: A004 - the word that people use for it
from rules.match import Question, match, match_each
from rules.narrowing import (
    INDEX_EDITION,
    AllOf,
    AnyOf,
    Narrowing,
    OneOf,
    admits,
    in_titles,
    index_keys,
    narrowing,
)
from rules.parser import parse
from rules.query import Query
from rules.ruleset import Failure, MatchReport, NearMiss, Rule, Ruleset
from rules.sentences import sentences
from rules.sieve import Sieve, sieve
from rules.wording import Wording, Words

__all__ = [
    "EXAMPLE",
    "INDEX_EDITION",
    "AllOf",
    "AnyOf",
    "Document",
    "Evidence",
    "Explanation",
    "Failure",
    "Field",
    "How",
    "LibraryEntry",
    "Match",
    "MatchReport",
    "Narrowing",
    "NearMiss",
    "OneOf",
    "Query",
    "QueryError",
    "Question",
    "Rule",
    "Ruleset",
    "SideBySide",
    "Sieve",
    "Variant",
    "Warning",
    "Wording",
    "Words",
    "admits",
    "caret",
    "explain",
    "in_titles",
    "index_keys",
    "lacking",
    "library",
    "lint",
    "match",
    "match_each",
    "narrowing",
    "parse",
    "positive_terms",
    "same_name",
    "sentences",
    "side_by_side",
    "sieve",
]
