"""The API put together: routers, one credential, one way to say what went wrong."""

from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, re_path
from ninja import NinjaAPI
from ninja.errors import ValidationError

from runs.api import cases, described, problems, proposals, rehearsals, runs, sagas, steps, tools
from runs.api.bearer import TokenAuth


class AgentsApi(NinjaAPI):
    """ninja, with a document that tells of problems and addresses that answer with them."""

    def get_openapi_schema(self, *, path_params: Any = None, **arguments: Any) -> Any:
        """The same for everybody: no part of the API's address is a parameter."""
        return self._described(**arguments)

    @cache  # noqa: B019  there is one API, and what it says of itself changes with its code only
    def _described(self, **arguments: Any) -> Any:
        return described.complete(super().get_openapi_schema(**arguments))

    def get_openapi_operation_id(self, operation: Any) -> str:
        module = operation.view_func.__module__.rpartition(".")[2]
        return f"{module}_{operation.view_func.__name__}"


def build() -> AgentsApi:
    made = AgentsApi(
        title="Countersign", version="1", description=described.INTRODUCTION, docs_url=None, auth=TokenAuth(),
        urls_namespace="api",
    )  # fmt: skip
    for module in (proposals, rehearsals, sagas, runs, steps, cases, tools):
        made.add_router("", module.router)
    made.add_exception_handler(ValidationError, problems.from_validation)
    for kind in (problems.Problem, problems.HttpError, problems.Http404, Exception):
        made.add_exception_handler(kind, problems.answer)
    return made


def addresses(made: AgentsApi) -> tuple[list[URLPattern | URLResolver], str, str]:
    """The API's URL patterns; what is not found or not offered is said as a problem too."""
    patterns, app, namespace = made.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = problems.speaking(pattern.callback)
    return [*patterns, re_path(r"^.*$", problems.nowhere, name="nowhere")], app, namespace


api = build()
urls = addresses(api)
