"""The ranking with its uncertainty, computed exactly instead of by simulation.

Model: Heyard, Ott, Salanti and Egger, "Rethinking the Funding Line at the Swiss National Science
Foundation: Bayesian Ranking and Lottery", Statistics and Public Policy 9(1), 2022, 110–121
(doi 10.1080/2330443X.2022.2086190). What is computed here stands beside the official score as
decision support; it never replaces it.
"""
