"""Forms of the evaluator: the declaration, declining, and the score sheet of a rubric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, Form, RadioField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from calls.rubric import Rubric
from calls.text import Text
from forms.messages import N_, Message

COMMENT_LIMIT = 4000
REASON_LIMIT = 1500

PRACTICAL_CHOICES: Sequence[SelectChoice] = (
    SelectChoice("capacity", N_("I do not have the time")),
    SelectChoice("expertise", N_("The subject is outside my expertise")),
    SelectChoice("other", N_("Another reason that is no conflict of interest")),
)


class DeclarationForm(Form):
    """The declaration that no ground of disqualification applies."""

    independent = BooleanField(
        N_("I have read the grounds above and none of them applies to me in this matter"),
        [InputRequired(N_("Confirm that no ground applies to you, or decline the evaluation"))],
    )


class DeclineForm(Form):
    """Why an evaluator declines: a ground of 28 § or a practical reason, with its facts."""

    ground = RadioField(
        N_("Why do you decline?"),
        [InputRequired(N_("Choose why you decline"))],
        validate_choice=False,
    )
    reason = TextAreaField(
        N_("Describe the reason"),
        [
            InputRequired(N_("Describe the reason")),
            Length(max=REASON_LIMIT, message=N_("At most %(n)s characters", n=REASON_LIMIT)),
        ],
        description=N_("For a conflict of interest, say which organisation and which tie."),
    )


class ScoreField(RadioField):
    """The score of one criterion: nothing is chosen beforehand and a draft may lack it."""

    def pre_validate(self, _form: Any) -> None:
        """Refuse a score that the scale does not have."""
        known = {str(value) for value, *_rest in self.iter_choices()}
        if self.data and self.data not in known:
            raise ValidationError(N_("Choose a score of the scale"))

    @property
    def score(self) -> Decimal | None:
        """Return the score chosen, or None."""
        return Decimal(self.data) if self.data else None


def score_key(score: Decimal) -> str:
    """Return a score as the value of its radio: "3", "2.5"."""
    return f"{score.normalize():f}"


def score_name(criterion_id: str) -> str:
    """Return the name of the field that holds a criterion's score."""
    return f"score_{criterion_id}"


def comment_name(criterion_id: str) -> str:
    """Return the name of the field that holds a criterion's comment."""
    return f"comment_{criterion_id}"


def score_form_class(rubric: Rubric) -> type[Form]:
    """Return the form of a score sheet: a score and a comment for each criterion of the rubric."""
    hint = comment_hint(rubric)
    fields: dict[str, Any] = {}
    for each in rubric.evaluated:
        choices = [SelectChoice(score_key(score), _written(score)) for score in each.scores()]
        label: Any = dict(each.name)  # a data text: the templates show it in the reader's language
        fields[score_name(each.id)] = ScoreField(label, choices=choices)
        too_long = N_("At most %(n)s characters", n=COMMENT_LIMIT)
        fields[comment_name(each.id)] = TextAreaField(
            N_("Comment"), [Length(max=COMMENT_LIMIT, message=too_long)], description=hint
        )
    return type("ScoreSheetForm", (Form,), fields)


def anchors_of(rubric: Rubric) -> dict[str, dict[str, Text]]:
    """Return the anchor texts: criterion → value of the radio → text; the general word where there is none."""
    general = {each.score: each.text for each in rubric.general_scale}
    return {
        each.id: {
            score_key(score): text
            for score in each.scores()
            if (text := each.find_anchor(score) or general.get(score)) is not None
        }
        for each in rubric.evaluated
    }


def comment_hint(rubric: Rubric) -> str:
    """Return what the rubric asks of comments; empty when it asks nothing."""
    rules = rubric.evaluation
    least = rules.comment_min_chars_per_criterion
    scores = ", ".join(score_key(score) for score in sorted(rules.comments_required_if_score_in))
    if least and scores:
        return N_(
            "At least %(least)s characters. A comment is required for the scores %(scores)s.",
            least=least,
            scores=scores,
        )
    if least:
        return N_("At least %(least)s characters if you comment.", least=least)
    return N_("A comment is required for the scores %(scores)s.", scores=scores) if scores else ""


def describe_fault(code: str, name: Text, data: Mapping[str, Any] | None) -> Message:
    """Return what a score sheet lacks in one criterion, in words."""
    figures = data or {}
    match code:
        case "comment_missing":
            return N_("%(criterion)s: this score needs a comment", criterion=name)
        case "comment_too_short":
            return N_(
                "%(criterion)s: the comment has %(got)s characters, at least %(least)s are needed",
                criterion=name,
                got=figures.get("got", 0),
                least=figures.get("minimum", 0),
            )
        case _:
            return N_("%(criterion)s: choose a score", criterion=name)


def _written(score: Decimal) -> dict[str, str]:
    text = score_key(score)
    comma = text.replace(".", ",")
    return {"fi": comma, "sv": comma, "en": text}
