"""A visitor's text within our sentences: shown letter by letter, never read as a link, a picture or markup."""

import re

MAX = 240
GOT = re.compile(r"; (?:got|the config has|it has) ")
WORD = r"['(−-]*[A-Za-z0-9]+(?:(?:[_'/-]|(?<=\d)[.,](?=\d))[A-Za-z0-9]+)*[),;:']*|[×·+=…]"
PHRASE = re.compile(rf"(?:{WORD})(?: (?:{WORD}))*")
"""Words that Markdown cannot take for anything else: no address has a point between letters, a // or an @ among them."""


def quoted(text: str, maximum: int = MAX) -> str:
    """A visitor's text as a code span, the one place where Markdown leaves addresses and marks alone.

    Its fence is longer than any run of backticks within. What cannot be printed is spelled out, lines become one, and
    what is too long is cut.

    >>> quoted("![x](y) www.z.example"), quoted("``` `")
    ('`![x](y) www.z.example`', '```` ``` ` ````')
    """
    line = " ".join(text.split())
    short = line if len(line) <= maximum else line[: maximum - 1] + "…"
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    pad = " " if not shown or "`" in (shown[0], shown[-1]) else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def worded(text: str) -> str:
    """A visitor's text as it is where it is nothing but words, else quoted.

    >>> worded("full_attention"), worded("__proto__")
    ('full_attention', '`__proto__`')
    """
    return text if PHRASE.fullmatch(text) and text[0].isalpha() else quoted(text)  # 1) would be a list


def refusal(error: ValueError) -> str:
    """What an error of the library says, as Markdown: words as they are, what might be anything else as a quotation.

    >>> refusal(ValueError("dim must be a whole number that 2 divides; got 7"))
    'dim must be a whole number that 2 divides; got 7'
    >>> refusal(ValueError("rope_type must be one of 'default', 'yarn'; got 'www.x.example'"))
    "rope_type must be one of 'default', 'yarn'; got `'www.x.example'`"
    >>> refusal(ValueError("layer_type must be one of 'www.x.example'; got 'full'"))
    "`layer_type must be one of 'www.x.example'; got 'full'`"
    """
    said = str(error)
    got = GOT.search(said)
    words = worded(said[: got.start()]) if got else ""
    if not got or words.startswith("`"):
        return worded(said)
    rest = said[got.end() :]
    return words + got[0] + (rest if PHRASE.fullmatch(rest) else quoted(rest))
