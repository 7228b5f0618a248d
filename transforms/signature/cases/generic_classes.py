import collections
import queue
import re
import subprocess


def words(text):
    for word in text.split():
        yield word


def pairs(text):
    return [(word, len(word)) for word in words(text)]


def counted(text):
    counts = collections.Counter(words(text))
    groups = collections.defaultdict(list)
    for word in words(text):
        groups[word[0]].append(word)
    return counts, groups


def jobs(waiting):
    return waiting.get()


def run(command):
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def matches(text):
    return re.match("a", text)


def chain(*parts):
    for part in parts:
        yield from part


def apply(function, items):
    return [function(item) for item in items]


def main():
    print(pairs("a b"), counted("a b")[0].most_common(1), jobs)
    print(run(["ls"]).stdout, matches("a"), list(chain([1], [2])), apply(len, ["a"]), apply(str.upper, ["a"]))
    ordered = collections.OrderedDict((key, value) for key, value in pairs("x"))
    print(ordered.popitem()[0].upper())


main()
