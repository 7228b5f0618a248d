# These keys are texts rather than names of fields.
def speed(row):
    return row["km/h"] / row["wheel size"]


print(speed({"km/h": 30.0, "wheel size": 28.0}))
