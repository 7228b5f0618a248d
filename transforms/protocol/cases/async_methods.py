# What is awaited is `async def`; arguments passed by name at different places can only be passed by name.
class Socket:
    async def send(self, chunk: bytes, *, flush: bool, last: bool = False) -> None:
        print(chunk, flush, last)


class Recorder:
    def __init__(self) -> None:
        self.chunks: list[bytes] = []

    async def send(self, data: bytes, last: bool = False, flush: bool = False) -> None:
        self.chunks.append(data)


async def reply(channel):
    await channel.send(b"hello", flush=True)
    await channel.send(b"bye", flush=False, last=True)


async def main() -> None:
    await reply(Socket())
    await reply(Recorder())
