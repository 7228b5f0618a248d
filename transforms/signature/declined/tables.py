# A checker takes the types of keys and values from a display with items.
SIZES = {"small": 1, "large": 2}
for size in SIZES:
    print(SIZES[size])
