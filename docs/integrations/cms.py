"""What a CMS calls when a story goes out or is corrected, and when it is taken down.

From the environment: CLAIMTRAIL_KEY (of the scopes articles:write and claims:read); CLAIMTRAIL (http://127.0.0.1:8000)
where it differs. As a program: cms.py published|taken-down STORY.json
"""

import json
import os
import sys
from pathlib import Path

from claimtrail.client import Client


def service() -> Client:
    """A client of the desk's service, to be used in a `with`."""
    return Client(os.environ.get("CLAIMTRAIL", "http://127.0.0.1:8000"), key=os.environ.get("CLAIMTRAIL_KEY"))


def published(story: dict) -> dict:
    """Sends a story, or its newest version; the answer's `article`, `job` and `duplicate`. Raises ServiceError."""
    article = {
        "url": story["url"],
        "html": story["body"],
        "title": story["headline"],
        "publisher": "Lake Courier",
        "published_at": story["published_at"],
        "external_id": story["id"],
    }
    with service() as claimtrail:
        return claimtrail.submit(article, idempotency_key=f"{story['id']}/{story['version']}")


def taken_down(story: dict) -> None:
    """Withdraws a story, if it ever came. Raises ServiceError."""
    with service() as claimtrail:
        for article in claimtrail.articles(url=story["url"]):
            claimtrail.withdraw(article["id"])


if __name__ == "__main__":
    action, file = sys.argv[1:]
    story = json.loads(Path(file).read_text("utf-8"))
    if action == "taken-down":
        taken_down(story)
        print("withdrawn")
    else:
        sent = published(story)
        with service() as claimtrail:
            claimtrail.wait(sent["job"]["id"])
            print("revision", sent["article"]["revision"], "known already" if sent["duplicate"] else "taken in")
            for claim in claimtrail.claims(sent["article"]["id"]):
                print(claim["kind"], claim["status"], claim["quote"])
