"""The ranking model in JAGS, through R: installed from Debian when somebody asks for the comparison."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.processes import NotMeasured
from scoring.votes import Vote

PACKAGES = ("jags", "r-cran-rjags")
SECONDS = 900
MODEL = """\
model {
  for (k in 1:K) {
    y[k] ~ dnorm(m + theta[proposal[k]] + lambda[k], pow(sigma, -2))
    lambda[k] ~ dnorm(nu[assessor[k]], pow(tau.lambda, -2))
  }
  for (i in 1:N) { theta[i] ~ dnorm(0, pow(tau.theta, -2)) }
  for (j in 1:J) { nu[j] ~ dnorm(0, 4) }
  sigma ~ dunif(0.000001, 2)
  tau.theta ~ dunif(0.000001, 2)
  tau.lambda ~ dunif(0.000001, 2)
  place[1:N] <- N + 1 - rank(theta[])
}
"""
SCRIPT = """\
suppressMessages(library(rjags))
votes <- read.csv("votes.csv")
means <- tapply(votes$y, votes$proposal, mean)
data <- list(y = votes$y, proposal = votes$proposal, assessor = votes$assessor, m = mean(means),
             K = nrow(votes), N = max(votes$proposal), J = max(votes$assessor))
kinds <- c("base::Wichmann-Hill", "base::Marsaglia-Multicarry", "base::Super-Duper",
           "base::Mersenne-Twister")
starts <- lapply(seq_along(kinds), function(c) list(.RNG.name = kinds[c], .RNG.seed = 1991 + c))
spent <- function(work) { # seconds of the sampler alone, without R's own start and diagnostics
  used <- system.time(value <- work())
  sampling <<- sampling + used[["user.self"]] + used[["sys.self"]]
  value
}
sampling <- 0
model <- spent(function() jags.model("model.txt", data, inits = starts, n.chains = 4, n.adapt = 1000, quiet = TRUE))
invisible(spent(function() update(model, 4000, progress.bar = "none")))
watched <- c("theta", "nu", "sigma", "tau.theta", "tau.lambda", "place")
kept <- NULL
repeat {
  more <- spent(function() coda.samples(model, watched, 10000, progress.bar = "none"))
  kept <- if (is.null(kept)) more else
    as.mcmc.list(lapply(1:4, function(c) mcmc(rbind(kept[[c]], more[[c]]))))
  part <- kept[, c("sigma", "tau.theta", "tau.lambda", grep("theta\\\\[|nu\\\\[", varnames(kept), value = TRUE))]
  rhat <- max(gelman.diag(part, autoburnin = FALSE, multivariate = FALSE)$psrf[, 2])
  draws <- nrow(kept[[1]])
  if (rhat < 1.01 || draws >= 200000) break
}
places <- kept[, grep("place", varnames(kept), value = TRUE)]
found <- summary(places)$statistics
cat(draws, rhat, sampling, max(found[, "Time-series SE"]), found[, "Mean"], sep = "\\n")
"""


@dataclass(frozen=True, slots=True)
class JagsRun:
    """The sampler's processor seconds, expected ranks by proposal, and how sure they are.

    ``draws`` are those of one of four chains, ``rhat`` the worst upper limit of R-hat, ``standard_error`` the largest
    Monte-Carlo standard error of an expected rank, autocorrelation included.
    """

    cpu: float
    ranks: dict[str, float]
    draws: int
    rhat: float
    standard_error: float

    def cpu_for(self, standard_error: float) -> float:
        """Return the seconds for a Monte-Carlo error: it halves with four times the draws."""
        return self.cpu * max(1.0, (self.standard_error / standard_error) ** 2)


def install() -> None:
    """Install JAGS and its R package from Debian. Raises ``NotMeasured`` where that cannot be done."""
    if shutil.which("Rscript") and shutil.which("jags"):
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise NotMeasured(f"needs {' and '.join(PACKAGES)}; install them as root")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(f"apt-get: {done.stderr[-500:]}")


def run(votes: Sequence[Vote], folder: Path) -> JagsRun:
    """Run the model until the upper limit of every R-hat is below 1.01. Raises ``NotMeasured``."""
    install()
    proposals = sorted({vote.proposal for vote in votes}, key=int)
    assessors = sorted({vote.assessor for vote in votes}, key=int)
    with (folder / "votes.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("proposal", "assessor", "y"))
        for vote in votes:
            place, seat = proposals.index(vote.proposal), assessors.index(vote.assessor)
            writer.writerow((place + 1, seat + 1, float(vote.grade)))
    (folder / "model.txt").write_text(MODEL, encoding="utf-8")
    (folder / "run.R").write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "run.R"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    if done.returncode:
        raise NotMeasured(f"Rscript: {done.stderr[-500:]}")
    draws, rhat, used, error, *ranks = (float(each) for each in done.stdout.split())
    return JagsRun(used, dict(zip(proposals, ranks, strict=True)), int(draws), rhat, error)
