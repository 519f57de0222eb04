"""What can be measured on a printable mesh: how thick it is, what hangs in the air, how it touches the skin."""

from __future__ import annotations

import numpy as np
import trimesh
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def first_hits(mesh: trimesh.Trimesh, origins: Floats, directions: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Distance to the first triangle of each ray, infinite where there is none, and which triangle it is.

    Möller and Trumbore 1997, "Fast, minimum storage ray/triangle intersection"; for all pairs at once.
    """
    corner, one, two = mesh.triangles[:, 0], mesh.triangles[:, 1], mesh.triangles[:, 2]
    edge_1, edge_2 = one - corner, two - corner
    distances, faces = np.empty(len(origins)), np.empty(len(origins), dtype=np.int64)
    for start in range(0, len(origins), 200):
        rays = slice(start, start + 200)
        origin, direction = origins[rays, None, :], directions[rays, None, :]
        p = np.cross(direction, edge_2[None])
        determinant = (p * edge_1).sum(-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            inverse = 1 / determinant
            s = origin - corner[None]
            u = (s * p).sum(-1) * inverse
            q = np.cross(s, edge_1[None])
            v = (q * direction).sum(-1) * inverse
            t = (q * edge_2).sum(-1) * inverse
            met = (np.abs(determinant) > 1e-12) & (u >= -1e-9) & (v >= -1e-9) & (u + v <= 1 + 1e-9) & (t > 1e-6)
        t = np.where(met, t, np.inf)
        faces[rays] = t.argmin(1)
        distances[rays] = t.min(1)
    return distances, faces


def thicknesses_mm(mesh: trimesh.Trimesh, count: int = 800, parallel_deg: float = 40) -> Floats:
    """From points all over the surface straight inwards to the other side.

    A wall has two sides that look away from each other, within `parallel_deg`. Where they do not, at edges, slopes and
    the cones of screw heads, the thickness runs out to nothing by design, and says nothing.
    """
    points, faces = trimesh.sample.sample_surface(mesh, count, seed=1)
    normals = mesh.face_normals[faces]
    distances, other = first_hits(mesh, points - 1e-4 * normals, -normals)
    facing = (normals * mesh.face_normals[other]).sum(1)
    return distances[facing < -np.cos(np.radians(parallel_deg))] + 1e-4


def bridges_mm(mesh: trimesh.Trimesh, overhang_deg: float, points: int = 40) -> Floats:
    """How far the plastic must reach through the air, wherever the mesh looks down more steeply than `overhang_deg`.

    The shortest way across, of four directions, from wall to wall. Infinite: nothing carries it.
    """
    steep = mesh.face_normals[:, 2] < -np.sin(np.radians(overhang_deg + 3))  # triangles of a cone differ from it
    steep &= mesh.triangles[:, :, 2].max(1) > mesh.bounds[0, 2] + 1e-3
    if not steep.any():
        return np.zeros(0)
    hanging = mesh.submesh([np.flatnonzero(steep)], append=True)
    assert isinstance(hanging, trimesh.Trimesh)
    spread = trimesh.sample.sample_surface(hanging, points, seed=1)[0]
    under = np.vstack([hanging.triangles_center, spread]) - (0, 0, 0.05)
    across = np.full(len(under), np.inf)
    for angle in np.arange(4) * np.pi / 4:
        ahead = np.tile((np.cos(angle), np.sin(angle), 0.0), (len(under), 1))
        across = np.minimum(across, first_hits(mesh, under, ahead)[0] + first_hits(mesh, under, -ahead)[0])
    return across


def area_on_bed_cm2(mesh: trimesh.Trimesh) -> float:
    flat = (mesh.face_normals[:, 2] < -0.9999) & (mesh.triangles[:, :, 2].max(1) < mesh.bounds[0, 2] + 1e-3)
    return float(mesh.area_faces[flat].sum() / 100)


def sharpest_turn_deg(mesh: trimesh.Trimesh, up_to_mm: float) -> float:
    """The largest angle by which the surface turns over an outward edge, of the edges this near to the bed."""
    edges = mesh.vertices[mesh.face_adjacency_edges][:, :, 2].max(1)
    near = mesh.face_adjacency_convex & (edges < mesh.bounds[0, 2] + up_to_mm)
    return float(np.degrees(mesh.face_adjacency_angles[near].max()))
