"""Routes of articles."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from claims.model import EXTRACTOR_VERSION
from schemas.article import Article, ArticleIn, ArticlePage, ArticleQuery, ArticleWithText, BatchResult, Submitted
from schemas.claim import ArticleClaimQuery, ClaimPage
from schemas.job import Job
from service import cursor, examples, intake, prefer, strictjson, wire
from service.arguments import JSON, Routes
from service.desk import desk
from service.problems import Fault, ProblemError, body_of, unavailable
from service.urls import canonical
from store import articles, claims, idempotency, jobs
from store.articles import ArticleFilter
from store.articles import Submitted as Made
from store.database import Conflict, Unavailable

NDJSON = "application/x-ndjson"
MAX_BATCH, MAX_BATCH_BYTES = 100, 20_000_000
_RETRY_AFTER = "1"
_FIRST_PAGE = 25

routes = Routes("articles", __name__, url_prefix="/v1/articles", description="Articles: taking them in, reading, withdrawing.")


def _missing(what: str) -> ProblemError:
    return ProblemError(404, f"There is no such {what}.")


def _headers(made: Made) -> dict[str, str]:
    found = {"Location": f"/v1/jobs/{made.job.id}"}
    return found | ({"Retry-After": _RETRY_AFTER} if made.job.status in ("queued", "started") else {})


def _body(made: Made) -> dict[str, Any]:
    shown = {
        "article": wire.article(made.article),
        "job": wire.job(made.job),
        "duplicate": intake.is_duplicate(made),
    }
    body: dict[str, Any] = Submitted().dump(shown)
    return body


def _answer(status: int, headers: dict[str, str], body: str) -> Response:
    answer = Response(body, status=status, mimetype=JSON)
    answer.headers.update(headers)
    return answer


@routes.route("", methods=["POST"])
@routes.arguments(ArticleIn, example=examples.ARTICLE_IN)
@routes.response(202, Submitted, example=examples.SUBMITTED, headers=examples.JOB_HEADERS, description="Taken in; a worker will read it.")
@routes.alt_response(201, schema=Submitted, success=True, description="Taken in and read already (with Prefer: wait).")
@routes.alt_response(200, schema=Submitted, success=True, description="The same was known already.")
@routes.doc(operationId="submitArticle", summary="Take an article in", parameters=examples.POST_HEADERS)
def submit_article(fields: dict[str, Any]) -> Response:
    """Stores an article and orders its reading. The same submission again is a duplicate; the same URL with another
    text is the article's next revision."""
    raw = request.get_data(cache=True)
    key, patience = intake.key_of(request, raw), prefer.seconds(request)
    submission = intake.submission_of(fields)
    for last in (False, False, True):
        try:
            with desk().database.transaction() as s:
                if key is not None and (replay := intake.replay_of(s, key)) is not None:
                    return _answer(replay.status, replay.headers | {"Idempotent-Replayed": "true"}, replay.body)
                made = intake.store(s, submission)
                status, headers, body = intake.status_of(made), _headers(made), intake.dumped(_body(made))
                if key is not None:
                    intake.keep(s, key, status, headers, body, flight=patience + 2 if patience else 0)
            break
        except Conflict:
            if last:
                raise
    if made.outcome != "duplicate":
        desk().doorbell.ring()
    if patience:
        status, headers, body = _waited(made, patience, status, headers, body)
        if key is not None:
            with desk().database.transaction() as s:
                idempotency.better(s, key.scope, key.value, status=status, headers=headers, body=body)
    answer = _answer(status, headers, body)
    prefer.applied(answer, patience)
    return answer


def _waited(made: Made, patience: int, status: int, headers: dict[str, str], body: str) -> tuple[int, dict[str, str], str]:
    """The answer after waiting for the job: with the first page of claims, or as it was."""

    def look() -> str:
        with desk().database.reading() as s:
            job = jobs.get(s, made.job.id)
        return "gone" if job is None else job.status

    try:
        ended = desk().waiting.until(lambda state: state in ("finished", "failed", "gone"), look, patience)
        if ended != "finished":
            return status, headers, body
        with desk().database.reading() as s:
            article, job = articles.get(s, made.article.id), jobs.get(s, made.job.id)
            page = claims.of_article(s, made.article.id, after=None, limit=_FIRST_PAGE)
    except Unavailable:
        return status, headers, body  # it is stored; only the waiting failed
    if article is None or job is None:
        return status, headers, body
    shown = {
        "article": wire.article(article),
        "job": wire.job(job),
        "duplicate": intake.is_duplicate(made),
        "claims": _claims_page(page, _claims_list(article.id, {})),
    }
    done = 200 if status == 200 else 201
    return done, {"Location": headers["Location"]}, intake.dumped(Submitted().dump(shown))


@routes.route("/batch", methods=["POST"])
@routes.response(207, BatchResult, example=examples.BATCH, description="One result for each item, in order.")
@routes.doc(
    operationId="submitArticles",
    summary="Take up to 100 articles in",
    requestBody=examples.BATCH_BODY,
    parameters=[examples.IDEMPOTENCY_KEY],
)
def submit_batch() -> Response:
    """Takes each article in by itself: one that is refused fails none of the others. A JSON array, or one JSON object a
    line (NDJSON)."""
    request.max_content_length = MAX_BATCH_BYTES
    raw = strictjson.body(request, JSON, NDJSON)
    key = intake.key_of(request, raw)
    if key is not None:
        with desk().database.reading() as s:
            replay = intake.replay_of(s, key)
        if replay is not None:
            return _answer(replay.status, replay.headers | {"Idempotent-Replayed": "true"}, replay.body)
    items = _lines(raw) if request.mimetype == NDJSON else _array(raw)
    if not 1 <= len(items) <= MAX_BATCH:
        fault = Fault("", "batch_size", f"A batch holds from 1 to {MAX_BATCH} articles; this one holds {len(items)}.")
        raise ProblemError(422, "The batch cannot be taken.", [fault])
    body = intake.dumped({"items": [_one_of_batch(item) for item in items]})
    if key is not None:
        with desk().database.transaction() as s:
            intake.keep(s, key, 207, {}, body, flight=0)
    return _answer(207, {}, body)


def _array(raw: bytes) -> list[Any]:
    value = strictjson.parse(raw)
    if not isinstance(value, list):
        raise ProblemError(422, "A batch is a JSON array of articles.", [Fault("", "type", "Not an array.")])
    return value


def _lines(raw: bytes) -> list[Any]:
    return [line for line in raw.split(b"\n") if line.strip()]


def _one_of_batch(item: Any) -> dict[str, Any]:
    try:
        made = intake.take(intake.load(strictjson.parse(item) if isinstance(item, bytes) else item))
    except ProblemError as problem:
        return _refused(problem)
    except (Unavailable, Conflict) as fault:
        return _refused(unavailable(fault))
    return {"status": intake.status_of(made), **_body(made)}


def _refused(problem: ProblemError) -> dict[str, Any]:
    return {"status": problem.status, "problem": body_of(problem, request.environ["claimtrail.request_id"])}


@routes.route("", methods=["GET"])
@routes.arguments(ArticleQuery, location="query")
@routes.response(200, ArticlePage, example=examples.ARTICLE_PAGE, headers=examples.LINK_HEADER)
@routes.doc(operationId="listArticles", summary="Articles, newest first")
def list_articles(query: dict[str, Any]) -> Response:
    """One page of articles; their texts are left out."""
    of = cursor.list_name(request.path, query)
    filters = ArticleFilter(
        states=tuple(query.get("state", ("current",))),
        canonical_url=canonical(query["url"]) if "url" in query else None,
    )
    after = cursor.decode(query.get("cursor"), of)
    if after is not None and not isinstance(after[0], str):
        raise cursor.bad_cursor()
    with desk().database.reading() as s:
        page = articles.page(s, filters=filters, after=after, limit=query["limit"])
    following = None if page.next is None else cursor.encode(page.next, of)
    shown = {"items": [wire.article(a) for a in page.items], "next_cursor": following}
    answer = _answer(200, {}, intake.dumped(ArticlePage().dump(shown)))
    cursor.link_next(answer, request, following)
    return answer


@routes.route("/<string:article_id>", methods=["GET"])
@routes.response(200, ArticleWithText, example=examples.ARTICLE_WITH_TEXT)
@routes.alt_response(404, "NOT_FOUND")
@routes.doc(operationId="getArticle", summary="One article with its text")
def get_article(article_id: str) -> dict[str, Any]:
    """The article in its newest revision."""
    with desk().database.reading() as s:
        found = articles.get(s, article_id)
    if found is None:
        raise _missing("article")
    return wire.article(found)


@routes.route("/<string:article_id>", methods=["DELETE"])
@routes.response(200, Article, example=examples.ARTICLE)
@routes.alt_response(404, "NOT_FOUND")
@routes.doc(operationId="withdrawArticle", summary="Withdraw an article")
def withdraw_article(article_id: str) -> dict[str, Any]:
    """Withdraws an article and its claims; they stay, marked so. Submitting it again brings them back."""
    with desk().database.transaction() as s:
        found = articles.withdraw(s, article_id, desk().clock())
    if found is None:
        raise _missing("article")
    return wire.article(found)


@routes.route("/<string:article_id>/jobs", methods=["POST"])
@routes.response(202, Job, example=examples.JOB, headers=examples.JOB_HEADERS)
@routes.alt_response(404, "NOT_FOUND")
@routes.doc(operationId="readArticleAgain", summary="Read an article again")
def read_again(article_id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Orders another reading of the newest revision; while one waits, that one is returned."""
    with desk().database.transaction() as s:
        job = articles.reread(s, article_id, extractor=EXTRACTOR_VERSION, now=desk().clock())
    if job is None:
        raise _missing("article")
    desk().doorbell.ring()
    return wire.job(job), 202, {"Location": f"/v1/jobs/{job.id}", "Retry-After": _RETRY_AFTER}


@routes.route("/<string:article_id>/claims", methods=["GET"])
@routes.arguments(ArticleClaimQuery, location="query")
@routes.response(200, ClaimPage, example=examples.CLAIM_PAGE, headers=examples.LINK_HEADER)
@routes.alt_response(404, "NOT_FOUND")
@routes.doc(operationId="listClaimsOfArticle", summary="The claims of an article, in the order of its text")
def article_claims(query: dict[str, Any], article_id: str) -> Response:
    """One page of an article's claims."""
    of = _claims_list(article_id, query)
    after = cursor.decode(query.get("cursor"), of)
    with desk().database.reading() as s:
        if articles.get(s, article_id) is None:
            raise _missing("article")
        try:
            states = tuple(query.get("state", ("current",)))
            page = claims.of_article(s, article_id, states=states, after=after, limit=query["limit"])
        except ValueError as error:
            raise cursor.bad_cursor() from error
    shown = _claims_page(page, of)
    answer = _answer(200, {}, intake.dumped(ClaimPage().dump(shown)))
    cursor.link_next(answer, request, shown["next_cursor"])
    return answer


def _claims_list(article_id: str, query: dict[str, Any]) -> str:
    return cursor.list_name(f"/v1/articles/{article_id}/claims", query)


def _claims_page(page: Any, of: str) -> dict[str, Any]:
    following = None if page.next is None else cursor.encode(page.next, of)
    return {"items": [wire.claim(c) for c in page.items], "next_cursor": following}


