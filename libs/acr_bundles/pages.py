"""Fills the templates of a bundle's pages. Reads its own templates and nothing else."""

import functools
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("acr_bundles"),
        autoescape=select_autoescape(("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def page(template: str, **values: Any) -> bytes:
    """Fill a template; HTML is escaped, Markdown is not."""
    return _environment().get_template(template).render(**values).encode()
