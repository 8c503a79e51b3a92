"""The OpenAPI document, completed: the credential, the headers, the problems, and worked examples."""

from typing import Any

from approvals.showing import pictures
from runs.api.evidence import LARGEST_CONTENT
from runs.api.problems import MEDIA_TYPE

INTRODUCTION = f"""\
Agents propose, people decide. What you want done goes to `POST /proposals`; gates and, where they ask for it, a person
answer; then it is carried out for you. No route here can decide anything.

Every request carries `Authorization: Bearer csk_…`. You see your own proposals and runs, and nothing else.

Requests that make something carry an `Idempotency-Key`. The same key with the same body is answered again, with
`Idempotent-Replayed: true`, and does nothing; with another body it is refused (422); while the first is being worked on
it is answered 409 with `Retry-After`. A request that failed may be sent again under its key.

Errors are problem details (RFC 9457) of the type `{MEDIA_TYPE}`; `errors` says where and what to do. Bodies are strict
JSON of at most 1,000,000 bytes: no name twice, no NaN, no integer beyond 2^53, no NUL. Money is a decimal text.
Evidence holds at most {LARGEST_CONTENT:,} bytes a piece; spans count Unicode code points. An image may hold the picture
itself: a data URL, or base64 with its `media_type` (PNG, JPEG, WebP or GIF, {pictures.LARGEST:,} bytes). Its spans are
boxes, in shares of the picture. Nothing reads pixels: what only a box claims to show, a person checks.
"""

PROBLEMS = {
    400: "Not JSON, or no Idempotency-Key",
    401: "No valid token",
    404: "Not found, or not yours",
    405: "That method is not offered",
    409: "In flight, or settled otherwise",
    413: "The body is too large",
    415: "Not application/json",
    422: "Does not fit, or the key was used with another body",
    500: "Failed on our side",
    503: "The database is busy or away",
}
ALWAYS = (401, 405, 500, 503)
WITH_BODY = (400, 413, 415, 422)
KEY_DEMANDED = {"/proposals", "/sagas", "/runs", "/cases"}

PROBLEM = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "code", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": "stable; tells kinds of problems apart"},
        "code": {"type": "string", "description": "the same as a name"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail", "remedy"],
                "properties": {
                    "detail": {"type": "string"},
                    "remedy": {"type": "string"},
                    "pointer": {"type": "string", "description": "RFC 6901, into the body"},
                    "parameter": {"type": "string", "description": "of the query or a header"},
                },
            },
        },
    },
    "examples": [
        {
            "type": "/problems/invalid-request",
            "code": "invalid_request",
            "title": "The request does not fit",
            "status": 422,
            "errors": [
                {
                    "detail": "The span ends outside of the content",
                    "remedy": "send 412 or less",
                    "pointer": "/evidence/0/spans/0/end",
                }
            ],
        }
    ],
}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Add to ninja's document what ninja cannot know."""
    components = document["components"]
    components["schemas"]["Problem"] = PROBLEM
    components["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "`csk_…`, as `manage.py issue_token` prints it",
        }
    }
    document["security"] = [{"token": []}]
    for address, methods in document["paths"].items():
        for method, operation in methods.items():
            operation.pop("security", None)
            _add_problems(address, method, operation)
            _add_headers(address, method, operation)
    return document


def _add_problems(address: str, method: str, operation: dict[str, Any]) -> None:
    codes = {*ALWAYS, *(WITH_BODY if "requestBody" in operation else ())}
    codes |= {404} if "{" in address else set()
    codes |= {409} if method in {"post", "patch"} else set()
    codes |= {422} if operation.get("parameters") else set()
    for code in sorted(codes):
        operation["responses"][code] = {
            "description": PROBLEMS[code],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }


def _add_headers(address: str, method: str, operation: dict[str, Any]) -> None:
    if method != "post":
        return
    tail = address.removeprefix("/api/v1")
    if tail in KEY_DEMANDED or tail.endswith("/steps"):
        operation.setdefault("parameters", []).append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": tail in KEY_DEMANDED,
                "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
                "description": "names this one event; plain, or as a quoted string",
                "example": "receipt:2018-0325",
            }
        )
    if 200 in operation["responses"]:
        operation["responses"][200]["headers"] = {
            "Idempotent-Replayed": {
                "schema": {"type": "string", "enum": ["true"]},
                "description": "set when the request had been answered before",
            }
        }
