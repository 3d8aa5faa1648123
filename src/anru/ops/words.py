"""Words of the command line in both languages. They must be readable before Django or a database is there."""

from __future__ import annotations

import os
from dataclasses import dataclass

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in Chinese and in English, with optional `{name}` places."""

    zh: str
    en: str

    def say(self, lang: str, /, **facts: object) -> str:
        """Return the sentence in a language with its places filled."""
        text = self.en if lang == "en" else self.zh
        return text.format(**facts) if facts else text


class Trouble(Exception):
    """A set-up that cannot go on, in words that its operator can act on."""

    def __init__(self, words: Words, **facts: object) -> None:
        super().__init__(words.en.format(**facts) if facts else words.en)
        self.words = words
        self.facts = facts

    def say(self, lang: str) -> str:
        """Return the reason in a language."""
        return self.words.say(lang, **self.facts)


def default_language() -> str:
    """Return "en" or "zh" from ANRU_LANG, else from the terminal's locale, else Chinese."""
    asked = os.environ.get("ANRU_LANG", "")
    if asked in LANGUAGES:
        return asked
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if locale.lower().startswith("en") else "zh"
