"""Compiles every template of ours with the real settings: unknown tags, filters, missing parents.

    python -m launcher.compile_templates

A linter reads HTML; only Django knows which tags are loaded and whether `{% extends %}` finds its
parent.
"""

from __future__ import annotations

import sys
from pathlib import Path

import django
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode, IncludeNode

from launcher.places import ROOT

DIRECTORY = ROOT / "templates"


def problem(name: str) -> str:
    """What is wrong with a template, or nothing."""
    try:
        template = get_template(name).template  # type: ignore[attr-defined]
        for node in template.nodelist.get_nodes_by_type((ExtendsNode, IncludeNode)):
            named = node.parent_name if isinstance(node, ExtendsNode) else node.template
            fixed = getattr(named, "var", None)
            if isinstance(fixed, str):  # a variable is known only when rendered
                get_template(fixed)
    except (TemplateSyntaxError, TemplateDoesNotExist) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def main() -> int:
    django.setup()
    files = [path for path in sorted(DIRECTORY.rglob("*")) if path.is_file()]
    names = [str(Path(path).relative_to(DIRECTORY)) for path in files]
    wrong = [f"{name}: {text}" for name in names if (text := problem(name))]
    print("\n".join(wrong) if wrong else f"{len(names)} templates compile")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
