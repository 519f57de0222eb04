"""Every validation table and plot of the detector, from the recordings to docs/validation.md, in one command.

    python tests/benchmarks/validation [--data FOLDER] [--quick] [--only SECTION]

cases (what is measured) -> evaluate (rows, kept on disk) -> sections (tables, numbers), plots -> document.
"""
