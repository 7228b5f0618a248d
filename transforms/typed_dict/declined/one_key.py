# Read by one key, made nowhere in sight, used nowhere else: too little to go by.
def name_of(thing):
    return thing["name"]
