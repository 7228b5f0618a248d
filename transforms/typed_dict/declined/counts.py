# The keys are words that are met, not names that are known: a mapping.
def count(words):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts


print(count(["a", "b", "a"]))
