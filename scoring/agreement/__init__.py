"""How much evaluators agree: about the level of grades, and about the order of applications.

One number misleads. Evaluators can agree perfectly on the order while their grades lie two points
apart, so an absolute figure (α, ICC of absolute agreement) always stands beside one of
consistency (ICC of consistency, Kendall's W).
"""
