"""The board's side, seen from the computer: its files, getting them onto a board, and reading back what is there.

Data flows files -> flashing -> on_board -> remote; only `remote` knows a cable.
"""
