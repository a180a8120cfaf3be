"""Routes of jobs."""

from __future__ import annotations

import hashlib
from uuid import UUID

from flask import Response, request

from schemas.job import Job
from service import documented, examples, intake, prefer, wire
from service.arguments import JSON, Routes
from service.conditional import conditional
from service.desk import desk
from service.problems import ProblemError
from store import jobs
from store.jobs import JobView

routes = Routes("jobs", __name__, url_prefix="/v1/jobs", description="Jobs: where the reading of an article stands.")


@routes.route("/<uuid:job_id>", methods=["GET"])
@routes.needs("articles:write", "claims:read")
@routes.response(200, Job, example=examples.JOB, headers=documented.ETAG)
@routes.alt_response(304, description="Not changed since the ETag in If-None-Match.", success=True)
@routes.doc(operationId="getJob", summary="Where a job stands", parameters=documented.JOB_REQUEST_HEADERS)
def get_job(job_id: UUID) -> Response:
    """The job. With `Prefer: wait=N` the answer waits up to N seconds (30 at most) for its end."""
    patience = prefer.seconds(request)

    def look() -> JobView | None:
        with desk().database.reading() as s:
            return jobs.get(s, str(job_id))

    found = desk().waiting.until(lambda job: job is None or job.status in ("finished", "failed"), look, patience)
    if found is None:
        raise ProblemError(404, "There is no such job.")
    body = intake.dumped(Job().dump(wire.job(found)))
    answer = Response(body, mimetype=JSON)
    answer.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    answer.headers["Cache-Control"] = "no-cache"
    if found.status in ("queued", "started"):
        answer.headers["Retry-After"] = "1"
    prefer.applied(answer, patience)
    return conditional(answer)
