"""Is a request in English? Ours are the words of English only: of others the user must be told.

The short words that every sentence needs decide between languages of the Latin alphabet, the letters decide
about the others. Names, code and numbers count for neither side; where nothing speaks against English it is
English.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CODE: Final = re.compile(r"`[^`]*`|\"[^\"]*\"|'[^']*'|<[^>]*>|\S*[_/\\]\S*|https?:\S+")
_WORD: Final = re.compile(r"[^\W\d_]+")
_WORDS: Final = {
    "English": "the and of to in is that it for on with as this then when every each from into "
    "after before by at a an run load send if not all are be or which once day night "
    "hour week",
    "German": "der die das und ist nicht ein eine einen mit auf für von zu den dem jede jeden "
    "jeder wenn dann nach aus alle werden täglich nacht stunde lade führe",
    "French": "le la les et est pas un une avec sur pour de du des chaque tous toutes quand "
    "puis après dans que qui jour nuit heure charge",
    "Spanish": "el la los las y es no un una con para de del cada todos todas cuando luego "
    "después desde en que día noche hora carga",
    "Italian": "il lo la gli le e è non un una con per di del della ogni tutti quando poi dopo "
    "da nel che giorno notte ora carica",
    "Portuguese": "o os as e é não um uma com para de do da cada todos quando depois em que dia "
    "noite hora carregue tabelas",
    "Dutch": "het een en is niet met op voor van naar elke alle als dan uit dag nacht uur laad",
}
_KNOWN: Final = {name: frozenset(words.split()) for name, words in _WORDS.items()}
_ALPHABETS: Final = {
    "CJK": "Chinese or Japanese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
    "CYRILLIC": "a language in Cyrillic letters",
    "GREEK": "Greek",
    "ARABIC": "a language in Arabic letters",
    "HEBREW": "Hebrew",
    "DEVANAGARI": "a language in Devanagari letters",
    "THAI": "Thai",
}


def other_language(request: str) -> str:
    """Returns the language that a request seems to be in; empty for English and where nothing can be told."""
    text = _CODE.sub(" ", request)
    letters = [char for char in text if char.isalpha()]
    foreign = [name for char in letters if (name := _alphabet(char))]
    if 3 * len(foreign) > len(letters):
        return max(sorted(set(foreign)), key=foreign.count)
    words = [word.lower() for word in _WORD.findall(text)]
    counts = {name: sum(word in known for word in words) for name, known in _KNOWN.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= 2 and counts[best] > counts["English"] else ""


def _alphabet(char: str) -> str:
    name = unicodedata.name(char, "").split(" ")[0]
    return _ALPHABETS.get(name, "")
