"""Language tags (BCP 47): `eng`, `EN_us` and `en-US` are spellings, one is stored."""

from functools import lru_cache
from typing import Any

import langcodes

MAX_LENGTH = 35  # what RFC 5646, section 4.4.1, asks implementations to hold
# The languages that have extensions (`ar-arb`); to langcodes `en-USA` would be one as well.
EXTENDED = {"ar", "kok", "lv", "ms", "sgn", "sw", "uz", "zh"}


class Forgetful(dict[Any, Any]):
    """A dictionary that keeps nothing."""

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


# langcodes remembers every tag it has ever met, so that strangers could fill the memory.
langcodes.Language._PARSE_CACHE = Forgetful()
langcodes.Language._INSTANCES = Forgetful()


@lru_cache(maxsize=1000)
def normalise_language(text: str) -> str:
    """The tag in its canonical form: the shortest code, in the usual case.

    Raises ValueError, with a reason for people, for what is no registered language.
    """
    tag = text.strip()
    try:
        if not tag.isascii() or len(tag) > MAX_LENGTH or not langcodes.tag_is_valid(tag):
            raise ValueError
        language = langcodes.Language.get(tag).simplify_script()
        if language.extlangs and language.language not in EXTENDED:
            raise ValueError
        standard = language.to_tag()
        if len(standard) > MAX_LENGTH:
            raise ValueError
        return standard
    except (ValueError, LookupError) as error:
        raise ValueError("This is no language tag: write en, de or pt-BR (BCP 47).") from error
