"""The description of the interface: true, committed, and complete."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from jsonschema.validators import Draft202012Validator
from marshmallow import fields
from openapi_spec_validator import validate

from schemas.article import ArticleIn
from service import openapi
from settings import Hosts

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return openapi.current()


def test_what_is_committed_is_what_is_served(described: dict[str, Any], desk: Any) -> None:
    committed = yaml.safe_load((PROJECT / "openapi.yaml").read_text("utf-8"))
    assert committed == described, "run: make openapi"
    desk.key("admin")
    assert desk.http.get("/openapi.json").json == described


def test_it_is_valid(described: dict[str, Any]) -> None:
    validate(described)
    assert described["openapi"].startswith("3.1")


def test_the_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "service.openapi"]
    printed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert printed == (PROJECT / "openapi.yaml").read_text("utf-8"), "run: make openapi"


def test_a_schema_that_changes_alone_is_noticed(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    held = tmp_path / "openapi.yaml"
    held.write_text(openapi.to_yaml(openapi.current()), "utf-8")
    assert openapi.main(["--check", str(held)]) == 0
    monkeypatch.setitem(ArticleIn._declared_fields, "byline", fields.String())
    assert openapi.main(["--check", str(held)]) == 1
    assert "make openapi" in capsys.readouterr().err
    assert openapi.main(["--check", str(tmp_path / "none.yaml")]) == 1


def operations(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]


def test_every_route_is_described(described: dict[str, Any], desk: Any) -> None:
    shown = {"/openapi.json", "/docs", "/docs/start.js"}
    wanted = {
        (re.sub(r"<[^:>]+:(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in desk.app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule not in shown and not rule.rule.startswith("/docs/")
    }
    assert {(path, method) for path, method, _ in operations(described)} == wanted


def test_every_error_is_described_as_a_problem(described: dict[str, Any]) -> None:
    for path, method, operation in operations(described):
        assert operation["summary"]
        assert operation["description"]
        assert operation["operationId"]
        errors = {status: answer for status, answer in operation["responses"].items() if status[0] not in "23"}
        assert "default" in errors
        for answer in errors.values():
            name = answer["$ref"].rpartition("/")[2]
            assert list(described["components"]["responses"][name]["content"]) == ["application/problem+json"]
        if "requestBody" in operation:
            assert {"400", "413", "415", "422", "503"} <= set(errors), (path, method)
        if "{" in path:
            assert "404" in errors, (path, method)


def test_headers_are_described(described: dict[str, Any]) -> None:
    paths = described["paths"]
    post = paths["/v1/articles"]["post"]
    assert {"Location", "Retry-After"} <= set(post["responses"]["202"]["headers"])
    assert {parameter["name"] for parameter in post["parameters"]} == {"Prefer", "Idempotency-Key"}
    job = paths["/v1/jobs/{job_id}"]["get"]
    assert {"ETag", "Retry-After"} <= set(job["responses"]["200"]["headers"])
    assert "304" in job["responses"]
    assert "Link" in paths["/v1/claims"]["get"]["responses"]["200"]["headers"]
    assert "Retry-After" in described["components"]["responses"]["Problem503"]["headers"]


def test_a_change_of_a_review_is_described(described: dict[str, Any]) -> None:
    change = described["paths"]["/v1/reviews/{review_id}"]["patch"]
    assert set(change["requestBody"]["content"]) == {"application/json", "application/merge-patch+json"}
    assert {"200", "404", "412", "415", "422", "428"} <= set(change["responses"])
    assert "If-Match" in {parameter.get("name") for parameter in change["parameters"]}
    assert "ETag" in described["components"]["responses"]["Problem412"]["headers"]


def test_every_example_is_as_its_schema_says(described: dict[str, Any]) -> None:
    seen = 0
    for path, method, operation in operations(described):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        bodies += [described["components"]["responses"][b["$ref"].rpartition("/")[2]] for b in bodies if "$ref" in b]
        for body in bodies:
            for content in body.get("content", {}).values():
                if "example" in content:
                    schema = json.loads(json.dumps(content["schema"]).replace("#/components/", "#/$defs/"))
                    defs = json.loads(json.dumps(described["components"]).replace("#/components/", "#/$defs/"))
                    validator = Draft202012Validator({**schema, "$defs": defs})
                    faults = [fault.message for fault in validator.iter_errors(content["example"])]
                    assert faults == [], (path, method)
                    seen += 1
    assert seen > 15


def test_the_example_article_can_be_posted(described: dict[str, Any], desk: Any) -> None:
    example = described["paths"]["/v1/articles"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert desk.post(example).status_code == 202


@pytest.mark.parametrize(
    ("body", "good"),
    [
        ({"url": "https://a.example", "text": "x"}, True),
        ({"url": "https://a.example", "html": "x", "text": None}, True),
        ({"url": "https://fetched.example"}, True),
        ({"url": "https://fetched.example", "text": None, "html": None}, True),
        ({"url": "https://a.example", "text": "x", "html": "y"}, False),
        ({"url": "ftp://a.example", "text": "x"}, False),
        ({"url": "https://a.example", "text": " "}, False),
        ({"url": "https://a.example", "text": "x", "more": 1}, False),
        ({"url": "https://a.example", "text": "x", "language": "en_US"}, False),
    ],
)
def test_the_schema_of_articles_says_what_is_taken(
    described: dict[str, Any], desk: Any, make_newsroom: Any, body: dict[str, Any], good: bool
) -> None:
    desk = make_newsroom(desk.database, fetch_hosts=Hosts(("fetched.example",)))
    schema = described["components"]["schemas"]["ArticleIn"]
    try:
        jsonschema.validate(body, schema, cls=Draft202012Validator)
        valid = True
    except jsonschema.ValidationError:
        valid = False
    assert valid == good
    assert (desk.post(body).status_code == 202) == good
