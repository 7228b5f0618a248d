"""A dict that is filled in steps, and keys that are stored under a condition."""


def read_job(name, retries, queue=None):
    job = {}
    job["name"] = name
    job["retries"] = retries
    if queue:
        job["queue"] = queue
    return job


def describe(job):
    return job["name"] + " x" + str(job["retries"]) + job.get("queue", "")


print(describe(read_job("sync", 3)), describe(read_job("mail", 1, queue="slow")))
