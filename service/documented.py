"""Headers and bodies in the documentation that no schema describes."""

from __future__ import annotations

from typing import Any

from schemas.article import MAX_BATCH
from service.idempotency import KEY_PATTERN

_SECONDS = {"type": "integer", "minimum": 0}


def _header(description: str, *, required: bool = False, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"description": description, "required": required, "schema": schema or {"type": "string"}}


_LOCATION = _header("The job's address.", required=True, schema={"type": "string", "format": "uri-reference"})
RETRY_AFTER = _header("Seconds after which another look is worth while.", schema=_SECONDS)
_REPLAYED = _header("`true` where the answer was given to the same Idempotency-Key before.")
_APPLIED = _header("The `Prefer` that was heeded.")
_NEXT = _header('The next page (RFC 8288, `rel="next"`), where there is one.')
REQUEST_ID = _header("The id of the request, as in the service's log.")

LINK = {"Link": _NEXT}
MADE = {"Location": _header("Where it is.", required=True, schema={"type": "string", "format": "uri-reference"})}
PUSHED_HEADERS = {
    "Location": _header("The article's address.", required=True, schema={"type": "string", "format": "uri-reference"})
}
JOB_HEADERS = {"Location": _LOCATION, "Retry-After": RETRY_AFTER}
READ_HEADERS = {"Location": _LOCATION, "Link": _NEXT, "Preference-Applied": _APPLIED, "Idempotent-Replayed": _REPLAYED}
DUPLICATE_HEADERS = READ_HEADERS | {"Retry-After": RETRY_AFTER}
ETAG = {
    "ETag": _header("Changes whenever the job does.", required=True),
    "Retry-After": RETRY_AFTER,
    "Preference-Applied": _APPLIED,
}

ETAG_OF_WHAT_CHANGED = _header("The version that it is at now, in quotes.", required=True)
ETAG_OF_REVIEW = _header("The review's version, in quotes.", required=True)
REVIEW_HEADERS = {"ETag": ETAG_OF_REVIEW}
NEW_REVIEW_HEADERS = {
    "Location": _header("The review's address.", required=True, schema={"type": "string", "format": "uri-reference"}),
    "ETag": ETAG_OF_REVIEW,
    "Idempotent-Replayed": _REPLAYED,
}

SOURCE_HEADERS = {
    "Content-Disposition": _header("`attachment`.", required=True),
    "Repr-Digest": _header("The SHA-256 that was noted when it came (RFC 9530).", required=True),
}
WEBHOOK_HEADERS = {"ETag": _header("The webhook's version, in quotes.", required=True)}

CHECK_HEADERS = {"Retry-After": RETRY_AFTER, "Preference-Applied": _APPLIED}
CHECKED_HEADERS = MADE | {"Preference-Applied": _APPLIED}
NEW_CHECK_HEADERS = MADE | CHECK_HEADERS | {"Idempotent-Replayed": _REPLAYED}

PRIVATE = "private, no-cache"
EXPORT_HEADERS = {"Content-Disposition": _header("A name for a file.")}
FEED_HEADERS = {
    "ETag": _header("Changes whenever the feed does."),
    "Last-Modified": _header("When any claim changed last."),
}

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "Makes a repetition safe: for seven days the same key with the same body gets the same answer, with "
    "`Idempotent-Replayed: true`; another body gets 422, and a request whose twin is being answered 409.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": KEY_PATTERN},
}
_PREFER = {
    "in": "header",
    "name": "Prefer",
    "description": "`wait=N` waits up to N seconds, at most 30, for the article to be read. Anything else is ignored.",
    "schema": {"type": "string"},
}
PREFER_CHECKED = _PREFER | {
    "description": "`wait=N` waits up to N seconds, at most 30, for the draft to be read. Anything else is ignored."
}
KNOWN_REVIEW = {
    "in": "header",
    "name": "If-None-Match",
    "description": "The ETag that is known already: 304 while the review is as it was.",
    "schema": {"type": "string"},
}
REVIEW_AS_SEEN = {
    "in": "header",
    "name": "If-Match",
    "description": "The ETag of the review as it was seen, or `*` for whatever it is now. Without it the answer is "
    "428; if someone else has changed it meanwhile, 412.",
    "schema": {"type": "string"},
}
WEBHOOK_AS_SEEN = REVIEW_AS_SEEN | {
    "description": "The ETag of the webhook as it was seen, or `*` for whatever it is now. Without it the answer is "
    "428; if it was changed meanwhile, 412.",
}
POST_HEADERS = [IDEMPOTENCY_KEY, _PREFER]
CHECK_PARAMETERS = [IDEMPOTENCY_KEY, PREFER_CHECKED]
JOB_REQUEST_HEADERS = [
    _PREFER,
    {
        "in": "header",
        "name": "If-None-Match",
        "description": "The ETag that is known already: 304 while the job is as it was.",
        "schema": {"type": "string"},
    },
]

_BATCH_EXAMPLE = [
    {"url": "https://daily.example/1", "text": "Envoys of Kenya and Somalia met in Nairobi on Monday."},
    {"url": "ftp://daily.example/2", "text": "An address that cannot be taken."},
]
BATCH_BODY = {
    "required": True,
    "description": f"From 1 to {MAX_BATCH} articles, as a JSON array or, with the media type `application/x-ndjson`, "
    "one JSON object a line. Each is looked at by itself: what is no article gets its problem in its place in the "
    "answer.",
    "content": {
        "application/json": {
            "schema": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_BATCH,
                "items": {"description": "An article, as `ArticleIn` says."},
            },
            "example": _BATCH_EXAMPLE,
        },
    },
}
