# What is left of it once keys are taken out is unpacked: no class says which keys these are.
import subprocess


def defaults(name):
    return {"cwd": name, "timeout": 3.5, "verbose": True}


def run(command, name):
    settings = defaults(name)
    verbose = settings.pop("verbose")
    timeout = settings.pop("timeout") * 2
    if verbose:
        print(command, timeout)
    return subprocess.call(command, timeout=timeout, **settings)


print(run("ls", "/"))
