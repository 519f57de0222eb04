"""What the board starts with. `app.py` says what there is, `board.py` which board it is."""

import app

app.run()
