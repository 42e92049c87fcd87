"""What a poller reports: a descriptor and its event bits."""

Event = tuple[int, int]

# The same numbers in poll(2) and epoll(7); the pollers of other systems translate to them.
OUT, ERR, HUP = 0x04, 0x08, 0x10
