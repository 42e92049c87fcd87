"""Unspecified addresses: 0.0.0.0/8 and `::`, also in IPv6 form (`::ffff:0.0.0.0/104`). The rule: none is ever probed.

They belong to no host (RFC 1122, 3.2.1.3: "this network", never a destination; RFC 4291, 2.5.2: the same for `::`). But
Linux takes 0.0.0.0 and `::` for this very host, and ad blockers and hosts files point the names they block there: such
a name would be open because something listens here. So, wherever they come from:

* typed as a target, they are a mistake, and the error says what to write (`targets/grammar/hosts.py`); as a source too;
* in a range or network that holds others as well, they are left out and counted (`targets/space/unprobed.py`);
* a name that leads to one is an `error` with the reason `unspecified-address` (`targets/space/arrivals.py`);
* excludes may name them, because excludes probe nothing;
* and the last line of defence: whatever is probed is a `model.Place`, and no Place can be made for one of them.
"""

_IN_CLOTHES = bytes(10) + b"\xff\xff"
#: How the text of such an address begins: any other needs no closer look.
BEGINNINGS = frozenset("0:")


def is_unspecified(address: str) -> bool:
    """Whether a numeric address, with or without an interface (`%eth0`), is one of them. Any text is accepted."""
    if address[:1] not in BEGINNINGS:
        return False
    import socket

    bare = address.partition("%")[0]
    try:
        packed = socket.inet_pton(socket.AF_INET6 if ":" in bare else socket.AF_INET, bare)
    except (OSError, ValueError):
        return False
    if packed.startswith(_IN_CLOTHES):
        packed = packed[len(_IN_CLOTHES) :]
    return not packed[0] if len(packed) == 4 else not any(packed)
