"""Stands for a chat room: prints the text of what is posted to http://127.0.0.1:8090 (PORT)."""

import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Room(BaseHTTPRequestHandler):
    """An incoming webhook, as Slack and Mattermost have them."""

    def do_POST(self) -> None:
        """Prints one message."""
        print(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"], flush=True)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Says nothing of its own."""


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8090"))), Room).serve_forever()
