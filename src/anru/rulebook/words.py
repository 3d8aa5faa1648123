"""Two languages side by side: what every title, label and sentence of the rulebook is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def spoken(self, language: str | None) -> str:
        """Return the English words for a language code that begins with "en", the Chinese ones for any other."""
        return self.en if (language or "").lower().startswith("en") else self.zh

    def __str__(self) -> str:
        return self.zh


@dataclass(frozen=True, slots=True)
class Choice:
    """A code with its words: an option, an acceptance criterion or a reason to return."""

    code: str
    text: Text
