"""Routes by which articles come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, request

from schemas.article import MAX_BATCH, ArticleIn, BatchResult, Submitted
from service import access, cursor, documented, examples, idempotency, intake, prefer, strictjson, wire
from service.arguments import JSON, Routes
from service.desk import desk
from service.idempotency import Answer
from service.problems import Fault, ProblemError, body_of
from store import articles, claims, jobs
from store.articles import Submitted as Made
from store.database import Unavailable
from store.submissions import Submission

NDJSON = "application/x-ndjson"
MAX_BATCH_BYTES = 20_000_000
RETRY_AFTER = "1"
_FIRST_PAGE = 25

routes = Routes("submissions", __name__, url_prefix="/v1/articles", description="Taking articles in.")


def _shown(made: Made, **more: Any) -> dict[str, Any]:
    found = {"article": wire.article(made.article), "job": wire.job(made.job), "duplicate": intake.is_duplicate(made)}
    shown: dict[str, Any] = Submitted().dump(found | more)
    return shown


def _told(made: Sequence[Made]) -> Answer:
    one = made[0]
    headers = {"Location": f"/v1/jobs/{one.job.id}"}
    if one.job.status in ("queued", "started"):
        headers["Retry-After"] = RETRY_AFTER
    return Answer(intake.status_of(one), intake.dumped(_shown(one)), headers)


@routes.route("", methods=["POST"])
@routes.needs("articles:write")
@routes.arguments(ArticleIn, example=examples.ARTICLE_IN)
@routes.response(
    202,
    Submitted,
    example=examples.SUBMITTED,
    headers=documented.JOB_HEADERS,
    description="Taken in; a worker reads it.",
)
@routes.alt_response(
    201,
    schema=Submitted,
    example=examples.READ,
    headers=documented.READ_HEADERS,
    success=True,
    description="Taken in and read within the time of `Prefer: wait`, with the first page of its claims.",
)
@routes.alt_response(
    200,
    schema=Submitted,
    example=examples.DUPLICATE,
    headers=documented.DUPLICATE_HEADERS,
    success=True,
    description="The same was known already.",
)
@routes.doc(operationId="submitArticle", summary="Take an article in", parameters=documented.POST_HEADERS)
def submit_article(fields: dict[str, Any]) -> Response:
    """Stores an article and orders its reading. The same submission again is a duplicate; the same URL with another
    text is the article's next revision. A URL counts as the same without its fragment and tracking parameters."""
    key, patience = idempotency.key_of(request, request.get_data()), prefer.seconds(request)
    # The flight ends a little after the wait, for the case that its end is never told.
    answer, made = intake.take([intake.submission_of(fields)], key, _told, flight=patience + 5 if patience else 0)
    if patience and made:
        answer = _waited(made[0], patience, answer)
        if key is not None:
            idempotency.better(key, answer)
    response = answer.response()
    prefer.applied(response, patience)
    return response


def _waited(made: Made, patience: int, answer: Answer) -> Answer:
    """The answer after waiting for the job: as things stand then, with the first page of claims if it was read."""

    def look() -> str:
        with desk().database.reading() as s:
            job = jobs.get(s, made.job.id)
        return "gone" if job is None else job.status

    try:
        desk().waiting.until(lambda state: state in ("finished", "failed", "gone"), look, patience)
        with desk().database.reading() as s:
            article, job = articles.get(s, made.article.id), jobs.get(s, made.job.id)
            if article is None or job is None:
                return answer
            fresh = replace(made, article=article, job=job)
            if job.status != "finished":
                return _told([fresh])
            page = claims.of_article(s, article.id, after=None, limit=_FIRST_PAGE)
    except Unavailable:
        return answer  # it is stored; only the waiting failed
    headers = {"Location": answer.headers["Location"]}
    if page.next is not None and access.may("claims:read"):
        path = f"/v1/articles/{article.id}/claims"
        headers["Link"] = cursor.link(path, [], cursor.encode(page.next, cursor.list_name(path, {})))
    # Who may only bring articles is told that they were read, not what was found.
    more = {"claims": [wire.claim(claim) for claim in page.items]} if access.may("claims:read") else {}
    body = _shown(fresh, **more)
    return Answer(200 if answer.status == 200 else 201, intake.dumped(body), headers)


@routes.route("/batch", methods=["POST"])
@routes.needs("articles:write")
@routes.response(
    207, BatchResult, example=examples.BATCH_RESULT, description="One result for each item, in the order of the batch."
)
@routes.doc(
    operationId="submitArticles",
    summary="Take up to 100 articles in",
    requestBody=documented.BATCH_BODY,
    parameters=[documented.IDEMPOTENCY_KEY],
)
def submit_batch() -> Response:
    """Takes each article in as if it had come alone: one that is refused fails none of the others. The body is a JSON
    array, or one JSON object a line (NDJSON)."""
    request.max_content_length = MAX_BATCH_BYTES
    raw = strictjson.body(request, JSON, NDJSON)
    key = idempotency.key_of(request, raw)
    items = [line for line in raw.split(b"\n") if line.strip()] if request.mimetype == NDJSON else _array(raw)
    if not 1 <= len(items) <= MAX_BATCH:
        fault = Fault("", "batch_size", f"A batch holds from 1 to {MAX_BATCH} articles; this one holds {len(items)}.")
        raise ProblemError(422, "The batch cannot be taken.", [fault])
    loaded = [_submission(item) for item in items]

    def tell(made: Sequence[Made]) -> Answer:
        left = iter(made)
        told = [_refused(one) if isinstance(one, ProblemError) else _accepted(next(left)) for one in loaded]
        return Answer(207, intake.dumped({"items": told}))

    answer, _ = intake.take([one for one in loaded if not isinstance(one, ProblemError)], key, tell)
    return answer.response()


def _accepted(made: Made) -> dict[str, Any]:
    return {"status": intake.status_of(made), **_shown(made)}


def _refused(problem: ProblemError) -> dict[str, Any]:
    return {"status": problem.status, "problem": body_of(problem)}


def _array(raw: bytes) -> list[Any]:
    value = strictjson.parse(raw)
    if not isinstance(value, list):
        fault = Fault("", "type", "A JSON array of articles is wanted.")
        raise ProblemError(422, "The batch cannot be taken.", [fault])
    return value


def _submission(item: Any) -> Submission | ProblemError:
    try:
        return intake.load(strictjson.parse(item) if isinstance(item, bytes) else item)
    except ProblemError as problem:
        return problem
