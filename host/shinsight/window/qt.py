"""Chooses the Qt binding for all windows: PySide6 before pyqtgraph, which takes the binding that is loaded."""

from PySide6 import QtCore, QtGui, QtSvg, QtWidgets

# isort: split
import pyqtgraph as pg

__all__ = ["QtCore", "QtGui", "QtSvg", "QtWidgets", "pg"]
