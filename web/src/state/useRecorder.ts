/** A recording from the microphone, with how loud it was along the way. */

import { useCallback, useEffect, useRef, useState } from "react";

export interface Recorder {
  status: "idle" | "recording" | "denied";
  /** Loudness from 0 to 1, the newest last. */
  levels: number[];
  seconds: number;
  start(): void;
  stop(): void;
}

const SAMPLE_MS = 80;
const LEVELS_KEPT = 48;
// The gateway takes two minutes.
const LONGEST_S = 118;

export function useRecorder(onRecorded: (recording: Blob) => void): Recorder {
  const [status, setStatus] = useState<Recorder["status"]>("idle");
  const [levels, setLevels] = useState<number[]>([]);
  const [seconds, setSeconds] = useState(0);
  const stopping = useRef<(() => void) | null>(null);
  const wanted = useRef(false);

  const stop = useCallback(() => {
    wanted.current = false;
    stopping.current?.();
  }, []);

  const start = useCallback(() => {
    if (wanted.current) return;
    wanted.current = true;
    void record({
      isWanted: () => wanted.current,
      onStart: (end) => {
        stopping.current = end;
        setLevels([]);
        setSeconds(0);
        setStatus("recording");
      },
      onLevel: (level, elapsed) => {
        setLevels((before) => [...before, level].slice(-LEVELS_KEPT));
        setSeconds(Math.floor(elapsed));
        if (elapsed > LONGEST_S) stop();
      },
      onEnd: (recording) => {
        stopping.current = null;
        setStatus("idle");
        if (recording.size > 0) onRecorded(recording);
      },
    }).catch(() => {
      wanted.current = false;
      setStatus("denied");
    });
  }, [onRecorded, stop]);

  useEffect(() => stop, [stop]);

  return { status, levels, seconds, start, stop };
}

interface Listener {
  isWanted(): boolean;
  onStart(end: () => void): void;
  onLevel(level: number, elapsedSeconds: number): void;
  onEnd(recording: Blob): void;
}

/** Raises when there is no microphone or the person does not allow it. */
async function record(listener: Listener): Promise<void> {
  // Absent on a page that came by plain http from another machine.
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const close = () => stream.getTracks().forEach((track) => track.stop());
  if (!listener.isWanted()) {
    close(); // let go before the browser had asked
    return;
  }
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const began = performance.now();
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    listener.onLevel(Math.min(1, Math.sqrt(power) * 4), (performance.now() - began) / 1000);
  }, SAMPLE_MS);
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.onstop = () => {
    window.clearInterval(timer);
    close();
    void context.close();
    listener.onEnd(new Blob(parts, { type: recorder.mimeType }));
  };
  recorder.start();
  listener.onStart(() => recorder.stop());
}
