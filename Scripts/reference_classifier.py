#!/usr/bin/env python3
"""An independent implementation of the model format, for checking others.

Written from docs/features.md and docs/weights-format.md in plain Python, to be read rather than to be fast. Needs
NumPy and safetensors (PyPI), and a Python with Unicode 14.0.0 (3.11).

    reference_classifier.py MODEL VECTORS.jsonl    check test vectors (of `tasktype models vectors`) and say how well they agree
    reference_classifier.py MODEL --text TEXT      classify one text
"""
import argparse
import functools
import json
import math
import sys
import unicodedata

UNICODE_VERSION = "14.0.0"
MASK = (1 << 64) - 1

# --- Settings (features.md, section 1) ---

FAMILIES = ["words", "characters", "opening", "closing", "context", "document", "structure"]
DEFAULT_SETTINGS = {
    "version": 1,
    "families": {
        name: {"bucket_bits": bits, "weight": weight}
        for name, bits, weight in zip(FAMILIES, [16, 16, 14, 14, 14, 14, 12], [0.75, 1, 0.35, 0.2, 0.3, 0.2, 0.2])
    },
    "maximum_word_order": 2,
    "character_orders": [2, 5],
    "ask_window_bytes": 16_384,
    "other_window_bytes": 8_192,
}

# --- Hash (section 4) ---


def extend(state, symbol):
    mixed = (state ^ symbol) * 0x9E3779B97F4A7C15 & MASK
    return mixed ^ mixed >> 32


def chain(state, *symbols):
    for symbol in symbols:
        state = extend(state, symbol)
    return state


def finish(state):
    return state * 0xD6E8FEB86659FD93 & MASK


def seed(number):
    return extend(0x7461736B74797065, number)


FAMILY_SEED = {name: seed(number + 1) for number, name in enumerate(FAMILIES)}
TOKEN, SHAPE, INDENTATION, BORDER = (seed(0x100 + k) for k in range(4))


def token_hash(scalars):
    return chain(TOKEN, *scalars)


def hash_of(text):
    return token_hash(map(ord, text))


# --- Scalars (section 3) ---

SCRIPTS = (
    "none Latin Cyrillic Greek Arabic Hebrew Devanagari Bengali Tamil Telugu Han Hiragana Katakana Hangul Thai Lao Khmer"
    " Myanmar Tibetan Georgian Armenian Ethiopic Gujarati Gurmukhi Kannada Malayalam Sinhala Mongolian other"
).split()
UNSPACED_SCRIPTS = {SCRIPTS.index(name) for name in "Han Hiragana Katakana Thai Lao Khmer Myanmar Tibetan".split()}
SCRIPT_OF_NAME = {name.upper(): number for number, name in enumerate(SCRIPTS) if 0 < number < 28}


def narrow(c):
    if 0xFF01 <= c <= 0xFF5E:
        return c - 0xFEE0
    return 0x20 if c == 0x3000 else c


@functools.cache
def fold(c):
    c = narrow(c)
    if c == 0x2019:
        return 0x27
    s = chr(c)
    if unicodedata.category(s) == "Nd":
        return 0x30 + unicodedata.decimal(s)
    for mapped in (s.casefold(), s.lower()):
        if len(mapped) == 1:
            return ord(mapped)
    return c


@functools.cache
def script(c):
    name = unicodedata.name(chr(c), "")
    words = name.replace("-", " ").split(" ")
    first = words[1] if words[0] in ("HALFWIDTH", "FULLWIDTH") else words[0]
    if first == "CJK":
        return 10 if "UNIFIED IDEOGRAPH" in name or "COMPATIBILITY IDEOGRAPH" in name else 0
    if c in (0x3005, 0x3007):
        return 10
    if first in SCRIPT_OF_NAME:
        return SCRIPT_OF_NAME[first]
    return 28 if unicodedata.category(chr(c)).startswith("L") else 0


@functools.cache
def kind(c):
    f = narrow(c)
    category = unicodedata.category(chr(f))
    if f in (0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029):
        return "line break"
    if f == 0x09 or category == "Zs":
        return "space"
    if category in ("Cc", "Cs", "Cn", "Co"):
        return "separator"
    if category == "Cf" or "VARIATION SELECTOR" in unicodedata.name(chr(c), ""):
        return "ignored"
    if category == "Nd":
        return "digit"
    if category[0] in "LM" or category == "Nl" or f == 0x5F:
        return "unspaced" if script(c) in UNSPACED_SCRIPTS else "letter"
    return "symbol"


# --- Window (section 2) ---


def is_continuation(byte):
    return byte & 0xC0 == 0x80


def parts_of(text, window):
    """The byte ranges that are read: one, or head and tail."""
    if len(text) <= window:
        return [(0, len(text))]
    half = window // 2
    cut = half
    while cut > max(0, half - 3) and is_continuation(text[cut]):
        cut -= 1
    start = len(text) - half
    while start < min(len(text), len(text) - half + 3) and is_continuation(text[start]):
        start += 1
    return [(0, cut), (start, len(text))]


def decode(text, begin, end):
    """(scalar, offset, end offset) of each scalar of a part."""
    if text[begin:end].isascii():
        return [(byte, begin + i, begin + i + 1) for i, byte in enumerate(text[begin:end])]
    # Python's own decoder says how long each ill-formed part is.
    scalars, position = [], begin
    while position < end:
        for length in range(1, 5):
            piece = text[position:min(position + length, end)]
            try:
                scalars.append((ord(piece.decode("utf-8")), position, position + len(piece)))
                break
            except UnicodeDecodeError as error:
                truncated = error.reason == "unexpected end of data"
                if truncated and position + length < end:
                    continue
                bad = len(piece) if truncated else error.end
                scalars.append((0xFFFD, position, position + bad))
                break
        position = scalars[-1][2]
    return scalars


# --- Tokens (section 5) ---

CODE_SYMBOLS = set(b"!#$%&()*+-/:;<=>@[\\]^`{|}~")
ENDS_SENTENCE_AT_ONCE = {0x3002, 0xFF61, 0x0964, 0x061F, 0x06D4}


class Token:
    """A token, with what the rules ask about it."""

    def __init__(self, kind, scalars, start, end, script=0):
        self.kind = kind  # indentation, word, number, letter, symbol
        self.scalars = scalars
        self.start, self.end = start, end  # bytes of the text
        self.script = script
        self.exact = token_hash(scalars)
        self.hash = self.exact
        self.first_on_line = False
        self.glued = False  # directly behind the token before it: no gap between
        self.run_ends = True  # for letters: the last of their run
        self.after_first = start  # byte after the first scalar
        self.part_end = end

    def is_symbol(self, text):
        return self.kind == "symbol" and self.scalars == [ord(c) for c in text]

    def begins(self, scalars):
        return self.kind == "symbol" and self.scalars[0] in tuple(scalars)


class Tokenizer:
    """Reads a text into events: tokens, "sentence", "chain" and "line end"."""

    def __init__(self, text, window):
        self.text = text
        self.events = []
        self.line_start, self.indentation, self.may_end, self.gap = True, 0, False, True
        self.parts = parts_of(text, window)
        for number, (begin, end) in enumerate(self.parts):
            if number:
                self.break_line()
            self.read_part(decode(text, begin, end), end)
        if self.may_end:
            self.end_sentence()
        self.events.append("line end")

    def read_part(self, scalars, part_end):
        self.scalars, self.part_end = scalars, part_end
        i = 0
        while i < len(scalars):
            c, offset, after = scalars[i]
            k = kind(c)
            if k in ("letter", "digit"):
                i = self.read_word(i)
            elif k == "unspaced":
                i = self.read_run(i)
            elif k == "symbol":
                i = self.read_symbol(i)
            else:
                if k == "space":
                    if self.line_start:
                        self.indentation += 4 if c == 0x09 else 1
                    self.make_gap()
                elif k == "separator":
                    self.make_gap()
                elif k == "line break":
                    if not (c == 0x0D and after < part_end and self.text[after] == 0x0A):
                        self.break_line()
                i += 1

    def make_gap(self):
        self.gap = True
        if self.may_end:
            self.end_sentence()

    def end_sentence(self):
        self.may_end = False
        self.events += ["sentence", "chain"]

    def break_line(self):
        self.make_gap()
        self.events += ["line end", "chain"]
        self.line_start, self.indentation = True, 0

    def add(self, token):
        if self.line_start:
            if self.indentation >= 2:
                level = 1 if self.indentation < 4 else 2 if self.indentation < 8 else 3
                indentation = Token("indentation", [], token.start, token.start)
                indentation.hash = indentation.exact = extend(INDENTATION, level)
                self.events.append(indentation)
            token.first_on_line = True
            self.line_start = False
        token.glued = not self.gap
        self.gap = False
        token.part_end = self.part_end
        self.may_end = token.begins(b".?!")
        self.events.append(token)

    def read_word(self, i):
        taken, start, first = [], i, self.scalars[i][0]
        while i < len(self.scalars) and len(taken) < 64:
            c, _, after = self.scalars[i]
            k = kind(c)
            if k in ("letter", "digit"):
                taken.append((fold(c), k))
            elif k == "ignored":
                pass
            elif fold(c) == 0x27 and any(k != "digit" for _, k in taken) and self.continues_word(after):
                taken.append((0x27, "apostrophe"))
            else:
                break
            i += 1
        digits = all(k == "digit" for _, k in taken)
        token = Token(
            "number" if digits else "word", [c for c, _ in taken],
            self.scalars[start][1], self.scalars[i - 1][2], script(first))
        if digits:
            token.hash = extend(SHAPE, min(len(taken), 9))
        self.add(token)
        return i

    def continues_word(self, position):
        if position >= self.part_end:
            return False
        byte = self.text[position]
        return byte >= 0x80 or chr(byte).isalpha()

    def read_run(self, i):
        letters = []
        while i < len(self.scalars) and len(letters) < 64:
            c, offset, after = self.scalars[i]
            k = kind(c)
            if k == "unspaced":
                letters.append(Token("letter", [fold(c)], offset, after, script(c)))
            elif k != "ignored":
                break
            i += 1
        for letter in letters:
            letter.run_ends = letter is letters[-1]
            self.add(letter)
        return i

    def read_symbol(self, i):
        c, offset, after = self.scalars[i]
        taken, end = [fold(c)], after
        if taken[0] in CODE_SYMBOLS:
            while len(taken) < 3 and end < self.part_end and self.text[end] in CODE_SYMBOLS:
                taken.append(self.text[end])
                end += 1
        token = Token("symbol", taken, offset, end)
        token.after_first = after
        self.add(token)
        if taken[0] in ENDS_SENTENCE_AT_ONCE:
            self.end_sentence()
        return i + len(taken)


# --- Features (sections 6 to 8) ---


class Features:
    """Slots of all families, coverage keys, and what else an extraction tells."""

    def __init__(self, settings):
        self.settings = settings
        self.bits = {name: settings["families"][name]["bucket_bits"] for name in FAMILIES}
        self.slots = {name: {} for name in FAMILIES}
        self.coverage_keys = []
        self.token_count = 0
        self.truncated = False

    def add(self, family, state):
        self.slots[family].setdefault(finish(state) >> (63 - self.bits[family]))

    def lists(self):
        return {name: list(slots) for name, slots in self.slots.items()}


def extract(ask, context=b"", document=b"", turns=1, tools=0, system_bytes=0, attachments=0, settings=None):
    features = Features(settings or DEFAULT_SETTINGS)
    order = features.settings["maximum_word_order"]
    window, other = features.settings["ask_window_bytes"], features.settings["other_window_bytes"]
    events, ask_is_truncated = [], False
    if ask:
        reading = Tokenizer(ask, window)
        events, ask_is_truncated = reading.events, len(reading.parts) > 1
        add_word_ngrams(features, "words", events, order)
        add_character_ngrams(features, events)
        add_opening_and_closing(features, [e for e in events if isinstance(e, Token)])
    features.token_count = sum(isinstance(e, Token) for e in events)
    features.truncated = ask_is_truncated
    for family, text, highest in (("context", context, 2), ("document", document, 1)):
        if text:
            reading = Tokenizer(text, other)
            add_word_ngrams(features, family, reading.events, min(order, highest))
            features.truncated |= len(reading.parts) > 1
    for number, bin in structure(ask, events, features.token_count, ask_is_truncated) + surroundings(
            turns, tools, system_bytes, attachments, len(context), len(document)):
        features.add("structure", chain(FAMILY_SEED["structure"], number, bin))
    return features


def add_word_ngrams(features, family, events, order):
    start, current = FAMILY_SEED[family], [BORDER]
    for event in events:
        if event == "chain":
            current = [BORDER]
        if not isinstance(event, Token):
            continue
        current.append(event.hash)
        features.add(family, extend(start, event.hash))
        if event.kind == "number":
            features.add(family, extend(start, event.exact))
        for length in range(2, order + 1):
            if len(current) >= length:
                features.add(family, chain(start, *current[-length:]))


def add_opening_and_closing(features, tokens):
    hashes = [token.hash for token in tokens]
    start = FAMILY_SEED["opening"]
    for i, token in enumerate(hashes[:6]):
        features.add("opening", chain(start, i, token))
        features.add("opening", chain(start, 0x10, token))
        if i < 4:
            features.add("opening", chain(start, 0x20, *hashes[:i + 1]))
    start, backwards = FAMILY_SEED["closing"], hashes[::-1][:6]
    for d, token in enumerate(backwards):
        features.add("closing", chain(start, d, token))
        features.add("closing", chain(start, 0x10, token))
        if 1 <= d <= 3:
            features.add("closing", chain(start, 0x20, *backwards[:d + 1]))


def add_character_ngrams(features, events):
    start = FAMILY_SEED["characters"]
    shortest, longest = features.settings["character_orders"]

    def ngrams(scalars, shortest, longest, key_length):
        for i in range(len(scalars)):
            state = start
            for length, c in enumerate(scalars[i:i + max(longest, key_length)], 1):
                state = extend(state, c)
                if shortest <= length <= longest:
                    features.add("characters", state)
                if length == key_length:
                    features.coverage_keys.append(finish(state) >> 32)

    run = []
    for event in events:
        if not isinstance(event, Token):
            continue
        if event.kind == "word":
            ngrams([2] + event.scalars + [3], shortest, longest, 3)
        elif event.kind == "letter":
            run += event.scalars
            if event.run_ends:
                ngrams(run, 1, 3, 2 if len(run) > 1 else 1)
                run = []


# --- Structure (section 8) ---

KINDS = (
    "bytes tokens lines sentences digitShare capitalShare punctuationShare codeSymbolShare spaceShare nonASCIIShare"
    " questionMarks endsWithQuestion codeFences fenceLanguage bullets numberedItems headings quotedLines tableLines"
    " indentedLines urls paths stackTraces failureWords latexCommands dollarSigns equalsSigns jsonKeys csvLines"
    " requestedWords deliverables script secondScript language turns tools systemBytes contextBytes documentBytes"
    " attachments averageWordLength numbers blankLines truncated"
).split()
KIND = {name: number for number, name in enumerate(KINDS, 1)}

LANGUAGES = {
    "en": "the of and to is that with for this what how are you my it be have can from your which would should",
    "es": "el los las una que por para con cómo qué es del mi está esta hacer puedes más cuál",
    "fr": "le les des une est que pour avec dans comment sur je vous moi quelle fais peux quel écris cette",
    "de": "der die das und ist ein eine mit für wie ich nicht auf zu mir kann bitte den schreibe welche",
    "pt": "os uma que para com não como você em do da um é meu faça qual são escreva por",
    "it": "il gli una che per con come sono è di della del mi scrivi quale nel questa cosa puoi",
    "nl": "het een van en ik niet voor met hoe wat zijn dat je mijn kun schrijf welke deze",
    "pl": "jak nie się na jest czy mi dla co napisz proszę mam który oraz do od",
    "tr": "bir ve için nasıl ne bu ile mi bana yaz olan nedir kadar gibi lütfen",
    "vi": "của và là cho các một có những được tôi trong không như hãy viết thế",
    "id": "yang dan untuk dengan di ini itu dari apa bagaimana saya buat tolong adalah tidak",
    "sv": "och att det som en är på hur jag för inte med kan vad skriv",
    "ru": "и в не на что как для это мне по напиши почему из пожалуйста есть чтобы",
    "uk": "і у не на що як для це мені напиши чому із будь є та який",
    "ar": "في من على ما هل كيف هو أن إلى عن لي التي هذا اكتب هي",
    "fa": "در به از که این را با برای چه است یک من کنید بنویس چگونه",
    "hi": "के का की है में से और को क्या एक कैसे लिए मुझे लिखें हैं",
    "he": "של את על מה לי איך זה עם לא אני כתוב יש האם",
}
NUMERALS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100, "thousand": 1000,
    "dos": 2, "tres": 3, "deux": 2, "trois": 3, "zwei": 2, "drei": 3,
}
UNITS = {
    "word words palabras mots wörter wörtern parole palavras woorden słów słowa слов слова слів kelime từ kata": 10,
    "كلمة کلمه शब्द शब्दों מילים 단어 단어로": 10,
    "character characters chars caracteres caractères zeichen caratteri символов znaków": 2,
    "字 文字": 6,
    "sentence sentences frases phrases sätze sätzen frasi zinnen zdania предложений предложения": 200,
    "line lines verse verses stanza stanzas": 100,
    "paragraph paragraphs párrafos paragraphes absätze paragrafi parágrafos абзаца абзацев": 1000,
    "page pages páginas seiten pagine страниц стр sayfa 페이지": 4000,
    "chapter chapters capítulos chapitres kapitel capitoli глав": 20000,
    "minute minutes": 1300,
}
FAILURES = "error errors exception traceback segfault stacktrace undefined nullpointerexception typeerror fehler erreur"


def language_votes():
    votes = {}
    for number, words in enumerate(LANGUAGES.values(), 1):
        for word in words.split():
            votes[hash_of(word)] = 0 if hash_of(word) in votes else number
    return votes


VOTES = language_votes()
NUMERAL_HASHES = {hash_of(word): value for word, value in NUMERALS.items()}
UNIT_HASHES = {hash_of(word): tenths for words, tenths in UNITS.items() for word in words.split()}
FAILURE_HASHES = {hash_of(word) for word in FAILURES.split()}
FRAME_HASHES = {hash_of("at"), hash_of("file")}


def log_bin(value):
    if value == 0:
        return 0
    exponent = value.bit_length() - 1
    half = value >> exponent - 1 & 1 if exponent else 0
    return 2 * exponent + half + 1


def share_bin(part, whole):
    if part == 0 or whole == 0:
        return 0
    q = part * 10_000 // whole
    return next((bin for bin in range(1, 10) if q <= 25 << bin - 1), 10)


def is_letter_byte(byte):
    return byte < 0x80 and chr(byte).isalpha()


def is_path_byte(byte):
    return byte >= 0x80 or chr(byte).isalnum() or byte in b"._"


class Counts:
    """What section 8 counts in the tokens of the ask."""

    def __init__(self, text, events):
        self.text = text
        self.n = dict.fromkeys(KINDS, 0)
        self.words = self.scalars = 0
        self.scripts, self.languages = {}, {}
        self.fence_language = 0
        self.number, self.distance = 0, 100
        self.line = []
        self.frame_open = False
        previous = None
        for event in events:
            if event == "sentence":
                self.n["sentences"] += 1
            elif event == "line end":
                self.end_line()
            elif isinstance(event, Token):
                self.line.append(event)
                self.count(event, previous if event.glued else None)
                # A fence names the language for every letter of the unspaced run behind it; the last one counts.
                if not (event.kind == "letter" and not event.run_ends and self.names_language(event, previous)):
                    previous = event
        last = next((e for e in reversed(events) if isinstance(e, Token)), None)
        self.ends_with_question = last is not None and last.begins((0x3F, 0x61F, 0x37E))

    def names_language(self, event, previous):
        return event.glued and previous is not None and previous.is_symbol("```")

    def byte(self, position, end):
        return self.text[position] if 0 <= position < end else None

    def count(self, token, before):
        n = self.n
        if token.kind == "indentation":
            n["indentedLines"] += 1
            return
        if token.kind in ("word", "number", "letter") and token.script:
            self.scripts[token.script] = self.scripts.get(token.script, 0) + 1
        if token.kind == "number":
            self.count_number(token)
        elif token.kind == "symbol":
            self.distance += 1
            self.count_symbol(token, before)
        else:
            self.count_word(token)
            if before is not None and before.is_symbol("```"):
                self.fence_language = token.hash

    def count_number(self, token):
        self.n["numbers"] += 1
        value = min(int("".join(map(chr, token.scalars))), 10_000_000)
        before = self.byte(token.start - 1, len(self.text))
        if len(token.scalars) == 3 and self.distance == 1 and before is not None and before in b",.":
            value += min(self.number, 10_000) * 1000
        self.number, self.distance = value, 0
        following = self.byte(token.end, token.part_end)
        if token.first_on_line and following is not None and following in b".)":
            self.n["numberedItems"] += self.byte(token.end + 1, token.part_end) == 0x20

    def count_word(self, token):
        self.words += 1
        self.scalars += len(token.scalars)
        self.distance += 1
        vote = VOTES.get(token.hash, 0)
        if vote:
            self.languages[vote] = self.languages.get(vote, 0) + 1
        self.n["failureWords"] += token.hash in FAILURE_HASHES
        if token.first_on_line and token.hash in FRAME_HASHES:
            self.frame_open = True
        if token.hash in UNIT_HASHES and self.distance <= 2:
            asked = self.number * UNIT_HASHES[token.hash] // 10
            self.n["requestedWords"] = max(self.n["requestedWords"], asked)
        value = NUMERAL_HASHES.get(token.hash, 0)
        if value:
            multiplies = self.distance == 1 and value >= 100
            self.number = min(self.number, 10_000) * value if multiplies else value
            self.distance = 0

    def count_symbol(self, token, before):
        n, first = self.n, token.scalars[0]
        path_before = token.start > 0 and is_path_byte(self.text[token.start - 1])
        after = self.byte(token.end, token.part_end)
        if token.first_on_line:
            next_byte = self.byte(token.after_first, token.part_end)
            n["bullets"] += first in (0x2D, 0x2A, 0x2022, 0x2013, 0xB7, 0x25CF) and next_byte in (0x20, 0x09)
            n["headings"] += first == ord("#")
            n["quotedLines"] += first == ord(">")
        n["questionMarks"] += first in (0x3F, 0x61F, 0x37E)
        n["codeFences"] += token.is_symbol("```")
        n["jsonKeys"] += first == ord(":") and before is not None and before.is_symbol('"')
        n["urls"] += token.is_symbol("://")
        if first == ord("/") and token.end == token.start + 1:
            n["paths"] += path_before and after is not None and is_path_byte(after)
        if first == ord("(") and self.frame_open and path_before:
            n["stackTraces"] += 1
            self.frame_open = False
        n["latexCommands"] += self.text[token.end - 1] == ord("\\") and after is not None and is_letter_byte(after)

    def end_line(self):
        n, line = self.n, self.line
        n["blankLines"] += not line
        n["csvLines"] += sum(token.begins(b",") for token in line) >= 2
        n["tableLines"] += sum(token.begins(b"|") for token in line) >= 2
        self.line, self.frame_open = [], False


def structure(ask, events, token_count, is_truncated):
    """Pairs of kind and bin, in order."""
    counts = Counts(ask, events)
    n, found = counts.n, []

    def add(name, bin):
        found.append((KIND[name], bin))

    def add_if_any(name, value, limit=None):
        if value > 0:
            add(name, log_bin(value) if limit is None else min(value, limit))

    def share(name, members):
        add(name, share_bin(len(ask) - len(ask.translate(None, bytes(members))), len(ask)))

    add("bytes", log_bin(len(ask)))
    add("tokens", log_bin(token_count))
    add("lines", log_bin(ask.count(b"\n") + 1))
    add("sentences", log_bin(n["sentences"]))
    share("digitShare", b"0123456789")
    share("capitalShare", range(ord("A"), ord("Z") + 1))
    share("punctuationShare", b"!\"'(),-.:;?")
    share("codeSymbolShare", b"#$%&*+/<=>@[\\]^_`{|}~")
    share("spaceShare", b" \t")
    share("nonASCIIShare", range(0x80, 0x100))
    add("averageWordLength", min(2 * counts.scalars // counts.words, 24) if counts.words else 0)
    add_if_any("questionMarks", n["questionMarks"], 6)
    if counts.ends_with_question:
        add("endsWithQuestion", 1)
    add_if_any("codeFences", n["codeFences"], 6)
    if counts.fence_language:
        add("fenceLanguage", counts.fence_language)
    add_if_any("bullets", n["bullets"])
    add_if_any("numberedItems", n["numberedItems"])
    add_if_any("headings", n["headings"], 4)
    add_if_any("quotedLines", n["quotedLines"], 4)
    for name in ("tableLines", "indentedLines", "blankLines", "csvLines"):
        add_if_any(name, n[name])
    add_if_any("urls", n["urls"], 4)
    add_if_any("paths", n["paths"], 6)
    add_if_any("stackTraces", n["stackTraces"], 4)
    add_if_any("failureWords", n["failureWords"], 3)
    add_if_any("latexCommands", n["latexCommands"])
    add_if_any("dollarSigns", ask.count(b"$"), 8)
    add_if_any("equalsSigns", ask.count(b"="), 8)
    add_if_any("jsonKeys", n["jsonKeys"])
    add_if_any("numbers", n["numbers"])
    add_if_any("requestedWords", n["requestedWords"])
    add_if_any("deliverables", n["questionMarks"] + n["bullets"] + n["numberedItems"], 12)
    if is_truncated:
        add("truncated", 1)
    ranked = sorted(counts.scripts, key=lambda number: (-counts.scripts[number], number))
    for name, number in zip(("script", "secondScript"), ranked):
        add(name, number)
    if counts.languages:
        add("language", min(counts.languages, key=lambda number: (-counts.languages[number], number)))
    return found


def surroundings(turns, tools, system_bytes, attachments, context_bytes, document_bytes):
    values = [("turns", turns if turns > 1 else 0), ("tools", tools), ("systemBytes", system_bytes),
              ("attachments", attachments), ("contextBytes", context_bytes), ("documentBytes", document_bytes)]
    return [(KIND[name], log_bin(value)) for name, value in values if value > 0]

# --- Model (weights-format.md) ---


class Model:
    """A weights file, and predictions from it in binary32, in the order of operations that the document fixes."""

    def __init__(self, path):
        import numpy
        from safetensors import safe_open

        self.np = numpy
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            self.tensors = {name: file.get_tensor(name) for name in file.keys()}
        if metadata.get("tasktype.format_version") not in ("1", "2"):
            sys.exit(f"{path} is not a model of format version 1 or 2")
        self.labels = json.loads(metadata["tasktype.labels"])
        self.settings = json.loads(metadata["tasktype.features"])
        if self.settings["version"] != 1:
            sys.exit(f"{path} has features of version {self.settings['version']}, not 1")
        calibration = json.loads(metadata["tasktype.calibration"])
        self.factors, self.offsets = (
            numpy.array(calibration[key], dtype=numpy.float32) for key in ("scales", "offsets"))
        self.decision = json.loads(metadata["tasktype.decision"])
        self.share = numpy.float32(json.loads(metadata["tasktype.perceptron_share"]))

    def scale(self, family, count):
        weight = self.np.float32(self.settings["families"][family]["weight"])
        return weight / self.np.sqrt(self.np.float32(count)) if count else self.np.float32(0)

    def add_rows(self, table, slots, factor, sums):
        """sums + factor · Σ ± row, with one partial sum, or four of them up to 16 columns."""
        np = self.np
        weights = self.tensors[table + ".weight"]
        scales = self.tensors.get(table + ".scale")
        columns = weights.shape[1]
        partial = np.zeros((4 if columns <= 16 else 1, columns), dtype=np.float32)
        for i, slot in enumerate(slots):
            row = slot >> 1
            factor_of_row = np.float32(-1 if slot & 1 else 1)
            if scales is not None:
                factor_of_row *= scales[row // (len(weights) // len(scales))]
            partial[i % len(partial)] += factor_of_row * weights[row].astype(np.float32)
        total = (partial[0] + partial[1]) + (partial[2] + partial[3]) if columns <= 16 else partial[0]
        sums += factor * total

    def sums(self, part, bias, features):
        sums = self.tensors[bias].astype(self.np.float32)
        for family in FAMILIES:
            slots = list(features.slots[family])
            scale = self.scale(family, len(slots))
            if scale != 0:
                self.add_rows(f"{part}.{family}", slots, scale, sums)
        return sums

    def logits(self, features):
        np, linear, perceptron = self.np, None, None
        if "linear.bias" in self.tensors:
            linear = self.sums("linear", "linear.bias", features)
        if "perceptron.hidden_bias" in self.tensors:
            hidden = np.maximum(self.sums("perceptron", "perceptron.hidden_bias", features), np.float32(0))
            perceptron = self.tensors["perceptron.output_bias"].astype(np.float32)
            for unit, weights in zip(hidden, self.tensors["perceptron.output_weight"]):
                perceptron += unit * weights
        if linear is None or perceptron is None:
            return perceptron if linear is None else linear
        return (np.float32(1) - self.share) * linear + self.share * perceptron

    def coverage(self, features):
        keys, bitmap = features.coverage_keys, self.tensors["coverage.filter"]
        if not keys:
            return self.np.float32(1)
        bits = [key % (8 * len(bitmap)) for key in keys]
        known = sum(int(bitmap[bit >> 3]) >> (bit & 7) & 1 for bit in bits)
        return self.np.float32(known) / self.np.float32(len(keys))

    def calibrated(self, logits):
        np, scaled = self.np, logits * self.factors
        matrix = self.tensors.get("calibration.matrix")
        if matrix is None:
            return scaled + self.offsets
        largest = max(float(u) for u in scaled)
        normalizer = largest + math.log(sum(math.exp(float(u) - largest) for u in scaled))
        inputs = np.array([float(u) - normalizer for u in scaled], dtype=np.float32)
        mixed = np.zeros(len(inputs), dtype=np.float32)
        for column, value in enumerate(inputs):
            mixed += matrix[:, column] * value
        return mixed + self.offsets

    def classify(self, text):
        """Logits, probabilities and coverage of a text, and its features."""
        np = self.np
        features = extract(text, settings=self.settings)
        logits = self.logits(features)
        if features.token_count == 0:
            return features, logits, [float(np.float32(p)) for p in self.decision["priors"]], np.float32(1)
        coverage = self.coverage(features)
        flattening = np.float32(1) if coverage >= np.float32(0.5) else coverage / np.float32(0.5)
        calibrated = [float(z) for z in flattening * self.calibrated(logits)]
        powers = [math.exp(z - max(calibrated)) for z in calibrated]
        return features, logits, [power / sum(powers) for power in powers], coverage


# --- Checking ---


def check(model, lines):
    """Compares test vectors with this implementation; returns whether all agree."""
    np = model.np
    wrong, worst_logit, worst_probability, same_bits, count, slot_count = 0, 0.0, 0.0, 0, 0, 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        vector = json.loads(line)
        features, logits, probabilities, coverage = model.classify(vector["text"].encode("utf-8"))
        problems = []
        for family, slots in features.lists().items():
            slot_count += len(slots)
            if vector["features"][family] != slots:
                problems.append(f"features of {family} differ")
            if np.float32(vector["scales"][family]) != model.scale(family, len(slots)):
                problems.append(f"scale of {family} is {vector['scales'][family]}")
        if np.float32(vector["coverage"]) != coverage:
            problems.append(f"coverage is {vector['coverage']}, not {coverage}")
        theirs = np.array(vector["logits"], dtype=np.float32)
        same_bits += bool((theirs == logits).all())
        logit = float(np.abs(theirs - logits).max())
        probability = max(
            abs(vector["probabilities"][label] - p) for label, p in zip(model.labels, probabilities))
        # Other orders of addition are allowed: logits agree to 1e-4, probabilities likewise.
        if not logit <= 1e-4:
            problems.append(f"logits differ by {logit:.2g}")
        if not probability <= 1e-4:
            problems.append(f"probabilities differ by {probability:.2g}")
        count += 1
        worst_logit, worst_probability = max(worst_logit, logit), max(worst_probability, probability)
        if problems:
            wrong += 1
            print(f"line {number}: {'; '.join(problems)}: {vector['text'][:60]!r}")
    print(f"{count - wrong} of {count} vectors agree; {slot_count} slots compared; "
          f"logits equal in every bit for {same_bits}; largest difference of a logit {worst_logit:.2g}, "
          f"of a probability {worst_probability:.2g}")
    return count > 0 and wrong == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("vectors", nargs="?", help="test vectors, JSON Lines; - for standard input")
    parser.add_argument("--text", help="classify this text instead")
    arguments = parser.parse_args()
    if (arguments.vectors is None) == (arguments.text is None):
        parser.error("give either test vectors or --text")
    if unicodedata.unidata_version != UNICODE_VERSION:
        sys.exit(f"needs Unicode {UNICODE_VERSION} (Python 3.11), this Python has {unicodedata.unidata_version}")
    model = Model(arguments.model)
    if arguments.text is not None:
        _, _, probabilities, coverage = model.classify(arguments.text.encode("utf-8", "surrogateescape"))
        print(json.dumps({"probabilities": dict(zip(model.labels, probabilities)), "coverage": float(coverage)}))
        return
    stream = sys.stdin if arguments.vectors == "-" else open(arguments.vectors, encoding="utf-8")
    # A line ends at a line feed only: JSON strings may hold U+2028 and its like.
    sys.exit(0 if check(model, stream.read().split("\n")) else 1)


if __name__ == "__main__":
    main()
