"""The documentation site: `sphinx-build -W -c docs . build/site`, then open build/site/index.html.

The sources are the repository's own Markdown files where they lie, so every link works there and on the site alike.
"""

from __future__ import annotations

import shinsight

project = "shinsight"
author = copyright = "The shinsight authors"
release = version = shinsight.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
include_patterns = ["*.md", "docs/**.md", "firmware/README.md", "hardware/**.md", "tests/recordings/**.md"]
exclude_patterns = ["README.md"]  # the repository's front page; the site's is docs/index.md
root_doc = "docs/index"
myst_heading_anchors = 4
myst_enable_extensions = ["attrs_inline"]
default_role = "code"  # docstrings write `like this`
autodoc_typehints = "signature"
autodoc_type_aliases = {name: name for name in ("ArrayLike", "FloatArray", "Vector", "View")}
autodoc_member_order = "bysource"
copybutton_only_copy_prompt_lines = False
suppress_warnings = ["misc.highlighting_failure"]  # a code block that is a sketch

html_theme = "furo"
html_title = "shinsight"
html_logo = "pictures/logo.svg"
html_favicon = "pictures/logo.svg"
html_static_path = ["site/static"]
html_css_files = ["site.css"]
html_extra_path = ["site/root"]
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#00696b",
        "color-brand-content": "#00696b",
        "font-stack": "system-ui",
    },
    "dark_css_variables": {"color-brand-primary": "#59d6cf", "color-brand-content": "#59d6cf"},
}

CONTENTS = {
    "Start": ["install"],
    "Build it": [
        "which-board",
        "build-it",
        "/hardware/README",
        "/hardware/case/README",
        "battery-and-skin",
        "/firmware/README",
    ],
    "Wear it": ["wear-it", "guided-start", "calibrate-the-sensor", "foot-sensor"],
    "Squat": ["live-window", "knee-to-wall"],
    "Read it": ["report", "history", "replay", "measurement-protocol"],
    "Your data": [
        "session-files",
        "exports",
        "imports",
        "live-outputs",
        "phone-dial",
        "analyze-many",
        "frames-and-units",
    ],
    "In Python": ["api", "reference"],
    "Is it true?": ["heel-lift", "validation", "mutations", "side-by-side", "simulator", "hardware-checklist"],
    "Extend it": [
        "architecture",
        "wire-format",
        "links",
        "add-a-board",
        "add-a-sensor",
        "add-an-exercise",
        "add-a-transport",
        "style",
        "decisions/*",
        "/CONTRIBUTING",
    ],
    "About": ["/CHANGELOG", "/SECURITY", "/CODE_OF_CONDUCT", "parts-and-licences", "/tests/recordings/*/README"],
}
"""The order of reading. A page that is missing here is a warning, which is an error."""


def contents() -> str:
    """As toctrees, which would be noise in the file itself."""
    return "\n".join(
        "\n".join([f"```{{toctree}}\n:hidden:\n:glob:\n:caption: {title}\n", *pages, "```\n"])
        for title, pages in CONTENTS.items()
    )


def add_contents(_app: object, page: str, source: list[str]) -> None:
    if page == root_doc:
        source[0] += "\n" + contents()


def setup(app: object) -> None:
    app.connect("source-read", add_contents)  # type: ignore[attr-defined]
