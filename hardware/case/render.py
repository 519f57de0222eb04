"""Draws the pictures of README.md, without a screen: `python hardware/case/render.py [FOLDER]`."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import matplotlib
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
        return x / FINER, high - y / FINER


def _view(scene: scenes.Scene) -> _View:
    renderer, window = vtkRenderer(), vtkRenderWindow()
    renderer.SetBackground(*PAPER)
    for shown in scene.shown:
        for actor in _actors(shown):
            renderer.AddActor(actor)
    for position, strength in (((1, -2, 3), 0.75), ((-3, -1, 1.5), 0.35), ((0, 2, -2), 0.3)):
        light = vtkLight()
        light.SetLightTypeToCameraLight() if position[2] < 0 else light.SetLightTypeToSceneLight()
        light.SetPosition(*(100 * p for p in position))
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
    pixels = vtk_to_numpy(out.GetPointData().GetScalars()).reshape(high, wide, -1)[::-1]
    return Image.fromarray(np.ascontiguousarray(pixels)).resize(
        (wide // FINER, high // FINER), Image.Resampling.LANCZOS
    )


def draw(scene: scenes.Scene, path: Path) -> None:
    view = _view(scene)
    picture = _picture(view)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"), 19)
    for label in scene.labels:
        end = view.pixel(label.at_mm, scene.high)
        x, y = label.words_at
        long = pen.textlength(label.words, font=font)
        start = (
            (x + long + 6, y + 12)
            if end[0] > x + long
            else (x - 6, y + 12)
            if end[0] < x
            else (x + long / 2, y + (26 if end[1] > y else -2))
        )
        pen.line([start, end], fill=INK, width=2)
        pen.ellipse([end[0] - 4, end[1] - 4, end[0] + 4, end[1] + 4], fill=INK)
        pen.text((x, y), label.words, fill=INK, font=font)
    picture.quantize(200, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    if sys.platform == "linux":
        os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")  # needs no X server
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "pictures"
    folder.mkdir(exist_ok=True)
    for name, scene in scenes.scenes().items():
        print(f"{name}.png", flush=True)
        draw(scene, folder / f"{name}.png")


if __name__ == "__main__":
    main()
