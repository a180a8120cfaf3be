"""Tells a chat room of claims: takes Claimtrail's notices, fetches the claim, posts a message to the room.

From the environment: WEBHOOK_SECRET (whsec_…), ROOM_URL (the room's incoming webhook), CLAIMTRAIL_KEY (of the scope
claims:read); CLAIMTRAIL (http://127.0.0.1:8000), PORT (8080) and SEEN (seen.sqlite3) where they differ.
"""

import json
import os
import sqlite3
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.request import Request, urlopen

from standardwebhooks import Webhook, WebhookVerificationError

SERVICE = os.environ.get("CLAIMTRAIL", "http://127.0.0.1:8000")
WEBHOOK = Webhook(os.environ["WEBHOOK_SECRET"])
SEEN = sqlite3.connect(os.environ.get("SEEN", "seen.sqlite3"), isolation_level=None)
SEEN.execute("create table if not exists seen (id text primary key)")


def plain(words: str) -> str:
    """Words of an article, which may not call the whole room or bring links of their own."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "@\u200b")


def message(kind: str, claim: dict) -> str:
    """What the room is told of a claim."""
    source = claim["source"]
    told_by = ", ".join(plain(name) for name in (claim["attribution"]["speaker"], source["publisher"]) if name)
    link = source["deep_link"].replace("&", "&amp;").replace("|", "%7C").replace(">", "%3E")
    what = f"*{claim['kind']}, {claim['status']}* ({kind.removeprefix('claim.')})"
    return f"{what}: “{plain(claim['quote'])}” {told_by} <{link}|source>"


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to what is known to have reached the room; all else comes again."""

    timeout = 10  # seconds, for whoever connects and says nothing

    def do_POST(self) -> None:
        """Takes one notice."""
        body = self.rfile.read(max(0, min(int(self.headers.get("Content-Length", 0)), 65536)))
        try:
            notice = WEBHOOK.verify(body, dict(self.headers))
        except WebhookVerificationError:
            return self.answer(401)
        number = self.headers["webhook-id"]
        try:
            if not SEEN.execute("select 1 from seen where id = ?", [number]).fetchone():
                self.tell(notice)
                SEEN.execute("insert into seen values (?)", [number])
        except OSError as fault:  # neither service nor room can be reached, or one refuses
            self.log_error("%s", fault)
            return self.answer(503)
        return self.answer(204)

    def tell(self, notice: dict) -> None:
        """Posts what a notice is about to the room. OSError where that fails."""
        if notice["type"].startswith("claim."):
            headers = {"Authorization": f"Bearer {os.environ['CLAIMTRAIL_KEY']}"}
            with urlopen(Request(SERVICE + notice["data"]["links"]["self"], headers=headers), timeout=5) as found:
                text = message(notice["type"], json.load(found))
        else:
            text = f"Claimtrail says {notice['type']}."
        post = Request(
            os.environ["ROOM_URL"], json.dumps({"text": text}).encode(), {"Content-Type": "application/json"}
        )
        urlopen(post, timeout=5).close()

    def answer(self, status: int) -> None:
        """Answers with a status alone."""
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Receiver).serve_forever()
