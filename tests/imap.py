"""A small IMAP server on the loopback address, as far as `fetch_mail` asks of one; what it holds is a plain dict."""

import re
import socketserver
import threading
from contextlib import contextmanager


class _Session(socketserver.StreamRequestHandler):
    is_in = False

    def handle(self):
        self.say(b"* OK ready")
        while line := self.rfile.readline():
            tag, command = line.rstrip(b"\r\n").split(b" ", 1)
            words = command.split(b" ")
            verb = words[0].upper()
            if verb == b"UID":
                words, verb = words[1:], b"UID " + words[1].upper()
            if verb.decode() in self.server.hang_up_at:
                return
            answer = getattr(self, "do_" + verb.decode().replace(" ", "_").lower())(command, words)
            self.say(tag + b" " + (answer or b"OK done"))
            if verb == b"LOGOUT":
                return

    def say(self, line):
        self.wfile.write(line + b"\r\n")

    @property
    def inbox(self):
        return self.server.folders["INBOX"]

    def do_capability(self, command, words):
        """As many do, it says what it can only to who has signed in."""
        self.say(b"* CAPABILITY IMAP4rev1 " + (self.server.capabilities.encode() if self.is_in else b"IDLE"))

    def do_login(self, command, words):
        if command != b'LOGIN portal@example.com "pass word"':
            return b"NO [AUTHENTICATIONFAILED] wrong"
        self.is_in = True
        return None

    def do_select(self, command, words):
        self.say(b"* %d EXISTS" % len(self.inbox))

    def do_uid_search(self, command, words):
        waiting = [uid for uid in self.inbox if uid not in self.server.deleted]
        self.say(b"* SEARCH " + " ".join(map(str, waiting)).encode())

    def do_uid_fetch(self, command, words):
        uid = int(words[1])
        raw = self.inbox.get(uid)
        if raw is None:
            return
        if b"RFC822.SIZE" in command:
            self.say(b"* 1 FETCH (UID %d RFC822.SIZE %d)" % (uid, len(raw)))
        else:
            most = int(re.search(rb"<0\.(\d+)>", command).group(1))
            self.server.read[uid] = len(raw[:most])
            self.say(b"* 1 FETCH (UID %d BODY[]<0> {%d}" % (uid, len(raw[:most])))
            self.wfile.write(raw[:most])
            self.say(b")")

    def do_create(self, command, words):
        name = words[1].decode().strip('"')
        if self.server.under_inbox and not name.startswith("INBOX."):
            return b"NO not in this namespace"
        if name in self.server.folders:
            return b"NO it is there"
        self.server.folders[name] = {}
        return None

    def do_status(self, command, words):
        name = words[1].decode().strip('"')
        if name not in self.server.folders:
            return b"NO no such folder"
        self.say(b'* STATUS "%s" (MESSAGES 0)' % name.encode())
        return None

    def do_list(self, command, words):
        self.say(b'* LIST (\\Noselect) "." ""')

    def do_uid_copy(self, command, words):
        uid, name = int(words[1]), words[2].decode().strip('"')
        self.server.folders[name][uid] = self.inbox[uid]

    def do_uid_store(self, command, words):
        self.server.deleted.add(int(words[1]))

    def do_uid_expunge(self, command, words):
        self.inbox.pop(int(words[1]), None)

    def do_uid_move(self, command, words):
        self.do_uid_copy(command, words)
        self.do_uid_expunge(command, words)

    def do_logout(self, command, words):
        self.say(b"* BYE")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


@contextmanager
def imap_server(*messages, capabilities="UIDPLUS MOVE", under_inbox=False, hang_up_at=()):
    """Gives the server: `folders` are name → {uid: bytes}, `read` how many bytes of each were asked for."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.folders = {"INBOX": dict(enumerate(messages, 7))}
        server.capabilities, server.under_inbox, server.hang_up_at = capabilities, under_inbox, hang_up_at
        server.deleted, server.read = set(), {}
        server.url = f"imap://portal%40example.com:pass%20word@127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
