from parcels.accounts import Ledger, get_account
from parcels.geometry import Point, bounds, contains
from parcels.orders import add_line, discount, new_line, new_order, settle
from parcels.report import render


def test_total():
    order = new_order("Ada", [new_line("bolt", 2, 1.5)])
    add_line(order, "nut", 1, 0.5)
    assert order["total"] == 3.5
    assert discount(order, 10) == 0.35


def test_settle_once():
    ledger = Ledger()
    account = ledger.open("Ada")
    order = new_order("Ada", [new_line("bolt", 2, 1.5)], note="fragile")
    assert settle(ledger, order, account.account_id)
    assert not settle(ledger, order, account.account_id)
    assert get_account(ledger, account.account_id).balance == -3.0
    assert render(order).endswith("fragile")


def test_bounds():
    box = bounds([Point(0.0, 1.0), Point(2.0, 0.0)])
    assert box == (0.0, 0.0, 2.0, 1.0)
    assert contains(box, Point(1.0, 1.0))
