"""What the firmware costs in memory: a scene of tests/benchmarks/board_work.py, which imports while it measures."""

import gc


def memory():
    """[bytes of heap that the firmware takes without its batches, bytes of the batches]."""
    gc.collect()
    before = gc.mem_alloc()

    gc.collect()
    stand_ins = gc.mem_alloc() - before
    import board
    from app import App

    app = App(board.profile())
    gc.collect()
    return [gc.mem_alloc() - before - stand_ins - len(app._batches.memory), len(app._batches.memory)]
