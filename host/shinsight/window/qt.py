"""The one place that chooses the Qt binding: PySide6 before pyqtgraph, which takes the binding it finds loaded."""

from PySide6 import QtCore, QtGui, QtSvg, QtWidgets

# isort: split
import pyqtgraph as pg

__all__ = ["QtCore", "QtGui", "QtSvg", "QtWidgets", "pg"]
