class User:
    def __init__(self, user_id, name):
        self.user_id = user_id
        self.name = name


USERS = {"u1": User("u1", "ada")}


def load_user(user_id):
    return USERS.get(user_id)


def purge(user_ids):
    for user_id in user_ids:
        USERS.pop(user_id, None)
