# Texts of which none has to be there are a mapping.
def default_classes(engine):
    if engine == "uplatex":
        return {"manual": "ujbook", "howto": "ujreport"}
    if engine == "platex":
        return {"manual": "jsbook", "howto": "jreport"}
    return {}


def title(engine, kind):
    classes = default_classes(engine)
    if kind == "howto":
        return classes.get("howto", "article")
    return classes.get("manual", "report")
