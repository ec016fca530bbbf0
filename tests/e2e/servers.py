# SPDX-License-Identifier: MIT
"""Small servers that behave in ways a real one seldom does. Each runs in threads, on a free port of 127.0.0.1."""

import socket
import threading
import time

PONG, OK, NIL = b"+PONG\r\n", b"+OK\r\n", b"$-1\r\n"
UNKNOWN = b"-ERR unknown command\r\n"
INLINE_ERROR = b"-ERR protocol error\r\n"


def take_command(buf):
    """(arguments, bytes used) of the first command in buf; (None, 0) when it is not there whole.

    An inline command is one whose only argument is its whole line, its end included."""
    end = buf.find(b"\r\n")
    if end < 0:
        return None, 0
    if buf[:1] != b"*":
        return [bytes(buf[:end + 2])], end + 2
    args, at = [], end + 2
    for _ in range(int(buf[1:end])):
        end = buf.find(b"\r\n", at)
        if end < 0:
            return None, 0
        size = int(buf[at + 1:end])
        at = end + 2 + size + 2
        if len(buf) < at:
            return None, 0
        args.append(bytes(buf[at - size - 2:at - 2]))
    return args, at


class Hangup(Exception):
    """Raised by a behaviour to close its connection."""


class Server:
    """Answers PING, SET, GET, ECHO and INFO, and writers with a number. Subclasses change single steps of it."""

    def __init__(self):
        self.listener = self.listen()
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.open = set()
        self.stopping = threading.Event()
        self.accepted = 0
        self.commands = []  # without INFO
        self.raw = b""      # of the connections that did not ask for INFO
        threading.Thread(target=self.accept_all, daemon=True).start()

    def listen(self):
        return socket.create_server(("127.0.0.1", 0), backlog=512)

    def stop(self):
        self.stopping.set()
        self.listener.close()
        with self.lock:
            socks = list(self.open)
        for sock in socks:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it was closed by the other side
            sock.close()

    def accept_all(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.accepted += 1
                self.open.add(sock)
            threading.Thread(target=self.run, args=(sock,), daemon=True).start()
            self.accepted_one()

    def accepted_one(self):
        """Before the next is accepted."""

    def run(self, sock):
        try:
            self.serve(sock)
        except (Hangup, OSError, ValueError):
            pass
        finally:
            with self.lock:
                self.open.discard(sock)
            sock.close()

    def serve(self, sock):
        buf, raw = bytearray(), b""
        count = 0
        while True:
            data = self.receive(sock)
            if not data:
                break
            raw += data if len(raw) < 100000 else b""
            buf += data
            batch = []
            while True:
                args, used = take_command(buf)
                if args is None:
                    break
                del buf[:used]
                batch.append(args)
            self.note(batch)
            count = self.answer(sock, batch, count)
        if b"INFO" not in raw:
            with self.lock:
                self.raw += raw

    def note(self, batch):
        with self.lock:
            self.commands += [a for a in batch if a[0].upper() != b"INFO"][:1000]

    # The steps that a behaviour changes.

    def receive(self, sock):
        return sock.recv(65536)

    def answer(self, sock, batch, count):
        """Sends the replies to a batch of commands; count is how many this connection has had. The new count."""
        sock.sendall(b"".join(self.reply(args) for args in batch))
        return count + len(batch)

    def reply(self, args):
        name = args[0].upper()
        if name in (b"PING", b"PING\r\n"):
            return PONG
        if name in (b"SET", b"AUTH", b"SELECT"):
            return OK
        if name == b"GET":
            return b"$3\r\nVXK\r\n"
        if name in (b"INCR", b"LPUSH", b"RPUSH", b"SADD", b"HSET", b"ZADD"):
            return b":1\r\n"
        if name == b"ECHO":
            return b"$%d\r\n%s\r\n" % (len(args[1]), args[1])
        if name == b"INFO":
            return b"$26\r\nredis_version:0.0.0-test\r\n\r\n"
        return OK


class Narrow(Server):
    """Knows PING, GET and SET and refuses all else, INFO too."""

    def reply(self, args):
        if args[0].upper() in (b"PING", b"PING\r\n", b"GET", b"SET"):
            return super().reply(args)
        return UNKNOWN


class HkvLike(Narrow):
    """As hkv-server: closes at inline commands, one segment per reply, replies 2..P held up for 44 ms."""

    INFO = b"role:master\r\nengine:hybridkv\r\nrequests_total:1\r\n"

    def answer(self, sock, batch, count):
        for i, args in enumerate(batch):
            if i == 1:
                time.sleep(0.044)
            sock.sendall(self.reply(args))
            if args[0].endswith(b"\r\n"):
                raise Hangup
        return count + len(batch)

    def reply(self, args):
        if args[0].endswith(b"\r\n"):
            return INLINE_ERROR
        if args[0].upper() == b"INFO":
            return b"$%d\r\n%s\r\n" % (len(self.INFO), self.INFO)
        return super().reply(args)


class Delayed(Server):
    """Every reply comes after a pause of its own."""

    def __init__(self, pause_s):
        self.pause_s = pause_s
        super().__init__()

    def answer(self, sock, batch, count):
        for args in batch:
            time.sleep(self.pause_s)
            sock.sendall(self.reply(args))
        return count + len(batch)


class DelaysPhase(Server):
    """Takes its time over one phase of each connection: tls (with a context), setup (AUTH) or first (the request after it)."""

    def __init__(self, phase, pause_s, context=None):
        self.phase, self.pause_s, self.context = phase, pause_s, context
        super().__init__()

    def serve(self, sock):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # no reply waits for an ACK of what TLS sent
        if not self.context:
            return super().serve(sock)
        time.sleep(self.pause_s if self.phase == "tls" else 0)
        with self.context.wrap_socket(sock, server_side=True) as wrapped:
            return super().serve(wrapped)

    def answer(self, sock, batch, count):
        for args in batch:
            phase = "setup" if args[0].upper() == b"AUTH" else "first" if count == 1 else "later"
            time.sleep(self.pause_s if phase == self.phase else 0)
            sock.sendall(self.reply(args))
            count += 1
        return count


class SlowInfo(Server):
    """Takes its time over INFO, and a moment over everything else."""

    def __init__(self, info_s, other_s):
        self.info_s, self.other_s = info_s, other_s
        super().__init__()

    def reply(self, args):
        asked = args[0].upper() == b"INFO"
        time.sleep(self.info_s if asked else self.other_s)
        return b"$21\r\nredis_version:0.0.0\r\n\r\n" if asked else super().reply(args)


class ClosesAfter(Server):
    """Closes each connection after `most` replies."""

    def __init__(self, most):
        self.most = most
        super().__init__()

    def answer(self, sock, batch, count):
        for args in batch:
            if args[0].upper() != b"INFO" and count == self.most:
                raise Hangup
            sock.sendall(self.reply(args))
            count += 1
        return count


class Silent(Server):
    """Accepts, reads, and never answers."""

    def answer(self, sock, batch, count):
        return count


class Drips(Server):
    """Answers with a beginning, and then with one piece after the other, but never to an end."""

    def __init__(self, beginning, piece, pause_s):
        self.beginning, self.piece, self.pause_s = beginning, piece, pause_s
        super().__init__()

    def answer(self, sock, batch, count):
        if batch and batch[0][0].upper() == b"INFO":
            raise Hangup
        sock.sendall(self.beginning)
        while not self.stopping.wait(self.pause_s):
            sock.sendall(self.piece)
        raise Hangup


class Trickles(Server):
    """Answers each command but INFO with a value of `size` bytes, `block` of them at a time."""

    def __init__(self, size, block, pause_s):
        self.size, self.block, self.pause_s = size, block, pause_s
        super().__init__()

    def answer(self, sock, batch, count):
        for args in batch:
            if args[0].upper() == b"INFO":
                raise Hangup
            reply = b"$%d\r\n%s\r\n" % (self.size, self.size * b"x")
            for at in range(0, len(reply), self.block):
                sock.sendall(reply[at:at + self.block])
                time.sleep(self.pause_s)
        return count + len(batch)


class MuteLater(Server):
    """Accepts them all, and answers only on the first `most` connections."""

    def __init__(self, most):
        self.most, self.served = most, 0
        super().__init__()

    def serve(self, sock):
        with self.lock:
            self.served += 1
            mute = self.served > self.most
        if mute:
            self.stopping.wait()
        else:
            super().serve(sock)


class Cramped(Server):
    """A unix socket with next to no backlog, whose connections are accepted with a pause after each; after `most`
    connections none is."""

    def __init__(self, path, pause_s, most=None):
        self.path, self.pause_s, self.most = path, pause_s, most
        super().__init__()

    def listen(self):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.path)
        listener.listen(0)
        return listener

    def accepted_one(self):
        time.sleep(self.pause_s)
        if self.most is not None and self.accepted >= self.most:
            self.stopping.wait()


class Deaf(Server):
    """Accepts, and neither reads nor answers."""

    def receive(self, sock):
        self.stopping.wait()
        return b""


class Babble(Server):
    """Answers whatever comes with the same bytes; then closes, if asked to."""

    def __init__(self, reply, close=False):
        self.bytes, self.close = reply, close
        super().__init__()

    def serve(self, sock):
        while sock.recv(65536):
            sock.sendall(self.bytes)
            if self.close:
                raise Hangup


HTTP = (b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n"
        b"Content-Length: 3\r\n\r\nno\n")


class Goodbye(Server):
    """Closes every connection as soon as it stands."""

    def serve(self, sock):
        raise Hangup


class SlowReader(Server):
    """Reads little and slowly, and answers only what it has read: its window is full most of the time."""

    def __init__(self, bytes_at_once, pause_s):
        self.bytes_at_once, self.pause_s = bytes_at_once, pause_s
        super().__init__()

    def receive(self, sock):
        time.sleep(self.pause_s)
        return sock.recv(self.bytes_at_once)


class OneAtATime(Server):
    """Sends each reply whole before it reads on: a client that does not read while it writes waits for ever."""

    def receive(self, sock):
        return sock.recv(8192)

    def answer(self, sock, batch, count):
        for args in batch:
            sock.sendall(self.reply(args))
        return count + len(batch)
