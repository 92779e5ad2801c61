// Sends one HTTP request over and over on a number of connections and prints, as JSON, how many were answered and how long
// each answer took. wrk cannot speak to Unix domain sockets; this speaks to them and to TCP alike.
//
// usage: SocketLoad unix:PATH|PORT CONNECTIONS SECONDS BODY
//
// One thread. Each connection has one request under way; the answer must have a content-length. BODY is a file with JSON.

#ifdef __linux__

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CAPACITY = 1 << 16, MOST_LATENCIES = 20000000 };

typedef struct {
    int socket;
    size_t sent, received;
    uint64_t start;
    char answer[CAPACITY];
} connection;

static char *request;
static size_t request_length;

static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int open_connection(const char *address) {
    if (strncmp(address, "unix:", 5) == 0) {
        struct sockaddr_un name = {.sun_family = AF_UNIX};
        if (strlen(address + 5) >= sizeof name.sun_path) {
            errno = ENAMETOOLONG;
            fail(address);
        }
        strcpy(name.sun_path, address + 5);
        const int made = socket(AF_UNIX, SOCK_STREAM, 0);
        if (made < 0 || connect(made, (struct sockaddr *)&name, sizeof name) != 0) fail(address);
        return made;
    }
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(address))};
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int made = socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    if (made < 0 || connect(made, (struct sockaddr *)&name, sizeof name) != 0) fail(address);
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return made;
}

static void read_request(const char *path) {
    static char body[CAPACITY];
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    const size_t length = fread(body, 1, sizeof body, file);
    fclose(file);
    const int total = asprintf(&request,
                               "POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                               "Content-Length: %zu\r\n\r\n%.*s",
                               length, (int)length, body);
    if (total < 0) fail(path);
    request_length = (size_t)total;
}

// Sends the whole request; a request is far smaller than a socket's buffer.
static void begin(connection *c) {
    c->received = 0;
    c->start = now();
    for (c->sent = 0; c->sent < request_length;) {
        const ssize_t count = write(c->socket, request + c->sent, request_length - c->sent);
        if (count <= 0) fail("write");
        c->sent += (size_t)count;
    }
}

// Length of the whole answer, 0 while its head is not complete.
static size_t answer_length(connection *c) {
    const char *end = memmem(c->answer, c->received, "\r\n\r\n", 4);
    if (!end) return 0;
    for (const char *line = c->answer; line < end;) {
        if (strncasecmp(line, "content-length:", 15) == 0) return (size_t)(end - c->answer) + 4 + strtoul(line + 15, NULL, 10);
        const char *next = memmem(line, (size_t)(end - line), "\r\n", 2);
        if (!next) break;
        line = next + 2;
    }
    fprintf(stderr, "an answer has no content-length\n");
    exit(1);
}

static int ascending(const void *a, const void *b) {
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

int main(int count, char **arguments) {
    const int connections = count == 5 ? atoi(arguments[2]) : 0;
    const double seconds = count == 5 ? atof(arguments[3]) : 0;
    if (connections < 1 || !(seconds > 0)) {
        fprintf(stderr, "usage: SocketLoad unix:PATH|PORT CONNECTIONS SECONDS BODY\n");
        return 2;
    }
    read_request(arguments[4]);
    connection *all = calloc((size_t)connections, sizeof *all);
    uint32_t *latencies = malloc(MOST_LATENCIES * sizeof *latencies);
    const int poll = epoll_create1(0);
    if (!all || !latencies || poll < 0) fail("start");
    for (int i = 0; i < connections; i++) {
        all[i].socket = open_connection(arguments[1]);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
        if (epoll_ctl(poll, EPOLL_CTL_ADD, all[i].socket, &event) != 0) fail("epoll_ctl");
    }
    size_t done = 0, errors = 0;
    const uint64_t first = now(), end = first + (uint64_t)(seconds * 1e9);
    for (int i = 0; i < connections; i++) begin(&all[i]);
    while (now() < end && done < MOST_LATENCIES) {
        struct epoll_event events[256];
        const int ready = epoll_wait(poll, events, 256, 1000);
        if (ready < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < ready; i++) {
            connection *c = events[i].data.ptr;
            const ssize_t got = read(c->socket, c->answer + c->received, CAPACITY - 1 - c->received);
            if (got <= 0) {
                fprintf(stderr, "the server closed a connection\n");
                return 1;
            }
            c->received += (size_t)got;
            c->answer[c->received] = 0;
            const size_t length = answer_length(c);
            if (length == 0 || c->received < length) continue;
            if (strncmp(c->answer, "HTTP/1.1 200", 12) != 0) errors++;
            if (done < MOST_LATENCIES) latencies[done] = (uint32_t)((now() - c->start) / 10);
            done++;
            begin(c);
        }
    }
    const double spent = (double)(now() - first) / 1e9;
    const size_t known = done < MOST_LATENCIES ? done : MOST_LATENCIES;
    if (known == 0) {
        fprintf(stderr, "nothing was answered\n");
        return 1;
    }
    qsort(latencies, known, sizeof *latencies, ascending);
    printf("{\"rate\":%.1f,\"p50\":%.2f,\"p99\":%.2f,\"p999\":%.2f,\"errors\":%zu}\n", (double)done / spent,
           latencies[known / 2] / 100.0, latencies[known * 99 / 100] / 100.0, latencies[known * 999 / 1000] / 100.0, errors);
    return 0;
}

#else

#include <stdio.h>

int main(void) {
    fprintf(stderr, "SocketLoad waits with epoll, which Linux alone has\n");
    return 1;
}

#endif
