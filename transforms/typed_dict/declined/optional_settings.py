# What is handed on by keyword is a matter of the function that takes it, and no key is always there.
import zlib


def compressor(settings=None):
    settings = settings or {}
    if "level" not in settings:
        settings["level"] = 6
    return zlib.compressobj(**settings)


def fast():
    return compressor(settings={"level": 1})


def small():
    return compressor(settings={"level": 9, "wbits": 12})
