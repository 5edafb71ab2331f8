"""Words for what happens: the other half of most watchlists."""

_WORDS = """
strike missile drone attack bombing explosion shelling ceasefire truce offensive invasion
incursion ambush raid siege blockade sanctions embargo tariff treaty summit talks negotiations
agreement referendum election vote parliament cabinet resignation impeachment coup mutiny
protest riot curfew crackdown arrest detained extradition trial verdict sentence pardon spy
espionage leak hack cyberattack malware ransomware sabotage arson kidnapping hostage ransom
assassination terrorism militants insurgents rebels militia mercenaries troops soldiers army
navy airspace border checkpoint refugees migrants evacuation famine drought flood earthquake
outbreak vaccine quarantine nuclear uranium reactor centrifuge warhead submarine tanker pipeline
refinery oil gas grain shipping port strait island airport railway bridge dam blackout
devaluation default inflation recession bailout corruption bribery fraud smuggling trafficking
cartel
"""
EVENTS = tuple(_WORDS.split())
