"""The judge is judged: what does not fit a description is complained about, what fits is not; faults of made-up answers are nobody's."""

import httpx

from tests.second_opinion.door import Door, complaints

WALMART = {"WM_SEC.ACCESS_TOKEN": "a", "WM_QOS.CORRELATION_ID": "b", "WM_SVC.NAME": "c"}


async def asked(served: tuple[Door, str], path: str, headers: dict[str, str] | None = None) -> list[str]:
    door, url = served
    door.open(path.split("/")[1])
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        await client.get(url + path, headers=headers)
    return door.complaints


async def test_a_parameter_of_the_wrong_type_is_complained_about(served: tuple[Door, str]) -> None:
    said = await asked(served, "/magento/rest/V1/orders?searchCriteria%5BpageSize%5D=ten")

    assert ["Request query parameter searchcriteria[pagesize] must be integer"] == [each.split(": ")[2].partition(" (")[0] for each in said]


async def test_a_missing_header_is_complained_about(served: tuple[Door, str]) -> None:
    said = await asked(served, "/walmart/v3/orders", {name: WALMART[name] for name in list(WALMART)[:2]})

    assert ["GET /v3/orders: header: Request header must have required property 'wm_svc.name' (walmart_us_mp_orders.json)"] == said


async def test_a_request_without_credentials_is_complained_about(served: tuple[Door, str]) -> None:
    said = await asked(served, "/ebay/sell/fulfillment/v1/order")

    assert ["UNAUTHORIZED"] == [each.split()[2] for each in said]


async def test_a_word_no_description_knows_is_complained_about(served: tuple[Door, str]) -> None:
    said = await asked(served, "/amazon/orders/2026-01-01/orders?includedData=EVERYTHING")

    assert ["request.query.includeddata.0"] == [each.split(": ")[1] for each in said]


async def test_a_path_no_description_has_is_complained_about(served: tuple[Door, str]) -> None:
    assert ["GET /v3/everything: no description has it"] == await asked(served, "/walmart/v3/everything", WALMART)


async def test_a_request_that_fits_is_not_complained_about(served: tuple[Door, str]) -> None:
    assert [] == await asked(served, "/walmart/v3/orders?limit=2", WALMART)
    assert [] == await asked(served, "/magento/rest/default/V1/orders?searchCriteria%5BpageSize%5D=10")


def test_faults_of_a_made_up_answer_are_left_out() -> None:
    violations = '[{"location": ["response", "body"], "severity": "Error", "code": "required", "message": "must have it"}]'
    problem = {"type": "https://example.com/prism/errors#SCHEMA_TOO_COMPLEX", "detail": "too complex"}
    headers = {"sl-violations": violations, "content-type": "application/problem+json"}

    assert [] == complaints(httpx.Response(500, headers=headers, json=problem))
