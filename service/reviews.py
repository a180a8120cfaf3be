"""Routes of reviews: what fact-checkers record beside what the machine read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, request

from schemas.claim import Claim, ClaimDate
from schemas.common import PageQuery
from schemas.event import Event
from schemas.review import Review, ReviewIn, ReviewPage, ReviewPatch, ReviewQuery, SubjectReviewQuery, VerdictScale
from service import access, cursor, documented, examples, idempotency, intake, wire, wire_events
from service.arguments import Routes, in_utc
from service.desk import desk
from service.idempotency import Answer
from service.problems import Fault, ProblemError
from store import claims, events, reviews
from store.claims import ClaimView
from store.events import EventView
from store.reviews import Content, Hand, ReviewFilter, ReviewView

_NOT_TAKEN = "The review cannot be taken as it is."

routes = Routes("reviews", __name__, url_prefix="/v1", description="Reviews: what fact-checkers record about a claim.")


@dataclass(frozen=True, slots=True)
class Subject:
    """What can be reviewed: how the store finds one by its id, None where there is none, and how it is served."""

    find: Callable[[Any, str], Any]
    serve: Callable[[Any], dict[str, Any]]


def _claim(found: ClaimView) -> dict[str, Any]:
    """The claim as served; where it is undated also each field of a date by its path, for a date to be corrected."""
    served: dict[str, Any] = Claim().dump(wire.claim(found))
    undated = ClaimDate().fields.items() if served["date"] is None else ()
    return served | {f"date.{field.data_key or name}": None for name, field in undated}


def _event(found: EventView) -> dict[str, Any]:
    served: dict[str, Any] = Event().dump(wire_events.event(found))
    return served


SUBJECTS = {"claim": Subject(claims.get, _claim), "event": Subject(events.get, _event)}


def _routes_of_subject(kind: str) -> None:
    """The routes by which the reviews of subjects of one type are listed and added to."""
    path = f"/{kind}s/<uuid:{kind}_id>/reviews"
    noun = kind.capitalize()

    @routes.route(path, methods=["GET"], endpoint=f"list_of_{kind}")
    @routes.needs("claims:read")
    @routes.query(SubjectReviewQuery)
    @routes.response(200, ReviewPage, example=examples.REVIEW_PAGE, headers=documented.LINK)
    @routes.doc(operationId=f"listReviewsOf{noun}", summary=f"The reviews of one {kind}, newest first")
    def list_of_subject(query: dict[str, Any], **ids: UUID) -> Response:
        """One page of reviews, each in its newest version, in whatever state."""
        subject_id = str(ids[f"{kind}_id"])

        def page(s: Any, after: Any) -> Any:
            _subject(s, kind, subject_id)
            states = tuple(query.get("state", ()))
            return reviews.of_subject(s, kind, subject_id, states=states, after=after, limit=query["limit"])

        return cursor.page_of(request, query, ReviewPage(), page, wire.review)

    @routes.route(path, methods=["POST"], endpoint=f"add_to_{kind}")
    @routes.needs("claims:review")
    @routes.arguments(ReviewIn, example=examples.REVIEW_IN)
    @routes.response(
        201, Review, example=examples.REVIEW, headers=documented.NEW_REVIEW_HEADERS, description="Recorded."
    )
    @routes.doc(operationId=f"review{noun}", summary=f"Review a {kind}", parameters=[documented.IDEMPOTENCY_KEY])
    def add_to_subject(fields: dict[str, Any], **ids: UUID) -> Response:
        """Records a review, as a draft unless it says otherwise. Corrections stand beside what the machine read, and
        change nothing of it. Nothing of a review is ever overwritten: each change of it is a version more."""
        return _added(kind, str(ids[f"{kind}_id"]), fields)


for _kind in SUBJECTS:
    _routes_of_subject(_kind)


@routes.route("/reviews", methods=["GET"])
@routes.needs("claims:read")
@routes.query(ReviewQuery)
@routes.response(200, ReviewPage, example=examples.REVIEW_PAGE, headers=documented.LINK)
@routes.doc(operationId="listReviews", summary="Reviews by filter, newest change first")
def list_reviews(query: dict[str, Any]) -> Response:
    """One page of reviews, each in its newest version."""
    filters = ReviewFilter(
        subject_types=tuple(query.get("subject_type", ())),
        states=tuple(query.get("state", ())),
        verdicts=tuple(query.get("verdict", ())),
        assignees=tuple(query.get("assignee", ())),
        reviewers=tuple(query.get("reviewer", ())),
        updated_since=in_utc(query["updated_since"]) if "updated_since" in query else None,
    )
    return cursor.page_of(
        request,
        query,
        ReviewPage(),
        lambda s, after: reviews.page(s, filters, after=after, limit=query["limit"]),
        wire.review,
    )


@routes.route("/reviews/scale", methods=["GET"])
@routes.needs("claims:read")
@routes.response(200, VerdictScale, example=examples.VERDICTS)
@routes.doc(operationId="getVerdictScale", summary="The verdicts that a review may give")
def verdict_scale() -> dict[str, Any]:
    """The scale in its order, as the setting `CLAIMTRAIL_VERDICTS` has it. Verdicts given before it was changed stay as
    they are."""
    return {"verdicts": desk().verdicts}


@routes.route("/reviews/<uuid:review_id>", methods=["GET"])
@routes.needs("claims:read")
@routes.response(200, Review, example=examples.REVIEW, headers=documented.REVIEW_HEADERS)
@routes.alt_response(304, description="Not changed since the ETag in If-None-Match.", success=True)
@routes.doc(operationId="getReview", summary="One review", parameters=[documented.KNOWN_REVIEW])
def get_review(review_id: UUID) -> Response:
    """The review in its newest version."""
    with desk().database.reading() as s:
        found = reviews.get(s, str(review_id))
    if found is None:
        raise _missing()
    if request.if_none_match.contains_weak(str(found.version)):
        answer = Response(status=304, headers=_etag(found))
    else:
        answer = _told(found, 200).response()
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@routes.route("/reviews/<uuid:review_id>", methods=["PATCH"])
@routes.needs("claims:review")
@routes.arguments(ReviewPatch, example=examples.REVIEW_PATCH)
@routes.response(200, Review, example=examples.REVIEW_CHANGED, headers=documented.REVIEW_HEADERS)
@routes.doc(operationId="changeReview", summary="Change a review", parameters=[documented.REVIEW_AS_SEEN])
def change_review(fields: dict[str, Any], review_id: UUID) -> Response:
    """Adds a version with what the JSON merge patch changes; one that changes nothing adds none. `If-Match` says which
    version was seen, so that nobody writes over another's work. A review can go from any state to any other: back from
    published to draft, and, with a reason, to withdrawn, which is as far as removing one goes."""
    with desk().database.transaction() as s:
        held = reviews.hold(s, str(review_id))
        if held is None:
            raise _missing()
        _check_seen(held)
        content = _patched(s, held, fields)
        if not _same(asdict(content), asdict(held.content)):
            held = reviews.change(s, held, content, _hand(fields), now=desk().clock())
    return _told(held, 200).response()


@routes.route("/reviews/<uuid:review_id>/versions", methods=["GET"])
@routes.needs("claims:read")
@routes.query(PageQuery)
@routes.response(200, ReviewPage, example=examples.REVIEW_HISTORY, headers=documented.LINK)
@routes.doc(operationId="listVersionsOfReview", summary="All versions of a review, oldest first")
def list_versions(query: dict[str, Any], review_id: UUID) -> Response:
    """One page of the review's history: each version whole, as it was served while it was the newest."""

    def page(s: Any, after: Any) -> Any:
        if reviews.get(s, str(review_id)) is None:
            raise _missing()
        return reviews.versions(s, str(review_id), after=after, limit=query["limit"])

    return cursor.page_of(request, query, ReviewPage(), page, wire.review)


def _added(kind: str, subject_id: str, fields: Mapping[str, Any]) -> Response:
    def make(s: Any, now: datetime) -> tuple[Answer, ReviewView]:
        subject = _subject(s, kind, subject_id)
        content = Content(
            state=fields["state"],
            verdict=fields.get("verdict"),
            rationale=fields.get("rationale"),
            evidence=_evidence(fields.get("evidence")),
            corrections=_corrections(fields.get("corrections"), (), lambda: subject),
            assignee=fields.get("assignee"),
        )
        _check(content, before=Content(), reason=None)
        try:
            made = reviews.add(s, kind, subject_id, content, _hand(fields), now=now)
        except reviews.Full as error:
            fault = Fault("", "too_many", "Change one of those there are: PATCH /v1/reviews/{id}.")
            most = f"{reviews.MOST_OF_SUBJECT:,}"
            raise ProblemError(422, f"This {kind} has {most} reviews, as many as one may have.", [fault]) from error
        return _told(made, 201), made

    return idempotency.once(idempotency.key_of(request, request.get_data()), make)[0].response()


def _patched(s: Any, held: ReviewView, fields: Mapping[str, Any]) -> Content:
    plain = {name: fields[name] for name in ("state", "verdict", "rationale", "assignee") if name in fields}
    content = replace(held.content, **plain)
    if "evidence" in fields:
        content = replace(content, evidence=_evidence(fields["evidence"]))
    if "corrections" in fields:
        told = _corrections(
            fields["corrections"],
            held.content.corrections,
            lambda: _subject(s, held.subject_type, held.subject_id),
        )
        content = replace(content, corrections=told)
    _check(content, before=held.content, reason=fields.get("reason"))
    return content


def _evidence(given: Sequence[Mapping[str, Any]] | None) -> tuple[dict[str, Any], ...]:
    return tuple({name: one.get(name) for name in ("url", "title", "note")} for one in given or ())


def _corrections(
    given: Sequence[Mapping[str, Any]] | None,
    before: Sequence[dict[str, Any]],
    subject: Callable[[], Mapping[str, Any]],
) -> tuple[dict[str, Any], ...]:
    """The corrections with what the machine says beside them; those that stay keep what it said when they were made.

    ProblemError 422 for a field that the subject has not got, and for one that is corrected twice.
    """
    made: list[dict[str, Any]] = []
    faults = []
    for number, one in enumerate(given or ()):
        told = {"field": one["field"], "value": one["value"], "reason": one.get("reason")}
        kept = [c for c in before if _same(told, {name: c[name] for name in told})]
        pointer = f"/corrections/{number}/field"
        if any(other["field"] == told["field"] for other in made):
            faults.append(Fault(pointer, "repeated", "This field is corrected above already."))
        elif kept:
            made.append(kept[0])
        else:
            try:
                made.append(told | {"machine": _at(subject(), told["field"])})
            except KeyError:
                faults.append(Fault(pointer, "unknown_field", "There is no such field in what is reviewed."))
    if faults:
        raise ProblemError(422, _NOT_TAKEN, faults)
    return tuple(made)


def _at(served: Mapping[str, Any], path: str) -> Any:
    """What stands at a path of names. KeyError where nothing does."""
    if path in served:
        return served[path]
    found: Any = served
    for step in path.split("."):
        if not isinstance(found, Mapping):
            raise KeyError(path)
        found = found[step]
    return found


def _check(content: Content, *, before: Content, reason: str | None) -> None:
    """ProblemError 422 for a verdict off the scale that did not stand there before, and for states that lack theirs."""
    if content.verdict not in (None, before.verdict, *desk().verdicts):
        told = f"One of {', '.join(desk().verdicts)} is wanted."
        raise ProblemError(422, _NOT_TAKEN, [Fault("/verdict", "invalid_choice", told)])
    if content.state == "published" and content.verdict is None:
        raise ProblemError(422, _NOT_TAKEN, [Fault("/verdict", "required", "A published review needs a verdict.")])
    if content.state == "withdrawn" != before.state and reason is None:
        raise ProblemError(422, _NOT_TAKEN, [Fault("/reason", "required", "Say why it is withdrawn.")])


def _check_seen(held: ReviewView) -> None:
    """ProblemError 428 without If-Match, 412 where that names another version."""
    if "If-Match" not in request.headers:
        fault = Fault("If-Match", "required", "Send the ETag of the review as you saw it.")
        raise ProblemError(428, "Say which version of the review you change.", [fault], _etag(held))
    if not request.if_match.contains(str(held.version)):
        fault = Fault("If-Match", "stale", "Look at the review as it is now, and send its ETag.")
        raise ProblemError(412, f"The review is at version {held.version} now.", [fault], _etag(held))


def _hand(fields: Mapping[str, Any]) -> Hand:
    named = access.key_name()
    return Hand(fields.get("reviewer") or named, named, access.key_id(), fields.get("reason"))


def _subject(s: Any, kind: str, subject_id: str) -> dict[str, Any]:
    """The subject as it is served. ProblemError 404 where there is none."""
    found = SUBJECTS[kind].find(s, subject_id)
    if found is None:
        raise ProblemError(404, f"There is no such {kind}.")
    return SUBJECTS[kind].serve(found)


def _same(one: Any, other: Any) -> bool:
    """Whether both are the same JSON; Python takes 1, 1.0 and true for equal."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _told(found: ReviewView, status: int) -> Answer:
    headers = _etag(found) | ({"Location": f"/v1/reviews/{found.id}"} if status == 201 else {})
    return Answer(status, intake.dumped(Review().dump(wire.review(found))), headers)


def _etag(found: ReviewView) -> dict[str, str]:
    return {"ETag": f'"{found.version}"'}


def _missing() -> ProblemError:
    return ProblemError(404, "There is no such review.")
