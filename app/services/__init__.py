"""Use cases: one function, one transaction, one event. They know no request.

One room for each part of a round, and `record` for what every act leaves behind.
"""
