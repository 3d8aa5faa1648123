"""Words for the terminal in both languages, before any library or the product itself can be imported."""

import os
import sys


def say(zh, en):
    """The sentence stands on standard error, in the language that ANRU_LANG or the terminal asks for."""
    # As anru.ops.words decides it; this module must run before that one can be found.
    asked = os.environ.get("ANRU_LANG", "")
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    english = asked == "en" or (asked != "zh" and locale.lower().startswith("en"))
    text = (en if english else zh) + "\n"
    sys.stderr.buffer.write(text.encode("utf-8"))
    sys.stderr.buffer.flush()
