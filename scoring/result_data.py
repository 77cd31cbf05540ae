"""Results as plain JSON data: for the command line, for records that are kept, for other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from scoring.agreement.icc import Icc
from scoring.agreement.ratings import Estimate
from scoring.agreement.summary import Agreement, Figure
from scoring.calibration import Connectivity, tendency_of
from scoring.portfolio.certificates import Certificate
from scoring.portfolio.selection import Selection
from scoring.provenance import Provenance
from scoring.uncertainty.ranking import Leniency, RankedWithDoubt, UncertainRanking

Measured = tuple[Agreement, Connectivity]
ICC_FORMS = (
    "icc1_single", "icc1_average", "icc2_single", "icc2_average", "icc3_single", "icc3_average",
)  # fmt: skip


def ranking_data(results: Mapping[str, UncertainRanking]) -> dict[str, Any]:
    """Return rankings as JSON: proposals best first, panel by panel."""
    return {
        "proposals": [_proposal(row) for each in results.values() for row in each.rows],
        "severities": [
            _severity(name, evaluator)
            for name, each in results.items()
            for evaluator in each.evaluators
        ],
        "analyses": [
            {
                "panel": name,
                "funding_line": each.funding_line,
                "standard_deviations": dict(each.deviations),
                "accuracy": each.accuracy,
                **_provenance(each.provenance),
            }
            for name, each in results.items()
        ],
    }


def agreement_data(results: Mapping[str, Measured]) -> dict[str, Any]:
    """Return figures of agreement as JSON, panel by panel."""
    return {"panels": [_agreement(name, *each) for name, each in results.items()]}


def selection_data(
    selection: Selection, certificates: Sequence[Certificate], prices: Mapping[str, Fraction]
) -> dict[str, Any]:
    """Return a funding line and its certificates as JSON; amounts are euros as text."""
    return {
        "rule": selection.rule.value,
        "budget": str(selection.budget),
        "awarded": str(selection.awarded),
        "left": str(selection.left),
        "merit": float(selection.merit),
        "selected": list(selection.funded),
        "reserve": list(selection.reserve),
        "rows": [
            {
                "position": row.position,
                "id": row.id,
                "score": float(row.score),
                "requested": str(row.requested),
                "award": str(row.award),
                "outcome": row.outcome.value,
                "reserve_place": row.reserve_place,
            }
            for row in selection.rows
        ],
        "floors": [
            {
                "floor": floor.key,
                "required": float(floor.required),
                "reached": None if floor.reached is None else float(floor.reached),
                "met": floor.is_met,
                "infeasible": floor.is_infeasible,
                "merit_cost": float(prices[floor.key]),
            }
            for floor in selection.floors
        ],
        "certificates": [_certificate(each) for each in certificates],
    }


def _proposal(row: RankedWithDoubt) -> dict[str, Any]:
    return {
        "panel": row.panel,
        "proposal": row.proposal,
        "mean": float(row.mean),
        "er": row.expected_rank,
        "pcer": row.pcer,
        "sucra": row.sucra,
        "posterior_mean": row.quality,
        "posterior_sd": row.quality_sd,
        "q25": row.rank_half[0],
        "q75": row.rank_half[1],
        "q05": row.rank_ninety[0],
        "q95": row.rank_ninety[1],
        "p_fund": row.funding_probability,
        "group": row.group.value if row.group else None,
    }


def _severity(panel: str, evaluator: Leniency) -> dict[str, Any]:
    """Return an evaluator's ν: positive grades above others (lenient), negative below (severe)."""
    return {
        "panel": evaluator.assessor.panel or panel,
        "assessor": evaluator.assessor.id,
        "severity": evaluator.mean,
        "sd": evaluator.sd,
        "lower": evaluator.interval.lower,
        "upper": evaluator.interval.upper,
        "tendency": tendency_of(evaluator.interval).value,
        "votes": evaluator.votes,
    }


def _provenance(provenance: Provenance) -> dict[str, Any]:
    return {
        "algorithm": provenance.algorithm,
        "version": provenance.version,
        "settings": dict(provenance.settings),
        "inputs_sha256": provenance.inputs_sha256,
    }


def _agreement(name: str, agreement: Agreement, connectivity: Connectivity) -> dict[str, Any]:
    concordance, summary = agreement.concordance, agreement.summary
    ids = [each.id for each in agreement.assessors]
    return {
        "panel": name,
        "applications": agreement.applications,
        "assessors": [{"panel": each.panel, "id": each.id} for each in agreement.assessors],
        "votes": agreement.votes,
        "alpha": {metric.value: _estimate(each) for metric, each in agreement.alpha.items()},
        "icc": _icc(agreement.icc),
        "kendall_w": None if concordance is None else concordance.w,
        "kendall_w_p": None if concordance is None else concordance.p_value,
        "kendall_w_applications": None if concordance is None else concordance.applications,
        "tau_b": agreement.mean_tau_b,
        "tau_b_pairs": [
            {
                "assessors": [ids[pair.one], ids[pair.other]],
                "tau_b": pair.tau_b,
                "applications": pair.applications,
            }
            for pair in agreement.pairs
        ],
        "kappa": {weighting.value: each for weighting, each in agreement.kappa.items()},
        "limits_of_agreement": [
            {
                "assessors": [ids[limits.one], ids[limits.other]],
                "bias": limits.bias,
                "lower": limits.lower,
                "upper": limits.upper,
                "margin": limits.margin,
                "applications": limits.applications,
            }
            for limits in agreement.limits
        ],
        "summary": {
            "absolute": _figure(summary.absolute),
            "consistency": _figure(summary.consistency),
            "pattern": summary.pattern.value,
        },
        "components": [
            {
                "proposals": list(part.proposals),
                "assessors": [{"panel": each.panel, "id": each.id} for each in part.assessors],
            }
            for part in connectivity.components
        ],
        **_provenance(agreement.provenance),
    }


def _icc(icc: Icc | None) -> dict[str, Any] | None:
    if icc is None:
        return None
    forms: dict[str, Any] = {form: _estimate(getattr(icc, form)) for form in ICC_FORMS}
    return forms | {"raters": icc.raters, "from_components": icc.from_components}


def _estimate(estimate: Estimate | None) -> dict[str, float | None] | None:
    if estimate is None:
        return None
    return {"value": estimate.value, "lower": estimate.lower, "upper": estimate.upper}


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {
        "statistic": figure.statistic,
        **(_estimate(figure.estimate) or {}),
        "level": figure.level.value,
    }


def _certificate(certificate: Certificate) -> dict[str, Any]:
    return {
        "position": certificate.position,
        "id": certificate.id,
        "reason": certificate.reason.value,
        "passed_by": list(certificate.passed_by),
        "relaxations": [
            {
                "limits": {key: str(amount) for key, amount in option.limits},
                "floors": {key: float(share) for key, share in option.floors},
                "step": str(option.step),
                "displaced": list(option.displaced),
            }
            for option in certificate.options
        ],
        "merit_lost": None if certificate.merit_lost is None else float(certificate.merit_lost),
        "displaced": list(certificate.displaced),
    }
