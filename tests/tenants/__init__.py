"""Teams that must never see each other: a random play of all that people can type and press.

`world` plants teams with words that no other team may ever read, `deeds` rolls what somebody does,
`watch` looks at every answer, every message and every row, `alone` at what a team is answered when
all others are gone. Run for longer by hand with
`python -m tests.tenants --deeds 100000 --seed 7`.
"""
