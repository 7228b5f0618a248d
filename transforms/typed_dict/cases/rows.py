"""A list of records that is built in a loop."""


def load_users(names):
    users = []
    for number, name in enumerate(names):
        users.append({"number": number, "name": name, "tags": []})
    return users


def greet(users):
    for user in users:
        print(user["number"], user["name"].title())


greet(load_users(["ada", "ben"]))
