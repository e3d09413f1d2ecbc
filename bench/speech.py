"""How well voice notes are heard: word errors, time on one core, and memory over many.

`python -m bench.speech [--notes 500]`. The phrases of `bench/spoken` are said by espeak-ng, which
is harder to hear than people are: compare paths with it, and don't take it for a promise.
"""

import argparse
import asyncio
import io
import os
import re
import shutil
import subprocess
import sys
import time
import unicodedata
from pathlib import Path
from typing import Any

import av
import jiwer
import numpy as np
import psutil
from text_to_num import alpha2digit

from adapters.media.port import SpeechToText
from adapters.media.whisper import WhisperSpeechToText
from bench.figures import keep, show
from talknshop.chat_models import EMBEDDED
from talknshop.settings import Settings
from workers.wiring import Role, speech_of

SPOKEN = Path(__file__).with_name("spoken")
VOICES = {"en": ("en-us", "en-gb+f3"), "es": ("es",), "fr": ("fr-fr",), "de": ("de",)}
# What a conversation had shown before. Half of the names are in phrases, as in a real conversation
# about them, which makes those easier.
HINTS = ["Sony WH-1000XM5", "Dyson V8", "Apple MacBook Air", "Samsung Galaxy S23", "LG OLED TV"]
NOTE_S = 10.0
RATE = 22_050
MIB = 2**20
SETTLED = 20  # notes until everything is loaded and every buffer has had its size


def espeak(text: str, voice: str) -> "np.ndarray[Any, Any]":
    """Samples of 16 bits, RATE of them in a second."""
    done = subprocess.run(
        ["espeak-ng", "-v", voice, "-s", "150", "--stdout", text], capture_output=True, check=True
    )
    return np.frombuffer(done.stdout[44:], dtype="<i2")


def note(samples: "np.ndarray[Any, Any]") -> bytes:
    """As a browser records it: Opus in WebM, 48 kHz."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        resampler = av.AudioResampler(
            format=stream.format.name, layout="mono", rate=48_000, frame_size=stream.frame_size
        )
        for ready in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(ready))
        container.mux(stream.encode(None))
    return out.getvalue()


def plain(text: str, language: str) -> str:
    """Small letters, no punctuation, numbers as digits: "$1,000" is "1000 dollars"."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"(?<=\d)[,.](?=\d{3}\b)", "", text)
    for sign, word in (("$", "dollars"), ("€", "euros" if language in ("es", "fr") else "euro")):
        sign = re.escape(sign)
        text = re.sub(rf"{sign}\s?(\d+)|(\d+)\s?{sign}", rf"\1\2 {word}", text)
    text = alpha2digit(re.sub(r"[^\w\s'-]", " ", text), language, threshold=0)
    return " ".join(re.sub(r"[^\w\s]", " ", text).split())


async def hear(path: SpeechToText, data: bytes, hints: list[str], language: str = "en") -> str:
    """As the web client has it heard: with the person's language."""
    return (await path.transcribe(data, hints, lambda: None, language)).text


async def word_errors(paths: dict[str, tuple[SpeechToText, list[str]]]) -> list[dict[str, Any]]:
    rows = []
    for language, voices in VOICES.items():
        phrases = (SPOKEN / f"{language}.txt").read_text(encoding="utf-8").splitlines()
        for voice in voices:
            samples = [espeak(phrase, voice) for phrase in phrases]
            notes = [note(each) for each in samples]
            wanted = [plain(phrase, language) for phrase in phrases]
            for name, (path, hints) in paths.items():
                if hints and language != "en":  # the names are those of the English phrases
                    continue
                started, busy = time.perf_counter(), time.process_time()
                heard = [plain(await hear(path, each, hints, language), language) for each in notes]
                seconds = sum(map(len, samples)) / RATE
                rows.append(
                    {
                        "path": name,
                        "voice": voice,
                        "phrases": len(phrases),
                        "word_error_rate": jiwer.wer(wanted, heard),
                        "exact": sum(map(str.__eq__, wanted, heard)) / len(phrases),
                        "processor_s_per_s": (time.process_time() - busy) / seconds,
                        "s_per_s": (time.perf_counter() - started) / seconds,
                        "heard": heard,
                    }
                )
    return rows


def long_note() -> bytes:
    """Ten seconds of talk without a pause."""
    words = " ".join((SPOKEN / "en.txt").read_text(encoding="utf-8").splitlines())
    return note(espeak(words, "en-us")[: int(NOTE_S * RATE)])


async def time_of_a_note(path: SpeechToText) -> dict[str, float]:
    data = long_note()
    await hear(path, data, HINTS)
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        await hear(path, data, HINTS)
        seconds.append(time.perf_counter() - started)
    return {"best_s": min(seconds), "worst_s": max(seconds)}


async def memory_over(path: SpeechToText, count: int) -> dict[str, float]:
    """MiB of this process, once it has settled and at the end."""
    phrases = (SPOKEN / "en.txt").read_text(encoding="utf-8").splitlines()
    notes = [note(espeak(phrase, "en-us")) for phrase in phrases]
    memory = psutil.Process()
    settled = most = 0.0
    for number in range(count):
        await hear(path, notes[number % len(notes)], HINTS)
        most = max(most, memory.memory_info().rss / MIB)
        if number == min(SETTLED, count) - 1:
            settled = memory.memory_info().rss / MIB
    return {"notes": count, "settled": settled, "end": memory.memory_info().rss / MIB, "most": most}


async def measure(notes: int) -> dict[str, Any]:
    settings = Settings()
    embedded = WhisperSpeechToText(settings.data_dir / "models" / "whisper")
    paths: dict[str, tuple[SpeechToText, list[str]]] = {
        "Whisper base": (embedded, []),
        "Whisper base, with names shown": (embedded, HINTS),
    }
    role = Role()
    async with role.resources:
        if settings.speech.model != EMBEDDED:
            paths[settings.speech.model] = (await speech_of(role, settings), HINTS)
        rows = await word_errors(paths)
        # One core, as a small worker has.
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        figures = {
            "word_errors": rows,
            "note_of_10_s": await time_of_a_note(embedded),
        }
        if notes:
            figures["memory_mib"] = await memory_over(embedded, notes)
    return figures


def show_all(figures: dict[str, Any]) -> None:
    show(
        "voice notes",
        ("path", "voice", "word errors", "phrases whole", "processor s for 1 s"),
        (
            (
                row["path"],
                row["voice"],
                f"{row['word_error_rate']:.1%}",
                f"{row['exact']:.0%} of {row['phrases']}",
                f"{row['processor_s_per_s']:.2f}",
            )
            for row in figures["word_errors"]
        ),
    )
    took = figures["note_of_10_s"]
    print(f"a note of 10 s on one core: {took['best_s']:.2f} to {took['worst_s']:.2f} s")
    if memory := figures.get("memory_mib"):
        print(
            f"memory after {SETTLED} notes {memory['settled']:.0f} MiB, after {memory['notes']}"
            f" {memory['end']:.0f} MiB, at most {memory['most']:.0f} MiB"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.speech", description=__doc__)
    parser.add_argument("--notes", type=int, default=0, help="hear so many and watch the memory")
    arguments = parser.parse_args()
    if shutil.which("espeak-ng") is None:
        sys.exit("espeak-ng is needed to speak the phrases: `sudo apt-get install espeak-ng`.")
    figures = asyncio.run(measure(arguments.notes))
    keep("speech", figures)
    show_all(figures)


if __name__ == "__main__":
    main()
