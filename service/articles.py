"""Routes of articles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, g, request

from claims.model import EXTRACTOR_VERSION
from schemas.abstention import AbstentionPage, AbstentionQuery
from schemas.article import Article, ArticlePage, ArticleQuery, ArticleWithText
from schemas.claim import ArticleClaimQuery, ClaimPage
from schemas.job import Job
from service import cursor, documented, examples, wire
from service.arguments import Routes
from service.desk import desk
from service.problems import ProblemError
from service.submissions import RETRY_AFTER
from service.urls import canonical
from store import abstentions, articles, claims
from store.articles import ArticleFilter

routes = Routes("articles", __name__, url_prefix="/v1/articles", description="Articles taken in, and their claims.")


def _missing() -> ProblemError:
    return ProblemError(404, "There is no such article.")


@routes.route("", methods=["GET"])
@routes.needs("claims:read")
@routes.query(ArticleQuery)
@routes.response(200, ArticlePage, example=examples.ARTICLE_PAGE, headers=documented.LINK)
@routes.doc(operationId="listArticles", summary="Articles, newest first")
def list_articles(query: dict[str, Any]) -> Response:
    """One page of articles; their texts are left out."""
    filters = ArticleFilter(
        states=tuple(query.get("state", ("current",))),
        canonical_url=canonical(query["url"]) if "url" in query else None,
    )
    return cursor.page_of(
        request,
        query,
        ArticlePage(),
        lambda s, after: articles.page(s, filters=filters, after=after, limit=query["limit"]),
        wire.article,
    )


@routes.route("/<uuid:article_id>", methods=["GET"])
@routes.needs("claims:read")
@routes.response(200, ArticleWithText, example=examples.ARTICLE_WITH_TEXT)
@routes.doc(operationId="getArticle", summary="One article with its text")
def get_article(article_id: UUID) -> dict[str, Any]:
    """The article in its newest revision."""
    with desk().database.reading() as s:
        found = articles.get(s, str(article_id))
    if found is None:
        raise _missing()
    return wire.article(found)


@routes.route("/<uuid:article_id>", methods=["DELETE"])
@routes.needs("articles:write")
@routes.response(200, Article, example=examples.WITHDRAWN)
@routes.doc(operationId="withdrawArticle", summary="Withdraw an article")
def withdraw_article(article_id: UUID) -> dict[str, Any]:
    """Withdraws an article and its claims: they stay, marked so. Submitting it again brings them back."""
    with desk().database.transaction() as s:
        found = articles.withdraw(s, str(article_id), desk().editor, desk().clock())
    if found is None:
        raise _missing()
    return wire.article(found)


@routes.route("/<uuid:article_id>/jobs", methods=["POST"])
@routes.needs("articles:write")
@routes.response(202, Job, example=examples.JOB, headers=documented.JOB_HEADERS)
@routes.doc(operationId="readArticleAgain", summary="Read an article again")
def read_again(article_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Orders another reading of the newest revision; while one waits, that one is returned. Takes no body."""
    with desk().database.transaction() as s:
        job = articles.reread(s, str(article_id), extractor=EXTRACTOR_VERSION, now=desk().clock())
        desk().room.check(s)
    if job is None:
        raise _missing()
    g.jobs = [(job.id, job.article_id)]
    desk().doorbell.ring()
    return wire.job(job), 202, {"Location": f"/v1/jobs/{job.id}", "Retry-After": RETRY_AFTER}


@routes.route("/<uuid:article_id>/claims", methods=["GET"])
@routes.needs("claims:read")
@routes.query(ArticleClaimQuery)
@routes.response(200, ClaimPage, example=examples.CLAIM_PAGE, headers=documented.LINK)
@routes.doc(operationId="listClaimsOfArticle", summary="The claims of an article, in the order of its text")
def article_claims(query: dict[str, Any], article_id: UUID) -> Response:
    """One page of an article's claims."""
    states = tuple(query.get("state", ("current",)))

    def page(s: Any, after: Any) -> Any:
        if articles.get(s, str(article_id)) is None:
            raise _missing()
        return claims.of_article(s, str(article_id), states=states, after=after, limit=query["limit"])

    return cursor.page_of(request, query, ClaimPage(), page, wire.claim)


@routes.route("/<uuid:article_id>/abstentions", methods=["GET"])
@routes.needs("claims:read")
@routes.query(AbstentionQuery)
@routes.response(200, AbstentionPage, example=examples.ABSTENTION_PAGE, headers=documented.LINK)
@routes.doc(operationId="listAbstentionsOfArticle", summary="What was looked at in an article and not claimed")
def article_abstentions(query: dict[str, Any], article_id: UUID) -> Response:
    """One page of the sentences that set off a rule and of which it made no claim, with its reason: those of the
    article's last reading, in the order of its text."""

    def page(s: Any, after: Any) -> Any:
        if articles.get(s, str(article_id)) is None:
            raise _missing()
        kinds = query.get("kind", ())
        return abstentions.of_article(s, str(article_id), kinds=kinds, after=after, limit=query["limit"])

    return cursor.page_of(request, query, AbstentionPage(), page, wire.abstention)
