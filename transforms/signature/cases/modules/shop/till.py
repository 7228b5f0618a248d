from shop.stock import Item, find

SHELF = [Item("bolt", 0.25), Item("nut", 0.1)]


def total(skus, shelf=SHELF):
    found = [find(shelf, sku) for sku in skus]
    return sum(item.price for item in found if item is not None)


print(total(["bolt", "nut"]), cheapest := min(SHELF, key=lambda item: item.price))
