"""Small files and small functions: what is read at once can be judged at once."""

from statistics import median

from tests.architecture.sources import HOUSE, OURS, files, functions, place

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
USUAL_FILE = 80


def test_no_file_is_longer_than_300_lines():
    ours = [path for suffix in OURS for path in files(*HOUSE, "tests", "templates", "static", suffix=suffix)]
    lengths = {place(path): len(path.read_text().splitlines()) for path in ours}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_most_files_are_short():
    lengths = [len(path.read_text().splitlines()) for path in files(*HOUSE)]
    assert median(lengths) <= USUAL_FILE


def test_no_function_is_longer_than_40_lines():
    long = [
        f"{place(path, function)} {function.name}"
        for path in files(*HOUSE, "tests")
        for function in functions(path)
        if (function.end_lineno or function.lineno) - function.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []
