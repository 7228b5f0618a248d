# Upper-case keys are those of an environment or of constants.
def shell(env):
    return env["HOME"] + env["SHELL"] + env.get("TERM", "")


print(shell({"HOME": "/", "SHELL": "sh"}))
