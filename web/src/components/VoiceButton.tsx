/** Hold to speak: the words come back as text, to be corrected before they are sent. */

import { useRef, useState, type KeyboardEvent } from "react";
import type { MediaRef } from "../generated/events";
import { t } from "../i18n";
import { useRecorder } from "../state/useRecorder";
import { RequestFailed, transcribe, uploadMedia } from "../wire/rest";
import { MicIcon, Spinner, StopIcon } from "./icons";
import { IconButton } from "./ui";

// Below it the words are worth a second look; Whisper's own measure, 1 is certain.
const CLEARLY_HEARD = 0.6;
// A shorter press is a tap: the recording then goes on until the next one.
const TAP_MS = 400;

interface Props {
  sessionId: string;
  token: string;
  disabled: boolean;
  onHeard: (text: string) => void;
  /** The recording itself, when nobody could listen to it. */
  onUnheard: (recording: MediaRef) => void;
  onNote: (note: string) => void;
}

export function VoiceButton({ sessionId, token, disabled, onHeard, onUnheard, onNote }: Props) {
  const [listening, setListening] = useState(false);
  const pressedAt = useRef(0);

  const listen = async (recording: Blob) => {
    setListening(true);
    onNote("");
    try {
      const { media_id, media_type } = await uploadMedia(recording, token, () => undefined).done;
      try {
        const heard = await transcribe(media_id, sessionId, token);
        if (heard.text === "") return onNote(t("voice.silence"));
        onHeard(heard.text);
        if (heard.confidence < CLEARLY_HEARD) onNote(t("voice.check"));
      } catch (error) {
        if (!(error instanceof RequestFailed) || error.status === 422) throw error;
        onUnheard({ media_id, media_type });
        onNote(t("voice.attached"));
      }
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      onNote(error.message);
    } finally {
      setListening(false);
    }
  };

  const recorder = useRecorder((recording) => void listen(recording));
  const recording = recorder.status === "recording";

  const press = () => {
    if (recording) return recorder.stop();
    pressedAt.current = performance.now();
    onNote("");
    recorder.start();
  };
  const release = () => {
    if (performance.now() - pressedAt.current > TAP_MS) recorder.stop();
  };
  const isSpace = (event: KeyboardEvent) => event.key === " " || event.key === "Enter";

  return (
    <>
      {recording && <Waveform levels={recorder.levels} seconds={recorder.seconds} />}
      {listening && (
        <p role="status" className="absolute inset-y-0 right-24 left-3 z-10 flex items-center bg-surface text-muted">
          {t("voice.listening")}
        </p>
      )}
      {recorder.status === "denied" && (
        <p role="alert" className="absolute inset-x-3 bottom-full mb-2 rounded-xl bg-warn-tint px-3.5 py-2 text-sm text-warn">
          {t("voice.denied")}
        </p>
      )}
      <IconButton
        label={t(listening ? "voice.listening" : recording ? "voice.stop" : "voice.hold")}
        disabled={disabled || listening}
        aria-pressed={recording}
        className={`touch-none select-none ${recording ? "animate-breathe bg-bad-tint text-bad" : ""}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          press();
        }}
        onPointerUp={release}
        onPointerCancel={recorder.stop}
        onContextMenu={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          if (!isSpace(event)) return;
          event.preventDefault();
          if (!event.repeat) press();
        }}
        onKeyUp={(event) => isSpace(event) && release()}
      >
        {listening ? <Spinner /> : recording ? <StopIcon /> : <MicIcon />}
      </IconButton>
    </>
  );
}

function Waveform({ levels, seconds }: { levels: number[]; seconds: number }) {
  return (
    <div className="absolute inset-y-0 right-24 left-3 z-10 flex items-center gap-3 bg-surface">
      <span className="text-sm text-bad tabular-nums">
        {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, "0")}
      </span>
      <span aria-hidden="true" className="flex h-8 flex-1 items-center justify-end gap-0.5 overflow-hidden">
        {levels.map((level, index) => (
          <span key={index} className="w-1 shrink-0 rounded-full bg-accent" style={{ height: `${12 + level * 88}%` }} />
        ))}
      </span>
      <span role="status" className="text-sm text-muted max-sm:sr-only">
        {t("voice.recording")}
      </span>
    </div>
  );
}
