# The decorator reads the annotations when the program runs, so they would change what it does.
from fastapi import FastAPI

app = FastAPI()


@app.get("/orders")
def orders(limit=10):
    return list(range(limit))
