"""Routes of exports: a filtered list of claims as a file or a feed, in each of the formats there are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from flask import Response, after_this_request, request

from schemas.export import ExportQuery, FeedQuery
from service import access, cursor, documented, examples, examples_exports
from service.arguments import JSON, Decorator, F, Routes
from service.conditional import conditional
from service.desk import desk
from service.exports import catalog, negotiation, stream
from service.exports.contract import Batch, Format, Frame
from service.filters import claim_filter
from service.outbox import Outbox
from service.problems import ProblemError, request_id
from store import claims
from store.claims import ClaimFilter
from store.keys import FEED

routes = Routes("exports", __name__, url_prefix="/v1", description="Exports: lists of claims as files and feeds.")


@dataclass(frozen=True, slots=True)
class Other:
    """A format beside JSON in which a list is to be had, the view that gives it, and an example."""

    form: Format
    view: Callable[..., Response]
    example: Any


def negotiated(others: Sequence[Other]) -> Decorator:
    """Answers in the format that the client asks for by Accept: by the view itself where that is JSON. ProblemError 406
    where nothing suits it."""

    def decorate(view: F) -> F:
        for other in others:
            view = documented_as(other.form, other.example)(view)

        @wraps(view)
        def choose(*args: Any, **kwargs: Any) -> Any:
            after_this_request(_varies)
            try:
                form = negotiation.chosen(request.accept_mimetypes, [other.form for other in others])
            except LookupError:
                raise _unsuitable(others) from None
            return view(*args, **kwargs) if form is None else next(o for o in others if o.form is form).view()

        return cast(F, choose)

    return decorate


def _unsuitable(others: Sequence[Other]) -> ProblemError:
    told = ", ".join(dict.fromkeys([JSON, *(other.form.media_type for other in others)]))
    return ProblemError(406, f"None of the media types in Accept is to be had here; these are: {told}.")


def _varies(answer: Response) -> Response:
    answer.vary.add("Accept")
    return answer


def streamed(form: Format, frame: Frame, batches: Iterable[Any]) -> Response:
    """The answer with what the format makes of the batches, sent as they come. What breaks at once is raised, such as
    Unavailable; ProblemError 503 where too many exports are under way."""
    here = request.environ.get("gunicorn.socket")
    pace = here.drain if isinstance(here, Outbox) else lambda: None
    pieces = stream.begun(form.write(batches, frame), request_id(), leave=desk().exports.take(), pace=pace)
    answer = Response(pieces, content_type=form.content_type)
    if request.method == "HEAD":
        pieces.close()  # nobody is to read it
    name = request.path.rpartition("/")[2].partition(".")[0]
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.{form.suffix}"
    answer.headers["Cache-Control"] = documented.PRIVATE
    return answer


def frame_of(path: str, following: str | None = None) -> Frame:
    """What an export at this path tells of itself. The token that it may have been asked for with is left out, for what
    is in a file may be passed on; and so is the next page, which could not be had without it."""
    root = request.host_url.rstrip("/")
    kept = [(n, v) for n, v in request.args.items(multi=True) if n not in ("cursor", access.IN_ADDRESS)]
    paged = [*kept, ("cursor", following)] if following and access.IN_ADDRESS not in request.args else None
    return Frame(
        root,
        _address(root, path, kept),
        None if paged is None else _address(root, path, paged),
        verdicts=desk().verdicts,
    )


def _address(root: str, path: str, query: list[tuple[str, str]]) -> str:
    return f"{root}{path}?{urlencode(query)}" if query else f"{root}{path}"


def documented_as(form: Format, example: Any) -> Decorator:
    """Documents an answer in this format."""
    return routes.response(
        200,
        form.schema,
        content_type=form.content_type if form.profile else form.media_type,
        example=example,
        headers=documented.FEED_HEADERS if form.feed else documented.EXPORT_HEADERS,
    )


def _example(form: Format) -> Any:
    claim, review = examples_exports.claim_view(), examples_exports.review_view()
    root = "http://127.0.0.1:8000"
    frame = Frame(root, f"{root}/v1/claims.{form.suffix}", None, claim.updated_at, tuple(examples.VERDICTS["verdicts"]))
    written = b"".join(form.write([Batch([claim], {claim.id: [review]})], frame)).decode()
    return json.loads(written) if form.schema["type"] == "object" else written


def _route_of(form: Format) -> Other:
    """The route of one format, by its suffix."""

    def export(query: dict[str, Any]) -> Response:
        filters = _narrowed(claim_filter(query), form)
        return _feed(form, filters, query) if form.feed else _file(form, filters, query.get("limit"))

    export.__doc__ = f"{form.told}."
    view: Any = routes.doc(operationId=f"exportClaimsAs{form.name}", summary=f"Claims as {form.title}")(export)
    example = _example(form)
    view = documented_as(form, example)(view)
    if form.feed:
        view = routes.alt_response(304, description="As it was when it had the ETag in If-None-Match.", success=True)(
            view
        )
    view = routes.query(FeedQuery if form.feed else ExportQuery)(view)
    view = routes.needs("claims:read", FEED)(view)
    routes.route(f"/claims.{form.suffix}", methods=["GET"], endpoint=f"claims_as_{form.name.lower()}")(view)
    return Other(form, view, example)


def _narrowed(filters: ClaimFilter, form: Format) -> ClaimFilter | None:
    """The filters with the kinds that the format can hold; None where that leaves none."""
    if not form.kinds:
        return filters
    kinds = tuple(kind for kind in form.kinds if kind in filters.kinds or not filters.kinds)
    return replace(filters, kinds=kinds) if kinds else None


def _file(form: Format, filters: ClaimFilter | None, most: int | None) -> Response:
    frame = frame_of(f"/v1/claims.{form.suffix}")
    here = desk()
    found: Iterable[Batch] = ()
    if filters is not None:
        found = stream.batches(here.database, filters, form, most=most, until=here.clock())
    return streamed(form, frame, found)


def _feed(form: Format, filters: ClaimFilter | None, query: Mapping[str, Any]) -> Response:
    path = f"/v1/claims.{form.suffix}"
    of = cursor.list_name(path, query)
    after = cursor.decode(query.get("cursor"), of)
    with desk().database.reading() as s:
        page = cursor.found(lambda: claims.page(s, filters, after=after, limit=query["limit"])) if filters else None
        newest = claims.newest_change(s)
    following = None if page is None or page.next is None else cursor.encode(page.next, of)
    found = [] if page is None else page.items
    frame = replace(frame_of(path, following), updated=max((one.updated_at for one in found), default=None))
    body = b"".join(form.write([Batch(found)], frame))
    answer = Response(body, content_type=form.content_type)
    answer.set_etag(hashlib.sha256(body).hexdigest()[:32])
    # Of all claims: what has left the feed has changed it, too.
    answer.last_modified = newest
    answer.headers["Cache-Control"] = documented.PRIVATE
    return conditional(answer)


CLAIMS = tuple(_route_of(form) for form in catalog.formats())
