"""A session, or both legs of one day, as a page to read, print and hand out."""
