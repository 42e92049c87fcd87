"""Passwords that users paste along with a URL, or as a setting (`secret_words.py`): no message of ours may show them.

`masked` is the last safety net, for every error's text (`errors.py`) and every line on stderr: it recognises a URL
anywhere in a text. `hidden` is for a single word of the user's, which may have user info without a scheme before it.

No regular expressions that search for an @: their time grows with the square of a hostile text's length.
"""

from scanner.words.secret_words import without_password, without_secret

#: @, and its fullwidth and small look-alikes.
AT = "@\uff20\ufe6b"
_STARS = "***"


def masked(text: str) -> str:
    """The text with `***` for a URL's user info in each line, up to the last @: a password may contain one itself. And
    for what follows `password=`."""
    text = without_password(text)
    if "://" not in text:
        return text
    done = f"://{_STARS}@"  # usually written by `hidden`
    return "\n".join(done.join(map(_masked_line, line.split(done))) for line in text.split("\n"))


def _masked_line(line: str) -> str:
    start, at = line.find("://"), last_at(line)
    if start < 0:
        return line
    if at > start:
        return f"{line[:start]}://{_STARS}{_masked_line(line[at:])}"
    head, *urls = line.split("://")
    return "://".join([head, *map(_without_odd_port, urls)])


def _without_odd_port(rest: str) -> str:
    """What follows `://`, with `***` for host and port where the port is not a number (see `hidden`)."""
    places = split_authority(rest.partition("'")[0].partition('"')[0])[0]
    return rest if all(map(_has_plain_port, places.split(","))) else _STARS + rest[len(places) :]


def hidden(word: str) -> str:
    """The word with `***` for what precedes an @ or follows `password=`, and without what follows a URL's host and
    port.

    Paths and queries may contain passwords too, and so may a URL's port if it is not a number: then it is the rest of
    user info that has lost its @ (to a comment, to `%40`).
    """
    scheme, slashes, rest = word.partition("://")
    if (plain := without_secret(scheme)) != scheme:
        word, scheme, slashes, rest = plain, plain, "", ""
    in_user = ":" in scheme and not scheme.lower().startswith("jdbc:")  # user:pass://word@host
    if not slashes or last_at(scheme) >= 0 or (in_user and last_at(rest) >= 0):
        at = last_at(word)
        return _STARS + word[at:] if at >= 0 else word
    at = last_at(rest)
    user = _STARS + rest[at] if at >= 0 else ""
    places, tail = split_authority(rest[at + 1 :])
    if not all(map(_has_plain_port, places.split(","))):
        user, places = "", _STARS
    return scheme + slashes + user + places + (tail if len(tail) < 2 else tail[0] + "...")


def split_authority(rest: str) -> tuple[str, str]:
    """What follows `://`, as user, hosts and ports on one side and path, query or fragment on the other."""
    end = min((at for at in map(rest.find, "/?#;\\ \t\r\n") if at >= 0), default=len(rest))
    return rest[:end], rest[end:]


def last_at(text: str) -> int:
    """The position of the last @, or -1."""
    return max(map(text.rfind, AT))


def _has_plain_port(place: str) -> bool:
    """Whether it is a host, or one with a number for a port. Settings such as `(host=a,password=b)` are neither."""
    if any(sign in place for sign in "=()"):
        return False
    behind = place.partition("]")[2] if place.startswith("[") else place
    _, colon, port = behind.partition(":")
    return not colon or not port or (port.isdigit() and port.isascii())
