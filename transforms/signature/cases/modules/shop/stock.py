class Item:
    def __init__(self, sku, price):
        self.sku = sku
        self.price = price


def find(items, sku):
    for item in items:
        if item.sku == sku:
            return item
    return None
