"""Pure rules of a funding round: how good an application is, who may judge it, what can be funded.

Nothing here reads a clock, a database, a request or a global random state. Money is ``Decimal``
exact to the cent, scores are integer ticks on a scale, and every derived figure is an exact
``Fraction`` until it is shown.
"""
