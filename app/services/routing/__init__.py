"""Routing: who evaluates what. Proposals, their proof, wishes, bids, draws, and re-routing."""
