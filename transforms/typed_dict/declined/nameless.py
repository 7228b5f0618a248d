# Two functions look into `options`; nobody in sight makes them, or says what they are the options of.
def encode(text, options):
    return indent(text, options).encode(options["encoding"].lower())


def indent(text, options):
    return options["prefix"].strip() + text
