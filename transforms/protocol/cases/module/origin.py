x: float = 0.5
y: float = 0.5
