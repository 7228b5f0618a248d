# Elements that are only looped over; one protocol for all that ask for the same.
def total(edges):
    return sum(edge.length * 1.5 + edge.weight / 2.5 for edge in edges)


def report(edges):
    for edge in edges:
        print(edge.weight, edge.length)
