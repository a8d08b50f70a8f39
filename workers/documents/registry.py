"""Finds the document types: each folder beside this file that exports ``TYPE``."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from schemas.documents import Candidate
from schemas.errors import Misconfigured
from workers import documents
from workers.documents.document_type import DocumentType, Evidence


@cache
def document_types() -> Mapping[str, DocumentType]:
    """Return every document type by its code, in the order of codes.

    Raises:
        Misconfigured: when a folder exports no type or one with another name.
    """
    found = {}
    for module in sorted(pkgutil.iter_modules(documents.__path__), key=lambda one: one.name):
        if not module.ispkg:
            continue
        kind = getattr(import_module(f"{documents.__name__}.{module.name}"), "TYPE", None)
        if not isinstance(kind, DocumentType) or kind.code != module.name:
            raise Misconfigured(
                f"workers/documents/{module.name} must export TYPE, a DocumentType with that code"
            )
        found[kind.code] = kind
    return MappingProxyType(found)


def candidates(evidence: Evidence) -> tuple[Candidate, ...]:
    """Return the types that the evidence speaks for, best first."""
    scored = []
    for kind in document_types().values():
        score, country = kind.recognise(evidence)
        if score > 0:
            scored.append(Candidate(kind.code, country, score))
    return tuple(sorted(scored, key=lambda one: -one.score))
