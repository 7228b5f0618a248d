"""A day in the life of the service: `python3 -m parcels`."""

import asyncio
import sys

from parcels import accounts, geometry, orders, report, routing

STOPS = [geometry.Point(1.0, 2.0), geometry.Point(4.0, 6.0), geometry.Point(2.5, 0.5), geometry.Point(3.0, 3.0)]


def fill(ledger):
    """Two customers with an order each."""
    ada = ledger.open("Ada", "ada@example.org")
    ben = ledger.open("Ben")
    first = orders.new_order(ada.name, [orders.new_line("bolt-m4", 10, 0.25)], note="leave at the door")
    orders.add_line(first, "nut-m4", 10, 0.1)
    second = orders.new_order(ben.name, [orders.new_line("rope-5m", 1, 12.5), orders.new_line("hook", 4, 1.75)])
    orders.discount(second, 2.5)
    orders.settle(ledger, first, 100)
    orders.settle(ledger, second, ben.account_id)
    accounts.transfer(ledger, 100, 101, 2.0)
    return [first, second]


def main(argv):
    ledger = accounts.Ledger()
    day = fill(ledger)
    town = geometry.Disc(geometry.ORIGIN, 5.0)
    harbour = geometry.Block(geometry.ORIGIN, geometry.Point(6.0, 6.0))
    zones = [town, harbour]
    box = geometry.bounds(STOPS)
    with report.Indented(sys.stdout) as out:
        for order in day:
            out.write(report.render(order))
        out.write(f"best: {report.summary(day)}")
        out.write(f"skus: {orders.count_skus(day)}")
        out.write(f"box: {report.describe_box(box)}, {geometry.width(box):.1f} x {geometry.height(box):.1f}")
        out.write(f"area: {geometry.total_area(zones):.1f}")
        out.write(f"rent: {geometry.rent(town, 0.5) + geometry.rent(harbour, 0.75):.2f}")
        served = [stop for stop in STOPS if geometry.is_served(zones, stop)]
        route = routing.shortest_first(served)
        out.write(f"nearest to the depot: {routing.nearest(route, routing.depot(route))}")
        shortest, longest, mean = routing.legs(route)
        out.write(f"legs: {shortest:.1f} to {longest:.1f}, on average {mean:.1f}")
        delivered = asyncio.run(routing.deliver_all([routing.Van("HW-1"), routing.Bicycle("-")], route))
        out.write(f"delivered: {delivered}, debtors: {list(ledger.debtors())}")
    return 0 if argv else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))
