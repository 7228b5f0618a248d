"""A display that unpacks another record has its keys and more: its definition extends the other's."""


def new_user(name, mail):
    return {"id": 1, "name": name, "mail": mail}


def new_admin(name, mail, rights):
    return {**new_user(name, mail), "rights": rights, "level": 3}


def new_guest(name):
    guest = {**new_user(name, "none"), "mail": None, "until": 3.5}
    return guest


def show_user(user):
    print(user["id"], user["name"].upper(), user["mail"])


def show_admin(admin):
    print(admin["id"], admin["rights"], admin["level"] + 1)


def show_guest(guest):
    print(guest["name"], guest["until"] + 1, guest["mail"])


show_user(new_user("ann", "a@b"))
show_admin(new_admin("bob", "b@c", ["read"]))
show_guest(new_guest("eve"))
