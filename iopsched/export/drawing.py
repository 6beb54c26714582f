"""What pictures are made of: texts, rectangles and lines of inline SVG."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from iopsched.export.palette import INK

FONT = "Segoe UI, Roboto, Helvetica Neue, Noto Sans, Liberation Sans, DejaVu Sans, Arial, sans-serif"


def draw_svg(name: str, width: float, height: float, title: str, description: str, pieces: Sequence[Markup]) -> Markup:
    """Return a picture with its title and description for readers who cannot see it."""
    head = Markup(
        '<svg class="picture" role="img" aria-labelledby="{0}-title {0}-desc" width="{1:g}" height="{2:g}" '
        'viewBox="0 0 {1:g} {2:g}" font-family="{5}" font-size="13"><title id="{0}-title">{3}</title>'
        '<desc id="{0}-desc">{4}</desc>'
    ).format(name, width, height, title, description, FONT)
    return head + Markup("").join(pieces) + Markup("</svg>")


def draw_rect(x: float, y: float, wide: float, high: float, fill: str, stroke: str = "") -> Markup:
    """Return a rectangle."""
    edge = Markup(' stroke="{}"').format(stroke) if stroke else Markup("")
    return Markup('<rect x="{:g}" y="{:g}" width="{:.5g}" height="{:g}" rx="2" fill="{}"{}/>').format(
        x, y, wide, high, fill, edge
    )


def draw_stroke(x1: float, y1: float, x2: float, y2: float, color: str) -> Markup:
    """Return a line."""
    return Markup('<path d="M{:.5g} {:g}L{:.5g} {:g}" stroke="{}" stroke-width="2"/>').format(x1, y1, x2, y2, color)


def draw_text(
    x: float, y: float, text: str, anchor: str, fill: str = INK, *, weight: int = 400, size: int = 13
) -> Markup:
    """Return a text."""
    return Markup(
        '<text x="{:.5g}" y="{:g}" text-anchor="{}" fill="{}" font-weight="{}" font-size="{}">{}</text>'
    ).format(x, y, anchor, fill, weight, size, text)
