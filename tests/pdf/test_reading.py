"""Where validators are blind: what is read out, in which order and language, and what is not read out."""

from __future__ import annotations

import json
from io import BytesIO

import pikepdf
import pytest

from app.pdf.application_data import ApplicationData
from app.pdf.conformance.validation import list_findings
from app.pdf.inert import REPLACEMENT, list_printable
from app.pdf.rendering import lay_out, make_record, render_html, render_pdf
from app.pdf.texts import TEMPLATES_DIR
from tests.pdf.defects import list_elements, spoil, walk_tree
from tests.pdf.golden_letters import find_golden
from tests.pdf.papers import LETTERS, open_pdf, read_sample, sample_letter, sample_pdf
from tests.pdf.reading import read_furniture, read_order
from tests.pdf.test_conformance import PAPERS

LONG_NAME = "Elinkeino- ja innovaatioyhteistyökuntayhtymän energiatehokkuuspalvelukeskus " * 5


def list_blank_headers(content: bytes) -> list[str]:
    """Return the header cells that say nothing."""
    return [line for line in read_order(content) if line == "TH"]


@pytest.fixture(scope="module")
def long_letter() -> bytes:
    """Give a grant to twelve partners with very long names: its tables need several pages."""
    sample = read_sample("letter.grant.fi")
    partner = sample["partners"][0] | {"accepted_costs": "1000000.00", "support": "700000.00"}
    sample["partners"] = [partner | {"name": f"{number}. {LONG_NAME}"} for number in range(1, 13)]
    sample["decision"] |= {"support_total": "8400000.00", "eligible_total": "12000000.00"}
    sample["budget"] = {
        "categories": [f"Kustannuslaji {number}" for number in range(1, 7)],
        "rows": [
            {"partner": each["name"], "amounts": ["1000000.00"] * 6} for each in sample["partners"]
        ],
        "totals": ["12000000.00"] * 6,
    }
    sample["financing"] = [
        {"source": "Tuki", "amount": "8400000.00", "share": "70"},
        {"source": "Omarahoitus", "amount": "3600000.00", "share": "30"},
        {"source": "Yhteensä", "amount": "12000000.00", "is_total": True},
    ]
    letter = sample_letter(**sample)
    return render_pdf(render_html(letter), make_record(letter))


@pytest.mark.parametrize(("template", "language"), LETTERS)
def test_a_letter_is_read_out_as_its_golden_text_says(template, language):
    golden = find_golden(template, language).read_text(encoding="utf-8").splitlines()
    assert read_order(sample_pdf(f"letter.{template}.{language}")) == golden


@pytest.mark.parametrize("name", PAPERS)
def test_no_header_cell_is_blank_and_no_paragraph_stands_in_an_item(name):
    content = sample_pdf(name)
    assert list_blank_headers(content) == []
    with open_pdf(content) as pdf:
        items = [*list_elements(pdf, "/LI"), *list_elements(pdf, "/LBody")]
        kids = [kid for item in items for kid in item.K if isinstance(kid, pikepdf.Dictionary)]
        assert [kid for kid in kids if kid.get("/S") == "/P"] == []


def test_an_emptied_header_cell_would_be_seen():
    def empty_a_header(pdf):
        list_elements(pdf, "/TH")[0].K = pikepdf.Array()

    assert list_blank_headers(spoil(sample_pdf("letter.grant.fi"), empty_a_header)) == ["TH"]


@pytest.mark.parametrize("name", PAPERS)
def test_page_furniture_is_drawn_on_every_page_and_never_read_out(name):
    content = sample_pdf(name)
    furniture = read_furniture(content)
    count = len(furniture)
    places = [f"{number} ({count})" for number in range(1, count + 1)]
    assert [page[-1] for page in furniture] == places
    spoken = read_order(content)
    assert [line for line in spoken if any(line.endswith(place) for place in places)] == []


def test_a_table_over_several_pages_stays_one_table_with_one_caption_and_one_head(long_letter):
    plain = sample_pdf("letter.grant.fi")
    with open_pdf(long_letter) as pdf, open_pdf(plain) as short:
        for kind in ("/Table", "/Caption", "/THead", "/TBody"):
            assert len(list_elements(pdf, kind)) == len(list_elements(short, kind))
        assert [len(table.K) for table in list_elements(pdf, "/Table")] == [
            len(table.K) for table in list_elements(short, "/Table")
        ]
    repeated = [page for page in read_furniture(long_letter) if "Y-tunnus" in page]
    assert len(repeated) >= 1
    assert read_order(long_letter).count("TH Y-tunnus") == 1


def test_a_letter_with_very_long_tables_conforms_and_no_page_holds_a_heading_alone(long_letter):
    assert list_findings(long_letter) == ()
    with open_pdf(long_letter) as pdf:
        pages = [page.objgen for page in pdf.pages]
        headed = {element.Pg.objgen for element in list_elements(pdf, "/H2")}
        filled = {
            element.Pg.objgen
            for element in walk_tree(pdf.Root.StructTreeRoot.K[0])
            if element.S in {"/TR", "/P", "/LI"}
        }
    assert [pages.index(page) for page in headed - filled] == []


def test_a_paragraph_over_a_page_break_is_one_paragraph():
    letter = sample_letter("reject_ineligible", decision={"reasons": ["Perustelu jatkuu. " * 600]})
    spoken = read_order(render_pdf(render_html(letter)))
    assert len([line for line in spoken if "Perustelu jatkuu." in line]) == 1


def test_a_row_that_is_taller_than_a_page_stays_one_row():
    sample = read_sample("application.fi")
    table = {
        "columns": ["Nimi", "Kuvaus"],
        "rows": [["A", "Kuvaus jatkuu. " * 500], ["B", "Lyhyt."]],
    }
    sample["sections"] = [{"title": "S", "questions": [{"label": "Q", "table": table}]}]
    content = render_pdf(render_html(ApplicationData.model_validate(sample)))
    with open_pdf(content) as pdf:
        rows = [each for each in list_elements(pdf, "/TR") if len(each.K) == 2]
        assert len(pdf.pages) > 2
    assert len([row for row in read_order(content) if row.startswith("TD Kuvaus jatkuu.")]) == 1
    assert len(rows) >= 3
    assert list_findings(content) == ()


def test_parts_in_another_language_say_which():
    sample = read_sample("application.sv")
    sample["sections"][0]["questions"][0] |= {"lang": "fi", "text": ["Suomeksi kirjoitettu."]}
    content = render_pdf(render_html(ApplicationData.model_validate(sample)))
    with open_pdf(content) as pdf:
        assert str(pdf.Root.Lang) == "sv"
        marked = [e for e in walk_tree(pdf.Root.StructTreeRoot.K[0]) if "/Lang" in e]
        assert [(str(each.S), str(each.Lang)) for each in marked] == [("/P", "fi")]


@pytest.mark.parametrize("name", PAPERS)
def test_the_frozen_record_is_in_the_paper_and_makes_the_same_paper_again(name):
    with open_pdf(sample_pdf(name)) as pdf:
        (file,) = pdf.Root.AF
        assert str(file.AFRelationship) == "/Data"
        content = json.loads(file.EF.F.read_bytes())
    kind = name.partition(".")[0]
    assert str(file.UF) == {"letter": "decision.json"}.get(kind, f"{kind}.json")
    assert content["schema"] == f"innoverkko-{kind}/1"
    paper = {"letter": sample_letter}.get(kind)
    if paper:
        letter = sample_letter(**content["record"])
        assert lay_out(letter) == sample_pdf(name)


def test_every_character_that_is_let_through_can_be_printed_and_archived():
    letters = "".join(
        chr(code) for first, last in list_printable() for code in range(first, last + 1)
    )
    lines = [letters[place : place + 80] for place in range(0, len(letters), 80)]
    letter = sample_letter("reject_ineligible", decision={"reasons": lines})
    assert list_findings(render_pdf(render_html(letter))) == ()


@pytest.mark.parametrize("title", ["日本", "😀", "\ue000", "ក្រុម", "ﷺ", "a\u0301\u0323\u034f"])
def test_what_no_face_can_print_is_replaced_on_paper_and_kept_in_the_record(title):
    letter = sample_letter("reject_ineligible", application={"title": title})
    content = render_pdf(render_html(letter), make_record(letter))
    assert list_findings(content) == ()
    assert any(REPLACEMENT in line for line in read_order(content))
    with open_pdf(content) as pdf:
        record = json.loads(pdf.Root.AF[0].EF.F.read_bytes())
    assert record["record"]["application"]["title"] == title


def read_placed_image(page):
    """Return width and height in millimetres of the one picture on a page, and how many there are."""
    found = []
    stack, matrix = [], pikepdf.Matrix()
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                stack.append(matrix)
            case "Q":
                matrix = stack.pop()
            case "cm":
                matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
            case "Do":
                found.append(matrix)
    return found


@pytest.mark.parametrize("name", PAPERS)
def test_no_picture_but_the_emblem_is_a_logo_and_every_chart_and_code_says_what_it_is(name):
    with open_pdf(sample_pdf(name)) as pdf:
        figures = list_elements(pdf, "/Figure")
        others = [str(each.Alt) for each in figures[1:]]
        is_letter, has_charts = name.startswith("letter."), name.startswith("report.")
        assert ["QR" in each for each in others] == [False] * len(others) or is_letter
        assert len(others) == 1 if is_letter else bool(others) == has_charts
        left, top, right, bottom = map(float, figures[0].A.BBox)
        millimetre = 96 / 25.4
        assert (right - left) / millimetre == pytest.approx(19.5, abs=0.05)
        assert (bottom - top) / millimetre == pytest.approx(13, abs=0.05)
        assert sum(len(read_placed_image(page)) for page in pdf.pages) <= 1


@pytest.mark.parametrize("name", PAPERS)
def test_the_statement_beside_the_emblem_is_in_ubuntu_and_reflex_blue(name):
    with open_pdf(sample_pdf(name)) as pdf:
        page = pdf.pages[0]
        faces = {key: str(font.BaseFont) for key, font in page.Resources.Font.items()}
        colour, colours = None, set()
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) in {"rg", "scn", "sc"}:
                colour = [
                    round(float(each), 3) for each in operands if not isinstance(each, pikepdf.Name)
                ]
            if str(operator) == "Tf" and faces[str(operands[0])].endswith("EU-Statement"):
                colours.add(tuple(colour))
    assert colours == {(0, 0.2, 0.6)}
    fonts = (TEMPLATES_DIR / "paper.css").read_text(encoding="utf-8")
    assert 'src: url("fonts/Ubuntu-Regular.ttf")' in fonts


def test_no_stream_ends_so_that_its_length_can_be_mistaken():
    content = sample_pdf("letter.grant.fi")
    assert content.count(b"\r\nendstream") == content.count(b"endstream") > 0
    with pikepdf.open(BytesIO(content)) as pdf:
        assert pdf.check_pdf_syntax() == []
