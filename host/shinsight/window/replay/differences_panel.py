"""Shows over the window how a second analysis differs, until a key is pressed."""

from __future__ import annotations

from collections.abc import Sequence

from ..qt import QtCore, QtWidgets
from ..widgets.labels import named_label
from ..widgets.overlay import Overlay

LISTED = 12
_KEPT = (
    "The recording is unchanged. `shinsight analyze SESSION --out NAME.csv` saves a table. It accepts --exercise, "
    "--side, --zero and --slope, but no thresholds."
)


class DifferencesPanel(Overlay):
    """Stays hidden until `tell`."""

    def __init__(self, over: QtWidgets.QWidget) -> None:
        super().__init__(over)
        self.with_what = named_label("caption", wraps=True)
        self.text = named_label("failure", wraps=True)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(32, 22, 32, 22)
        layout.setSpacing(14)
        layout.addWidget(named_label("side", "Measured again"))
        layout.addWidget(self.with_what)
        layout.addWidget(self.text)
        layout.addStretch(1)
        layout.addWidget(named_label("caption", _KEPT, wraps=True))
        layout.addWidget(named_label("keys", "Enter or Esc  continue"))

    def tell(self, settings: Sequence[str], lines: Sequence[str]) -> None:
        """Show the settings that differ and the first `LISTED` differences, with the number of others."""
        self.with_what.setText("\n".join(settings) or "same settings")
        more = [f"… and {len(lines) - LISTED} more"] if len(lines) > LISTED else []
        self.text.setText("\n".join([*lines[:LISTED], *more]))
        self.present(QtCore.QSize(720, self.heightForWidth(720)))
