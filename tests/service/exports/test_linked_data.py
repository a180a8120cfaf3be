"""JSON-LD, expanded by pyld: every field means what its vocabulary says, and no words mean anything."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from pyld import jsonld

from service.exports.formats.claimreview import ranked

SCHEMA, OA, AS, DC = (
    "https://schema.org/",
    "http://www.w3.org/ns/oa#",
    "http://www.w3.org/ns/activitystreams#",
    "http://purl.org/dc/terms/",
)
# The terms that are needed of the two contexts, which are not fetched.
CONTEXTS: dict[str, Any] = {
    "https://schema.org": {
        "@vocab": SCHEMA,
        "url": {"@id": f"{SCHEMA}url", "@type": "@id"},
        "sameAs": {"@id": f"{SCHEMA}sameAs", "@type": "@id"},
        "datePublished": {"@id": f"{SCHEMA}datePublished", "@type": f"{SCHEMA}Date"},
        "dateModified": {"@id": f"{SCHEMA}dateModified", "@type": f"{SCHEMA}Date"},
        "dateCreated": {"@id": f"{SCHEMA}dateCreated", "@type": f"{SCHEMA}Date"},
    },
    "http://www.w3.org/ns/anno.jsonld": {
        "oa": OA,
        "id": "@id",
        "type": "@type",
        **{name: f"{OA}{name}" for name in ("Annotation", "TextualBody", "TextQuoteSelector", "TextPositionSelector")},
        **{name: f"{OA}{name}" for name in ("exact", "prefix", "suffix", "start", "end")},
        **{name: {"@id": f"{OA}{name}", "@type": "@id"} for name in ("describing", "linking", "tagging")},
        "body": {"@id": f"{OA}hasBody", "@type": "@id"},
        "target": {"@id": f"{OA}hasTarget", "@type": "@id"},
        "source": {"@id": f"{OA}hasSource", "@type": "@id"},
        "selector": {"@id": f"{OA}hasSelector", "@type": "@id"},
        "motivation": {"@id": f"{OA}motivatedBy", "@type": "@vocab"},
        "purpose": {"@id": f"{OA}hasPurpose", "@type": "@vocab"},
        "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
        "format": "http://purl.org/dc/elements/1.1/format",
        "created": f"{DC}created",
        "modified": f"{DC}modified",
        "generator": {"@id": f"{AS}generator", "@type": "@id"},
        "Software": f"{AS}Application",
        "name": "http://xmlns.com/foaf/0.1/name",
    },
}


def load(url: str, _: Any) -> dict[str, Any]:
    """No other document is asked for, whatever words of articles say."""
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": {"@context": CONTEXTS[url]},
    }


def nodes_of(text: str) -> list[dict[str, Any]]:
    document = json.loads(text)
    assert set(document) == {"@context", "@graph"}
    found: list[dict[str, Any]] = jsonld.expand(document, {"documentLoader": load, "base": ""})
    assert len(found) == len(document["@graph"]), "no field was lost by having no meaning"
    return found


def value(node: dict[str, Any], *path: str) -> Any:
    for step in path:
        (node,) = node[step if ":" in step else SCHEMA + step]
    return node.get("@value", node.get("@id"))


def test_a_claim(write: Any, claim: Any) -> None:
    (node,) = nodes_of(write("jsonld", [claim]))
    assert node["@id"] == f"urn:uuid:{claim.id}"
    assert node["@type"] == [f"{SCHEMA}Claim"]
    assert value(node, "text") == claim.quote
    assert value(node, "identifier") == claim.id
    assert value(node, "author", "name") == claim.speaker
    assert "@type" not in node[f"{SCHEMA}author"][0], "a person or an organisation: nobody knows"
    assert value(node, "datePublished") == claim.published_at
    assert value(node, "temporalCoverage") == "2025-06-09/2025-06-09"
    assert value(node, "appearance") == claim.url
    assert value(node, "appearance", "url") == claim.deep_link
    assert value(node, "appearance", "headline") == claim.title
    assert value(node, "contentLocation", "geo", "latitude") == -1.28
    assert value(node, "contentLocation", "sameAs") == "https://www.geonames.org/184745/"
    assert [one[f"{SCHEMA}name"][0]["@value"] for one in node[f"{SCHEMA}about"]] == ["Kenya", "Somalia"]
    bare = replace(
        claim, speaker=None, title=None, publisher=None, published_at=None, date_from=None, date_to=None, details={}
    )
    (node,) = nodes_of(write("jsonld", [bare]))
    assert not {f"{SCHEMA}{name}" for name in ("author", "datePublished", "temporalCoverage", "about")} & set(node)
    assert nodes_of(write("jsonld", [])) == []


def test_a_review(write: Any, claim: Any) -> None:
    (node,) = nodes_of(write("claimreview.jsonld", [claim], verdict="half true"))
    assert node["@type"] == [f"{SCHEMA}ClaimReview"]
    assert value(node, "claimReviewed") == claim.quote
    assert value(node, "itemReviewed", "text") == claim.quote
    assert value(node, "itemReviewed", "appearance") == claim.url
    rating = {
        name: value(node, "reviewRating", name)
        for name in ("ratingValue", "bestRating", "worstRating", "alternateName")
    }
    assert rating == {"ratingValue": 2, "bestRating": 3, "worstRating": 1, "alternateName": "half true"}
    for verdict in ("unproven", "of an older scale"):
        (node,) = nodes_of(write("claimreview.jsonld", [claim], verdict=verdict))
        assert value(node, "reviewRating", "alternateName") == verdict
        assert f"{SCHEMA}ratingValue" not in node[f"{SCHEMA}reviewRating"][0]


@pytest.mark.parametrize(
    ("scale", "wanted"),
    [
        (["true", "half true", "false", "unproven"], ["true", "half true", "false"]),
        (["unproven", "false", "half true", "true"], ["true", "half true", "false"]),
        (["stimmt", "halb", "falsch"], ["stimmt", "halb", "falsch"]),
    ],
)
def test_the_ranks_of_a_scale(scale: list[str], wanted: list[str]) -> None:
    assert list(ranked(scale)) == wanted


def test_only_published_verdicts_are_given(newsroom: Any, claim_of: Any) -> None:
    newsroom.post()
    newsroom.read(claim_of("They freed 40 captives"), claim_of("Envoys of Chad"), claim_of("met in Doha"))
    first, second, _ = newsroom.http.get("/v1/claims").json["items"]
    for claim, state, verdict in (
        (first, "published", "true"),
        (first, "published", "false"),
        (second, "draft", "true"),
    ):
        path = f"/v1/claims/{claim['id']}/reviews"
        assert newsroom.post({"state": state, "verdict": verdict}, path).status_code == 201
    accept = {"Accept": 'application/ld+json;profile="https://schema.org/ClaimReview"'}
    found = nodes_of(newsroom.http.get("/v1/claims", headers=accept).text)
    assert [value(node, "reviewRating", "alternateName") for node in found] == ["true", "false"]
    assert {value(node, "itemReviewed") for node in found} == {f"urn:uuid:{first['id']}"}
    review = newsroom.http.get(f"/v1/claims/{first['id']}/reviews").json["items"][0]
    gone = newsroom.http.patch(
        f"/v1/reviews/{review['id']}", json={"state": "withdrawn", "reason": "an error"}, headers={"If-Match": "*"}
    )
    assert gone.status_code == 200
    assert len(nodes_of(newsroom.http.get("/v1/claims", headers=accept).text)) == 1


def test_an_annotation(write: Any, claim: Any) -> None:
    (node,) = nodes_of(write("annotations.jsonld", [claim]))
    assert node["@type"] == [f"{OA}Annotation"]
    assert node["@id"].startswith("urn:uuid:")
    assert claim.id not in node["@id"], "the claim is another thing"
    (target,) = node[f"{OA}hasTarget"]
    assert value(target, f"{OA}hasSource") == claim.url
    quote, position = target[f"{OA}hasSelector"]
    assert quote["@type"] == [f"{OA}TextQuoteSelector"]
    assert [value(quote, OA + part) for part in ("exact", "prefix", "suffix")] == [
        claim.quote,
        claim.prefix,
        claim.suffix,
    ]
    assert position["@type"] == [f"{OA}TextPositionSelector"]
    assert [value(position, OA + part) for part in ("start", "end")] == [claim.start, claim.end]
    assert value(node, f"{OA}motivatedBy") == f"{OA}describing"
    assert len(node[f"{OA}hasBody"]) == 4


@pytest.mark.parametrize("suffix", ["jsonld", "claimreview.jsonld", "annotations.jsonld"])
def test_no_words_become_nodes_or_addresses(write: Any, claim: Any, injection: Any, suffix: str) -> None:
    """What is expanded has the same shape as of harmless words, without the links that these would be."""
    (node,) = nodes_of(write(suffix, [injection]))
    (plain,) = nodes_of(
        write(
            suffix,
            [
                replace(
                    injection, **dict.fromkeys(("quote", "speaker", "publisher", "title", "url", "deep_link"), "words")
                )
            ],
        )
    )
    assert set(node) == set(plain)
    assert shape(node) == shape(plain)
    for address in addresses(node):
        assert address.startswith(("urn:uuid:", "http://127.0.0.1:8000", "https://www.geonames.org/", OA)), address


def shape(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: shape(one) for name, one in node.items() if name not in ("@value", "@id")}
    return [shape(one) for one in node] if isinstance(node, list) else type(node).__name__


def addresses(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [one for name, inner in node.items() for one in ([inner] if name == "@id" else addresses(inner))]
    return [one for inner in node for one in addresses(inner)] if isinstance(node, list) else []
