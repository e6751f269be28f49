# Work for scalene: time in Python, time in native code, memory taken and kept.
import json


def squares(count):
    return [number * number for number in range(count)]


def native(rounds):
    text = ""
    for _ in range(rounds):
        text = json.dumps(list(range(3000)))
    return len(text)


def main():
    kept = []
    for _ in range(3):
        kept.append(squares(300000))
        native(80)
    return len(kept)


main()
