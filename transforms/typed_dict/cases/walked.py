"""A record that is printed item by item is still a record: other functions know its keys."""


def new_job(name, retries):
    return {"name": name, "retries": retries, "done": False}


def show(job):
    for key, value in job.items():
        print(key, value)


def finish(job):
    job["done"] = True
    return job["retries"] > 0


job = new_job("sync", 3)
show(job)
print(finish(job))
