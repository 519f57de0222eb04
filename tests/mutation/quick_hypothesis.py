"""A profile of hypothesis: a fault need not be shrunk to its smallest example, only noticed."""

from hypothesis import Phase, settings

settings.register_profile("mutation", phases=[Phase.explicit, Phase.generate], database=None, deadline=None)
