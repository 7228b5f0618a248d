def parse_time(text):
    hours, minutes = text.split(":")
    return int(hours), int(minutes)


def parse_span(minutes: int):
    hours = minutes // 60
    return hours, minutes % 60


def later(text: str) -> str:
    hours, minutes = parse_time(text)
    hours, minutes = parse_span(hours * 60 + minutes + 90)
    return f"{hours}:{minutes}"
