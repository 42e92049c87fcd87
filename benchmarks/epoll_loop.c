/* The plain way in C, to compare with: a socket per probe, non-blocking connect, epoll, SO_ERROR, close.
 *
 * epoll_loop ADDRESS HOSTS PORTS WINDOW: probes ports 1 to PORTS of HOSTS hosts from the IPv4 ADDRESS on, host
 * by host, WINDOW at a time; prints probes, refused ones and seconds. What stays silent for a second ends it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 256, SILENCE_MS = 1000 };

static long refused, others;

static void judge(int error)
{
    if (error == ECONNREFUSED)
        refused++;
    else
        others++;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

/* Starts one probe; 1 when it is in flight, 0 when it was judged at once. */
static int launch(int poller, uint32_t host, uint16_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        perror("socket");
        exit(1);
    }
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(host)};
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0 || errno != EINPROGRESS) {
        judge(errno);
        close(fd);
        return 0;
    }
    struct epoll_event want = {.events = EPOLLOUT, .data.fd = fd};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &want) != 0) {
        perror("epoll_ctl");
        exit(1);
    }
    return 1;
}

static void settle(int fd)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    judge(error);
    close(fd);
}

int main(int argc, char **argv)
{
    struct in_addr first;
    if (argc != 5 || inet_pton(AF_INET, argv[1], &first) != 1) {
        fprintf(stderr, "usage: epoll_loop ADDRESS HOSTS PORTS WINDOW\n");
        return 2;
    }
    uint32_t base = ntohl(first.s_addr);
    long hosts = atol(argv[2]), ports = atol(argv[3]), window = atol(argv[4]);
    long total = hosts * ports, next = 0, flying = 0;
    int poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event ready[BATCH];
    double began = now();
    while (next < total || flying > 0) {
        while (next < total && flying < window) {
            flying += launch(poller, base + (uint32_t)(next / ports), (uint16_t)(next % ports + 1));
            next++;
        }
        if (flying == 0)
            continue;
        int n = epoll_wait(poller, ready, BATCH, SILENCE_MS);
        if (n <= 0)
            break;
        for (int i = 0; i < n; i++)
            settle(ready[i].data.fd);
        flying -= n;
    }
    printf("%ld %ld %.6f\n", refused + others, refused, now() - began);
    return 0;
}
