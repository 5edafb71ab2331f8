"""What an unmet clause wants: more text, or something that no text can give.

It looks at the query alone; whether an article has that text is found out by matching it.
"""

from rules.document import Field
from rules.query import Filter, Node, Not, Scoped, children


def wants_text(clause: Node) -> bool:
    """Whether more text in an article's body could make the clause hold.

    A filter, a NOT and what must stand in the title ask for something else; an OR wants text if one
    of its sides does. True does not promise that any text would be enough.
    """
    if isinstance(clause, Filter | Not):
        return False
    if isinstance(clause, Scoped) and clause.where is Field.TITLE:
        return False
    below = children(clause)
    return not below or any(map(wants_text, below))
