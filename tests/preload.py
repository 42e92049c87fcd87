"""Libraries that stand between a program and the kernel (LD_PRELOAD), as proxies for programs that know of none do.

Each is a few lines of C, built when a test asks for it. `PORT` is where the proxy listens.
"""

import subprocess
from pathlib import Path

_HEAD = """
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
typedef int (*connect_t)(int, const struct sockaddr *, socklen_t);
static int really(int fd, int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ((connect_t)dlsym(RTLD_NEXT, "connect"))(fd, (struct sockaddr *)&to, sizeof to);
}
static int ours(int fd) {
  int type = 0; socklen_t size = sizeof type;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}
"""
_CONNECT = """
int connect(int fd, const struct sockaddr *to, socklen_t size) {
  if (!ours(fd)) return ((connect_t)dlsym(RTLD_NEXT, "connect"))(fd, to, size);
  %s
}
"""
#: A socket of its own takes the place of the program's, as with proxychains; else the answer is "refused".
_OTHER_SOCKET = """
  int own = socket(AF_INET, SOCK_STREAM, 0), flags = fcntl(fd, F_GETFL), done = really(own, PORT);
  if (done == 0) { fcntl(own, F_SETFL, flags); dup2(own, fd); }
  close(own);
  if (done) errno = ECONNREFUSED;
  return done;
"""
#: The program's own socket goes elsewhere and waits there, as with torsocks, whose getpeername() lies too.
_SAME_SOCKET = """
  int flags = fcntl(fd, F_GETFL);
  fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
  int done = really(fd, PORT);
  fcntl(fd, F_SETFL, flags);
  memcpy(&asked, to, sizeof asked);
  return done;
"""
_LYING_PEER = """
static struct sockaddr_in asked;
int getpeername(int fd, struct sockaddr *to, socklen_t *size) {
  *size = sizeof asked; memcpy(to, &asked, sizeof asked); return 0;
}
"""
_MPTCP = """
int socket(int family, int type, int protocol) {
  typedef int (*socket_t)(int, int, int);
  int stream = (type & 0xf) == SOCK_STREAM && (family == AF_INET || family == AF_INET6);
  return ((socket_t)dlsym(RTLD_NEXT, "socket"))(family, type, stream ? 262 : protocol);
}
"""
_UNIX_SOCKET = """
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair)) return -1;
  dup2(pair[0], fd);
  close(pair[0]);
  errno = EINPROGRESS;
  return -1;
"""
LIBRARIES = {
    "refuses": _HEAD + _CONNECT % "errno = ECONNREFUSED; return -1;",
    "connects": _HEAD + _CONNECT % "return 0;",
    "other socket": _HEAD + _CONNECT % _OTHER_SOCKET,
    "same socket": _HEAD + _LYING_PEER + _CONNECT % _SAME_SOCKET,
    "unix socket": _HEAD + _CONNECT % _UNIX_SOCKET,
    "elsewhere": _HEAD + _CONNECT % "return really(fd, PORT);",
    "harmless": _HEAD + "int nobody_calls_this(void) { return really(0, 1) + ours(0); }",
    "mptcp": _HEAD + _MPTCP + "int nobody_calls_this(void) { return really(0, 1) + ours(0); }",
}


def built(folder: Path, name: str, port: int) -> str:
    """The path of that library, built in the folder."""
    source, library = folder / "between.c", folder / f"{name.replace(' ', '-')}.so"
    source.write_text(LIBRARIES[name].replace("PORT", str(port)))
    command = ["cc", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return str(library)
