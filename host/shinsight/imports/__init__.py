"""Recordings of other makers' sensors and apps, turned into session folders: one module a source."""
