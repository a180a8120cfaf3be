"""The route of kinds."""

from __future__ import annotations

from typing import Any

from claims import catalog
from schemas.kind import KindList
from service.arguments import Routes

routes = Routes("kinds", __name__, url_prefix="/v1/kinds", description="Kinds of claim, and what their details hold.")


@routes.route("", methods=["GET"])
@routes.needs()
@routes.response(200, KindList)
@routes.doc(operationId="listKinds", summary="What is extracted")
def list_kinds() -> dict[str, Any]:
    """Each kind's definition and the fields of its `details`."""
    return {
        "items": [
            {
                "name": kind.name,
                "definition": kind.definition,
                "fields": [
                    {"name": f.name, "type": str(f.type), "description": f.description, "choices": list(f.choices)}
                    for f in kind.fields
                ],
            }
            for kind in catalog.kinds().values()
        ]
    }
