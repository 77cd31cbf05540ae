"""What a person types into every section of the application: control names and values, as typed in Finnish."""

from __future__ import annotations

SENTENCE = "Satamien yritykset kokeilevat yhdessä vähäpäästöisiä ratkaisuja ja mittaavat tuloksia. "
LONG = SENTENCE * 6

PROJECT = {
    "title_fi": "Vähäpäästöiset satamat",
    "acronym": "SATAMAT",
    "language": "fi",
    "theme": "P1",
    "period-start": "1.3.2028",
    "period-end": "31.8.2030",
    "intervention_fields-0-code": "009",
    "intervention_fields-0-share_pct": "100",
    "summary_fi": LONG,
    "summary_en": "Harbour companies try low-emission solutions together and measure them. " * 5,
}
LEAD = {
    "partners-0-role": "lead",
    "partners-0-name": "Turun kaupunki",
    "partners-0-y_tunnus": "0204819-8",
    "partners-0-org_type": "municipality",
    "partners-0-region": "02",
    "partners-0-municipality": "Turku",
    "partners-0-contact_role": "projektipäällikkö",
    "partners-0-task_summary": "Johtaa hanketta ja avaa sataman kehitysalustaksi.",
}
PARTNER = {
    "partners-1-role": "partner",
    "partners-1-name": "Esimerkkiyliopisto",
    "partners-1-y_tunnus": "0245895-5",
    "partners-1-org_type": "university",
    "partners-1-region": "02",
    "partners-1-municipality": "Turku",
    "partners-1-contact_role": "tutkimusjohtaja",
    "partners-1-task_summary": "Mittaa päästöt ja julkaisee tulokset.",
}
COMPANIES = {
    "companies-0-name": "Esimerkki Laivat Oy",
    "companies-0-y_tunnus": "0112038-9",
    "companies-0-size": "small",
    "companies-0-region": "02",
    "companies-0-form_of_commitment": "aiesopimus",
    "companies-1-name": "Esimerkki Nosturit Oy",
    "companies-1-y_tunnus": "0737546-2",
    "companies-1-size": "medium",
    "companies-1-region": "02",
    "companies-1-form_of_commitment": "aiesopimus",
}
CONTENT = {
    "agreement_fit": LONG,
    "city_platform": "yes",
    "business_impact": LONG,
    "private_investment": "1 250 000,50",
    "new_jobs": "12,5",
    "twin": LONG,
    **{f"dnsh-{row}-answer_no_harm_yes_no": "yes" for row in range(6)},
    **{f"dnsh-{row}-justification": SENTENCE for row in range(6)},
    "horizontal": SENTENCE,
    "trl-start": "4",
    "trl-end": "7",
}
IMPLEMENTATION = {
    "work_packages-0-no": "1",
    "work_packages-0-title": "Mittaukset ja kokeilut",
    "work_packages-0-lead_partner": "P2",
    "work_packages-0-start_month": "1",
    "work_packages-0-end_month": "30",
    "work_packages-0-description": SENTENCE,
    "work_packages-0-deliverables": "Mittausraportti",
    "work_packages-0-person_months": "24",
    "indicators-0-code": "RCO76",
    "indicators-0-baseline": "0",
    "indicators-0-target": "3",
    "indicators-0-method": "Hankkeen kirjanpito",
}
STAFF = {
    "staff_costs-0-partner": "P1",
    "staff_costs-0-task": "Projektipäällikkö",
    "staff_costs-0-annual_gross_or_pay": "68 800,00",
    "staff_costs-0-side_cost_pct": "25",
    "staff_costs-0-hours": "2000",
    "staff_costs-1-partner": "P2",
    "staff_costs-1-task": "Tutkija",
    "staff_costs-1-annual_gross_or_pay": "68 800,00",
    "staff_costs-1-side_cost_pct": "25",
    "staff_costs-1-hours": "2000",
}
"""50 € an hour for 2 000 hours, so 140 000 € with the flat rate of 40 %, for each partner."""
FINANCING = {
    "financing-0-support_applied": "98 000,00",
    "financing-0-own": "42 000,00",
    "financing-1-support_applied": "98 000,00",
    "financing-1-own": "42 000,00",
}
AID = {
    "aid_assessment-0-partner": "P1",
    "aid_assessment-0-economic_activity_yes_no": "no",
    "aid_assessment-0-basis_none_deminimis_gber25_gber27": "none",
    "aid_assessment-0-justification": SENTENCE,
    "aid_assessment-1-partner": "P2",
    "aid_assessment-1-economic_activity_yes_no": "no",
    "aid_assessment-1-basis_none_deminimis_gber25_gber27": "none",
    "aid_assessment-1-justification": SENTENCE,
}
SUPPORT = "196 000,00"
"""What is applied for and granted, as a person reads it."""
