"""Plays one scene: a function of a module in `scenes/`, with what a test gives it. tests/firmware/board.py calls it."""

import json


def call(module, name, given):
    """What the function `name` of scenes/`module`.py returns for the keyword arguments `given`."""
    scenes = __import__("scenes." + module, None, None, (name,))
    return getattr(scenes, name)(**given)


def play(module, name, given):
    """Print what the scene returns as JSON, on the last line."""
    print(json.dumps(call(module, name, given)))
