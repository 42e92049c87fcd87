"""The errnos that tell of this machine, and nothing of whom it asks: it is short of descriptors, buffers or memory."""

import errno

SHORT_OF = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EAGAIN})
