# These keys are no identifiers, so the class form cannot name them.
def speed(row):
    return row["km/h"] / row["wheel size"]


print(speed({"km/h": 30.0, "wheel size": 28.0}))
