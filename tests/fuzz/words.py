"""What queries and articles of the fuzz are made of: few words, so that they often meet.

Names with all their traps, dirt as feeds and chats leave it, and every script the language knows.
"""

_NAMES = """
North Korea|South Korea|North Korean|North Koreans|Korea|Kursk|Sudan|South Sudan|Niger|Nigeria
Guinea|Papua New Guinea|Equatorial Guinea|Guinea-Bissau|Ireland|Northern Ireland|Mexico|Congo
DR Congo|Burkina Faso|Kim Jong Un|Kim Jong-un|Zelensky|Zelenskyy|Zelenskiy|Kyiv|Kiev|Odesa|Putin
Georgia|Turkey|Chad|Dominica|Dominican Republic|United States|US|U.S.|WHO|IT|UK|EU|DPRK|Hamas
Sana'a|d'Ivoire|O'Brien|F-16|F16|Nagorno-Karabakh|Red Sea|Hormuz|Hezbollah|Hizbullah|Iran|Iraq
"""
_WORDS = """
troops soldier soldiers missile missiles strike strikes country countries bus news series army
the a of to said in on not and or near will 10,000 10000 3.5 35 100 1000 12:30 60 2024
"""
NAMES = tuple(_NAMES.strip().replace("\n", "|").split("|"))
WORDS = tuple(_WORDS.split())
SCRIPTS = (
    "马里", "索马里", "印度", "印度尼西亚", "朝鲜", "クルスク", "インド", "インドネシア", "ガザ",
    "북한", "북한이", "북한군", "인도", "인도네시아", "Курск", "Курске", "Корея", "Йемен", "Ёлка",
    "كورسك", "وكوريا", "الكويت", "सीरिया", "กรุงเทพ", "İran", "Zürich", "Łódź", "ＮＡＴＯ", "ﬁn",
    "Zu\u0308rich", "שָׁלוֹם", "straße", "Þór", "ǅ", "ﷺ", "½", "①", "²",
)  # fmt: skip
GLUED = (
    "Chinawhich", "Austinwill", "Japananother", "UnThe", "dangerous’The", "war.“We", "Chinatown",
    "McDonald", "iPhone", "Monday.The", "region.U.S.", "KoreaSaid", "Kurskand", "Northsaid",
)  # fmt: skip
SIGNS = (
    "(", ")", '"', "“", "”", "'", "’", "«", "»", "-", "–", "—", "/", ",", ".", ";", ":", "!", "?",
    "…", "*", "~", "=", "@", "#", "&", "|", "^", "<", ">", "\\", "`", "_", "\u200b", "\xad",
    "\u2060", "\u202e", "\ufeff", "\u0301", "\x00", "\t", "\n", "\n\n", "\r\n", "\u2028",
    "\u3000", "\xa0", "\U0001f525", "\ud7ff", "\U000e0041", "&amp;", "&lt;", "&#x27;", "&amp;lt;",
    "<b>", "</b>", "<p>", "<br/>", "<http://x.org|x.org>", "<https://a.b/c>", "<@U1>",
    "http://x.org/Kursk", "a@b.org", "\ud800",
)  # fmt: skip
OPERATORS = (
    "AND", "OR", "NOT", "and", "or", "not", "&", "&&", "|", "||", "NEAR", "NEAR/3", "NEAR/0",
    "NEAR/s", "NEAR/p", "ONEAR/2", "W/5", "PRE/1", "W/50", "near", "OF", "2 OF (", "ATLEAST/2",
    "SCORE/3 (", "title:", "body:", "source:", "lang:", "country:", "after:", "before:",
    "within:", "@gulf", "list:gulf", "@none", "headline:", "source:reuters.com", "lang:en",
    "country:KP", "country:Chad", "after:2024-10-31", "within:7d", "author:smith", "tag:war",
    "url:kursk", "sourcecountry:RU",
)  # fmt: skip
LISTS = {"gulf": "Hormuz OR Iran", "deep": "@gulf OR Kursk", "loop": "@loop"}
