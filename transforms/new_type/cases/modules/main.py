from users import load_user, purge

print(load_user("u1"))
purge(["u1"])
