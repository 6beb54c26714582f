"""Words that people spell in many ways: each spelling becomes one word; a word that is not known stays as written."""

from __future__ import annotations

import re
from collections.abc import Mapping

_REGION = re.compile(r"([a-z]{2,3})[-_](?:[a-z]{2}|[0-9]{3}|[a-z]{4})")


def _spelled(table: Mapping[str, str]) -> dict[str, str]:
    """Return word by spelling, for words with their spellings in one text, between commas."""
    return {spelling.strip(): word for word, rest in table.items() for spelling in (word.casefold(), *rest.split(","))}


GENDERS: Mapping[str, str] = _spelled(
    {
        "female": "f, fem, woman, women, w, girl, girls, females, womens, women's, she/her",
        "male": "m, masc, man, men, boy, boys, males, mens, men's, he/him",
        "nonbinary": "non-binary, non binary, nb, enby, x, nonbinary person, they/them",
    }
)
LANGUAGES: Mapping[str, str] = _spelled(
    {
        "English": "en, eng, inglés, ingles",
        "Spanish": "es, spa, esp, español, espanol, castellano",
        "French": "fr, fra, fre, français, francais",
        "German": "de, deu, ger, deutsch",
        "Portuguese": "pt, por, português, portugues",
        "Italian": "it, ita, italiano",
        "Russian": "ru, rus, русский",
        "Ukrainian": "uk, ukr, українська",
        "Polish": "pl, pol, polski",
        "Chinese": "zh, zho, chi, 中文",
        "Mandarin": "cmn, mandarin chinese, chinese (mandarin)",
        "Cantonese": "yue, cantonese chinese, chinese (cantonese)",
        "Vietnamese": "vi, vie, tiếng việt",
        "Korean": "ko, kor, 한국어",
        "Japanese": "ja, jpn, 日本語",
        "Arabic": "ar, ara, العربية",
        "Hindi": "hi, hin, हिन्दी",
        "Urdu": "ur, urd",
        "Bengali": "bn, ben, bangla",
        "Punjabi": "pa, pan, panjabi",
        "Gujarati": "gu, guj",
        "Nepali": "ne, nep",
        "Tagalog": "tl, tgl, filipino",
        "Haitian Creole": "ht, hat, kreyol, kreyòl, kreyòl ayisyen, haitian",
        "Persian": "fa, fas, per, farsi",
        "Hebrew": "he, heb",
        "Greek": "el, ell, gre",
        "Turkish": "tr, tur, türkçe",
        "Somali": "so, som, soomaali",
        "Amharic": "am, amh",
        "Swahili": "sw, swa, kiswahili",
        "Hmong": "hmn",
        "Khmer": "km, khm, cambodian",
        "Burmese": "my, mya, bur",
        "Armenian": "hy, hye, arm",
        "American Sign Language": "asl, ase, sign language",
    }
)
CHOICES: Mapping[str, Mapping[str, str]] = {
    "status": _spelled(
        {
            "attended": "present, kept, late, left early, arrived, arrived late, came late, tardy, completed, show, showed",
            "no_show": "absent, no show, noshow, ns, n/s, dna, did not attend, did not show, no call no show, ncns, "
            "dnka, unexcused, unexcused absence, absent unexcused, absent (unexcused), not attended",
            "excused": "excused absence, absent excused, absent (excused), excused absent",
            "cancelled": "canceled, cancelled late, canceled late, late cancel, late canceled, late cancelled, late cancellation, cancel, cancellation, "
            "cx, cxl, cxld, canc",
        }
    ),
    "action": _spelled({"must_not": "mustnt, mustn't, must never, cannot, can not, can't, may not, forbid, forbidden"}),
    "modality": _spelled(
        {
            "in_person": "in person, onsite, on site, face to face, f2f, in office",
            "telehealth": "online, virtual, remote, tele, tele health, telemedicine, video, zoom",
            "either": "both, any, in person or telehealth, telehealth or in person, in person or online, "
            "online or in person, in person/telehealth, telehealth/in person",
        }
    ),
}
# Written in a group's or need's cell, these ask for nothing.
ANYTHING = frozenset({"any", "all", "everyone", "everybody", "mixed", "both", "co-ed", "coed", "no preference"})


def gender(text: str) -> str:
    """Return the one word for a gender."""
    return GENDERS.get(_low(text), text)


def language(text: str) -> str:
    """Return the one word for a language; a region behind it, as in ``en-US``, is left out where the language is known."""
    low = _low(text)
    region = _REGION.fullmatch(low)
    return LANGUAGES.get(low) or (LANGUAGES.get(region[1]) if region else None) or text


def choice(column: str, text: str) -> str:
    """Return the word of a column with fixed words that a spelling stands for, the text itself where none is known."""
    return CHOICES.get(column, {}).get(_low(re.sub("[_-]", " ", text)), text)


def _low(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")
