# Elements that are only looped over; one protocol for all that ask for the same.
def total(edges):
    return sum(edge.length * edge.weight for edge in edges)


def report(edges):
    for edge in edges:
        print(edge.weight, edge.length)
