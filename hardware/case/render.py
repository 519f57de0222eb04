"""Draws the pictures of README.md, no screen needed: `python hardware/case/render.py`. One: `--picture closed`."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  what draws the window; it registers itself
from build123d import Part
from PIL import Image, ImageDraw, ImageFont
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkFeatureEdges, vtkPolyDataNormals
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkCoordinate,
    vtkLight,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkRenderWindow,
    vtkWindowToImageFilter,
)

import scenes
from meshes import mesh

HERE = Path(__file__).resolve().parent
_LIGHTS = [((-0.5, 0.9, 1.0), 0.8), ((1.0, 0.1, 0.6), 0.3)]
"""From where, with the camera at 0, 0, 1 looking at 0, 0, 0; and how strong."""
TEXT = 19
PAPER, INK = (0.965, 0.965, 0.955), "#22303a"
FINER = 2
"""Drawn so many times larger, then made smaller: smooth edges with any driver."""


def _polydata(solid: Part) -> vtkPolyData:
    made = mesh(solid)
    points, cells = vtkPoints(), vtkCellArray()
    for corner in made.vertices:
        points.InsertNextPoint(*corner)
    for face in made.faces:
        cells.InsertNextCell(3)
        for corner in face:
            cells.InsertCellPoint(int(corner))
    data = vtkPolyData()
    data.SetPoints(points)
    data.SetPolys(cells)
    return data


def _actors(shown: scenes.Shown) -> list[vtkActor]:
    data = _polydata(shown.solid)
    normals = vtkPolyDataNormals()
    normals.SetInputData(data)
    normals.SetFeatureAngle(30)
    faces = vtkPolyDataMapper()
    faces.SetInputConnection(normals.GetOutputPort())
    faces.SetResolveCoincidentTopologyToPolygonOffset()  # or edges drown in the faces that they bound
    body = vtkActor()
    body.SetMapper(faces)
    look = body.GetProperty()
    look.SetColor(*shown.colour)
    look.SetOpacity(shown.opacity)
    look.SetAmbient(0.32)
    look.SetDiffuse(0.72)
    edges = vtkFeatureEdges()
    edges.SetInputData(data)
    edges.SetFeatureAngle(30)
    edges.ColoringOff()
    lines = vtkPolyDataMapper()
    lines.SetInputConnection(edges.GetOutputPort())
    drawn = vtkActor()
    drawn.SetMapper(lines)
    drawn.GetProperty().SetColor(*(0.45 * part for part in shown.colour))
    drawn.GetProperty().SetLineWidth(1.1 * FINER)
    drawn.GetProperty().SetLighting(False)
    drawn.GetProperty().SetOpacity(shown.opacity)
    return [body, drawn]


@dataclass(frozen=True, kw_only=True)
class _View:
    renderer: vtkRenderer
    window: vtkRenderWindow

    def pixel(self, at_mm: tuple[float, float, float], high: int) -> tuple[float, float]:
        where = vtkCoordinate()
        where.SetCoordinateSystemToWorld()
        where.SetValue(*at_mm)
        x, y = where.GetComputedDisplayValue(self.renderer)
        return x, high - y


def _view(scene: scenes.Scene) -> _View:
    renderer, window = vtkRenderer(), vtkRenderWindow()
    renderer.SetBackground(*PAPER)
    for shown in scene.shown:
        for actor in _actors(shown):
            renderer.AddActor(actor)
    for position, strength in _LIGHTS:
        light = vtkLight()
        light.SetLightTypeToCameraLight()
        light.SetPosition(*position)
        light.SetIntensity(strength)
        renderer.AddLight(light)
    camera = renderer.GetActiveCamera()
    camera.ParallelProjectionOn()
    camera.SetFocalPoint(0, 0, 0)
    camera.SetPosition(*scene.seen_from)
    camera.SetViewUp(*scene.up)
    window.SetOffScreenRendering(1)
    window.SetMultiSamples(0)
    window.SetSize(scene.wide * FINER, scene.high * FINER)
    window.AddRenderer(renderer)
    renderer.SetUseDepthPeeling(1)
    renderer.ResetCamera()
    camera.Zoom(scene.zoom)
    camera.SetWindowCenter(*scene.shift)
    window.Render()
    return _View(renderer=renderer, window=window)


def _picture(view: _View) -> Image.Image:
    grab = vtkWindowToImageFilter()
    grab.SetInput(view.window)
    grab.ReadFrontBufferOff()
    grab.Update()
    out = grab.GetOutput()
    wide, high, _ = out.GetDimensions()
    pixels = vtk_to_numpy(out.GetPointData().GetScalars()).reshape(high, wide, -1)[::-1]  # type: ignore[no-untyped-call]
    return Image.fromarray(np.ascontiguousarray(pixels))


def _write(picture: Image.Image, view: _View, labels: list[scenes.Label]) -> None:
    """Words on a slip of paper each, and a line from its edge to what they name."""
    pen = ImageDraw.Draw(picture)
    font, margin = ImageFont.load_default(TEXT * FINER), 6 * FINER  # Pillow's own: the same on every computer
    for label in labels:
        x, y = (FINER * at for at in label.words_at)
        long = pen.textlength(label.words, font=font)
        box = (x - margin, y - margin, x + long + margin, y + TEXT * FINER * 1.2 + margin)
        end = view.pixel(label.at_mm, picture.height)
        start = min(max(end[0], box[0]), box[2]), min(max(end[1], box[1]), box[3])
        pen.line([start, end], fill=INK, width=2 * FINER)
        pen.ellipse([end[0] - 4 * FINER, end[1] - 4 * FINER, end[0] + 4 * FINER, end[1] + 4 * FINER], fill=INK)
        pen.rounded_rectangle(box, radius=5 * FINER, fill="white", outline=INK, width=FINER)
        pen.text((x, y), label.words, fill=INK, font=font)


def draw(scene: scenes.Scene, path: Path) -> None:
    view = _view(scene)
    picture = _picture(view)
    _write(picture, view, scene.labels)
    small = picture.resize((scene.wide, scene.high), Image.Resampling.LANCZOS)
    small.quantize(200, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--picture", choices=scenes.NAMES, help="only this one")
    words.add_argument(
        "--out", type=Path, default=HERE / "pictures", help="folder, pictures/ beside this script unless said"
    )
    asked = words.parse_args()
    if sys.platform == "linux":
        os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")  # needs no X server
    asked.out.mkdir(parents=True, exist_ok=True)
    for name in [asked.picture] if asked.picture else scenes.NAMES:
        print(f"{name}.png", flush=True)
        draw(scenes.scene(name), asked.out / f"{name}.png")


if __name__ == "__main__":
    main()
