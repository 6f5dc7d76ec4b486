// tls_source: how many SMTP sessions with STARTTLS a server can begin per second.
//
//     tls_source HOST:PORT SESSIONS CLIENTS full|resumed
//
// CLIENTS processes share the SESSIONS. A session is: greeting, STARTTLS, handshake, EHLO under
// TLS, QUIT. resumed: each process takes a ticket from a session of its own that is not counted,
// and offers it (and each later one) in the others. Prints sessions, those that were resumed, and
// failures; exit status 1 when one failed. For bench/load/compare_tls.py, which takes the time.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

struct Totals {
    int sessions = 0;
    int resumed = 0;
    int failed = 0;
};

struct Target {
    sockaddr_in address{};
    bool resume = false;
};

SSL_SESSION*& kept() {
    static SSL_SESSION* session = nullptr;
    return session;
}

extern "C" int keep_session(SSL*, SSL_SESSION* session) {
    if (kept() != nullptr) SSL_SESSION_free(kept());
    kept() = session;
    return 1;
}

bool read_reply(int fd) {
    std::string text;
    char buffer[512];
    while (text.empty() || text.back() != '\n') {
        const ssize_t count = ::read(fd, buffer, sizeof buffer);
        if (count <= 0) return false;
        text.append(buffer, static_cast<std::size_t>(count));
    }
    return text[0] == '2';
}

// One reply of several lines.
bool read_reply(SSL* ssl) {
    std::string text;
    char buffer[2048];
    for (;;) {
        const int count = SSL_read(ssl, buffer, sizeof buffer);
        if (count <= 0) return false;
        text.append(buffer, static_cast<std::size_t>(count));
        if (text.back() != '\n') continue;
        const std::size_t line = text.rfind('\n', text.size() - 2);
        const std::size_t start = line == std::string::npos ? 0 : line + 1;
        if (text.size() > start + 3 && text[start + 3] == ' ') return text[0] == '2';
    }
}

bool put(SSL* ssl, const char* text) {
    const int size = static_cast<int>(std::strlen(text));
    return SSL_write(ssl, text, size) == size;
}

bool talk(SSL_CTX* context, const Target& target, int fd, Totals* totals) {
    if (!read_reply(fd) || ::write(fd, "STARTTLS\r\n", 10) != 10 || !read_reply(fd)) return false;
    SSL* ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    if (target.resume && kept() != nullptr) SSL_set_session(ssl, kept());
    const bool good = SSL_connect(ssl) == 1 && put(ssl, "EHLO bench.test\r\n") && read_reply(ssl) &&
                      put(ssl, "QUIT\r\n") && read_reply(ssl);
    if (good && SSL_session_reused(ssl) == 1) ++totals->resumed;
    // Without the good-bye the library takes the session for broken.
    SSL_shutdown(ssl);
    SSL_free(ssl);
    return good;
}

bool session(SSL_CTX* context, const Target& target, Totals* totals) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const bool good = ::connect(fd, reinterpret_cast<const sockaddr*>(&target.address),
                                sizeof target.address) == 0 &&
                      talk(context, target, fd, totals);
    ::close(fd);
    ++totals->sessions;
    if (!good) ++totals->failed;
    return good;
}

Totals client(const Target& target, int sessions) {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    if (target.resume) {
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(context, keep_session);
        Totals first;
        session(context, target, &first);
    }
    Totals totals;
    for (int i = 0; i < sessions; ++i) session(context, target, &totals);
    return totals;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string where = argc == 5 ? argv[1] : "";
    const std::size_t colon = where.rfind(':');
    Target target;
    target.address.sin_family = AF_INET;
    if (colon == std::string::npos ||
        ::inet_pton(AF_INET, where.substr(0, colon).c_str(), &target.address.sin_addr) != 1) {
        std::fprintf(stderr, "usage: tls_source HOST:PORT SESSIONS CLIENTS full|resumed\n");
        return 64;
    }
    target.address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(&where[colon + 1])));
    target.resume = std::string(argv[4]) == "resumed";
    const int clients = std::atoi(argv[3]);
    int pipe_fds[2] = {};
    if (clients < 1 || ::pipe(pipe_fds) != 0) return 64;
    for (int i = 0; i < clients; ++i) {
        if (::fork() != 0) continue;
        const Totals totals = client(target, std::atoi(argv[2]) / clients);
        const bool told = ::write(pipe_fds[1], &totals, sizeof totals) == sizeof totals;
        ::_exit(told ? 0 : 1);
    }
    ::close(pipe_fds[1]);
    Totals sum;
    Totals part;
    while (::read(pipe_fds[0], &part, sizeof part) == sizeof part) {
        sum.sessions += part.sessions;
        sum.resumed += part.resumed;
        sum.failed += part.failed;
    }
    while (::wait(nullptr) > 0) {
    }
    std::printf("%d %d %d\n", sum.sessions, sum.resumed, sum.failed);
    return sum.failed == 0 ? 0 : 1;
}
