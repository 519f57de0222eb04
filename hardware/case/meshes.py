"""From a solid to triangles, and to the same file each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import trimesh
from build123d import Part, Pos, Rot

DEVIATION_MM = 0.03
"""How far a triangle may lie from the true surface; a printer's layer is 0.2 mm."""
TURN_RAD = 0.2
"""How much a rounding may turn from one triangle to the next."""


def as_printed(solid: Part, turned_over: bool) -> Part:
    """On the printer's bed, z = 0."""
    turned = Rot(180, 0, 0) * solid if turned_over else solid
    return Pos(0, 0, -turned.bounding_box().min.Z) * turned


def mesh(solid: Part) -> trimesh.Trimesh:
    points, triangles = solid.tessellate(DEVIATION_MM, TURN_RAD)
    # binary STL keeps 32 bits: rounded first, corners that were one stay one
    corners = np.round([(p.X, p.Y, p.Z) for p in points], 4)
    made = trimesh.Trimesh(vertices=corners, faces=triangles, process=False)
    made.merge_vertices()
    made.update_faces(made.nondegenerate_faces())
    return made


def write(made: trimesh.Trimesh, path: Path) -> None:
    made.export(path, file_type="stl")
