"""Pictures as evidence: shown whole, tied to the fields, served as nothing but the bytes they are."""

import re

import pytest

from approvals import circumstances, gates
from approvals.models import Evidence, Proposal
from approvals.showing import exhibits
from approvals.submission import Exhibit
from tests import builders
from tests.approvals.reviewing import signed_in, url
from tests.approvals.test_gates import seen
from tests.pictures_of import jpeg, png
from tests.pictures_of import url as data_url

BOX = {"field": "/title", "box": [0.25, 0.5, 0.5, 0.1]}


def pictured(company, content: str = "", spans=(BOX,), **more) -> Proposal:
    image = Exhibit("image", content or data_url(png(400, 300)), "Scan <b>", "scanner", tuple(spans))
    return builders.a_proposal(company.bot, evidence=(image,), **{"title": "Chairs"} | more)


@pytest.fixture
def maria(northwind):
    return signed_in(northwind.maria)


def address(proposal: Proposal, number: int = 1) -> str:
    return f"{url('proposal', proposal)}evidence/{number}/"


def test_a_picture_is_shown_with_its_boxes_tied_to_the_fields(maria, northwind):
    proposal = pictured(northwind)
    page = maria.get(url("proposal", proposal)).text
    image = re.search(r"<img [^>]*>", page).group()
    assert (
        f'src="{address(proposal)}"' in image and 'alt="Scan &lt;b&gt;"' in image and 'width="400"' in image
    )
    assert 'id="mark-1" data-pin="1"' in page and 'id="pin-1" href="#mark-1"' in page
    assert 'x="25.0%" y="50.0%" width="50.0%" height="10.0%"' in page and "base64" not in page


def test_its_bytes_are_served_locked_up(maria, northwind):
    response = maria.get(address(pictured(northwind)))
    assert response.content == png(400, 300) and response.headers["Content-Type"] == "image/png"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"] and "private" in response.headers["Cache-Control"]


def test_only_members_of_the_workspace_see_it(northwind, harbour, client):
    proposal = pictured(northwind)
    assert signed_in(harbour.dana).get(address(proposal)).status_code == 404
    assert client.get(address(proposal)).status_code == 302
    assert signed_in(northwind.tess).get(address(proposal)).status_code == 200
    assert signed_in(northwind.tess).post(address(proposal)).status_code == 405


def test_what_is_no_picture_has_no_address(maria, northwind):
    proposal = builders.a_proposal(northwind.bot)
    described = pictured(northwind, "A photo of Chairs", (), title="photo of Chairs")
    for path in (address(proposal), address(proposal, 7), address(described)):
        assert maria.get(path).status_code == 404


@pytest.mark.parametrize(
    "content", ["data:image/png;base64,%%", data_url(png()[:-4]), data_url(jpeg(), "image/svg+xml")]
)
def test_a_broken_picture_is_said_to_be_broken(maria, northwind, content):
    proposal = pictured(northwind, content)
    page = maria.get(url("proposal", proposal)).text
    assert "This picture cannot be shown" in page and "<img" not in page and "Scan &lt;b&gt;" in page
    assert maria.get(address(proposal)).status_code == 404


def test_a_described_picture_is_text_as_before(maria, northwind):
    page = maria.get(url("proposal", pictured(northwind, "A photo: Chairs", ()))).text
    assert "A photo: Chairs" in page and "described and not loaded" in page and "<img" not in page


def test_a_value_only_a_box_shows_is_put_to_a_person(northwind):
    proposal = pictured(northwind)
    ruling = next(ruling for ruling in proposal.rulings if ruling["gate"] == "grounding")
    assert (proposal.state, ruling["ruling"]) == ("pending", "ask")
    assert ruling["reason"] == "Shown in an image, not machine-checked: title"


def test_a_picture_without_a_box_supports_nothing(northwind):
    assert pictured(northwind, spans=()).failure_class == "model.ungrounded"


def test_a_text_that_contradicts_is_not_made_good_by_a_picture():
    text = circumstances.Piece("text", "Tables", (("/vendor", 0, 6),))
    box = circumstances.piece("image", data_url(png()), [{"field": "/vendor", "box": [0, 0, 1, 1]}])
    common = {"grounded": {"vendor": "text"}, "arguments": {"vendor": "Chairs"}}
    assert gates.grounded(seen(**common, evidence=(text, box))).ruling == "block"
    assert gates.grounded(seen(**common, evidence=(box,))).ruling == "ask"


def test_nothing_is_searched_in_the_letters_of_a_picture():
    piece = circumstances.piece("image", data_url(png()), [])
    assert piece.content == "" and piece.pictured


def test_the_digest_covers_the_bytes_and_the_boxes():
    one = Exhibit("image", data_url(png(4, 3)), spans=(BOX,))
    other = Exhibit("image", data_url(png(4, 4)), spans=(BOX,))
    moved = Exhibit("image", data_url(png(4, 3)), spans=(BOX | {"box": [0.25, 0.5, 0.5, 0.2]},))
    assert len({one.digest, other.digest, moved.digest}) == 3


def test_it_is_kept_and_signed_as_it_came(maria, northwind):
    proposal = pictured(northwind)
    kept = Evidence.objects.get(proposal=proposal)
    assert kept.spans == [BOX] and kept.content == data_url(png(400, 300))
    answered = maria.post(
        url("edit", proposal), {"argument-title": "Lamps", "seen_digest": proposal.digest, "sign": 1}
    )
    assert answered.status_code == 303


def test_boxes_outside_of_the_picture_are_no_claim(maria, northwind):
    odd = [
        {"field": "/title", "box": box}
        for box in ([0.9, 0, 0.5, 0.1], [0, 0, 0, 1], ["a", 0, 1, 1], [0, 1], None)
    ]
    page = maria.get(url("proposal", pictured(northwind, spans=odd))).text
    assert "<rect" not in page and "<img" in page


def test_numbers_stand_in_the_margins_and_beside_each_other_where_boxes_are_neighbours():
    places = [[0.1, 0.2, 0.2, 0.02], [0.7, 0.2, 0.2, 0.02], [0.8, 0.21, 0.1, 0.02]]
    spans = [{"field": f"/{name}", "box": box} for name, box in zip("abc", places, strict=True)]
    scan = Evidence(kind="image", content=data_url(png(300, 400)), spans=spans)
    (shown,) = exhibits.show([scan], {"a": 1, "b": 2, "c": 3})
    assert [(box.pin, box.after, box.row) for box in shown.boxes] == [
        (1, False, 0),
        (2, True, 0),
        (3, True, 1),
    ]
