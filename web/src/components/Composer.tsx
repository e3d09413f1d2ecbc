/** Where the person writes or speaks; photos by button, camera, drop or paste; Enter sends. */

import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type KeyboardEvent,
  type RefObject,
} from "react";
import type { MediaRef } from "../generated/events";
import type { Attachment, Uploads } from "../state/useUploads";
import { t } from "../i18n";
import { CameraIcon, CloseIcon, PhotoIcon, SendIcon, StopIcon } from "./icons";
import { IconButton } from "./ui";
import { VoiceButton } from "./VoiceButton";

const LONGEST = 4000;

interface Props {
  uploads: Uploads;
  sessionId: string;
  token: string;
  asked: boolean;
  working: boolean;
  disabled: boolean;
  draft: string;
  onDraft: (text: string) => void;
  onSend: (text: string, media: MediaRef[]) => void;
  onStop: () => void;
}

export function Composer(props: Props) {
  const { uploads, sessionId, token, asked, working, disabled, draft, onDraft, onSend, onStop } = props;
  const [recordings, setRecordings] = useState<MediaRef[]>([]);
  const [note, setNote] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const text = draft.trim();
  const uploading = uploads.attachments.some(({ media, problem }) => !media && !problem);
  const photos = uploads.attachments.flatMap((attachment) => attachment.media ?? []);
  const media = [...photos, ...recordings];
  const tooLong = text.length > LONGEST;
  const ready = !disabled && !uploading && !tooLong && (text !== "" || media.length > 0);

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 200)}px`;
  }, [draft]);

  const send = () => {
    if (!ready) return;
    onSend(text, media);
    onDraft("");
    uploads.clear();
    setRecordings([]);
    setNote("");
    field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends an input method's composition belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  const onPaste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    uploads.add(event.clipboardData.files);
  };

  const dropping = useDrop(uploads.add);

  return (
    <form
      className="relative rounded-3xl border border-strong bg-surface p-2 shadow-float transition-colors focus-within:border-accent"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {dropping && (
        <div className="absolute inset-0 z-10 grid place-items-center rounded-3xl border-2 border-dashed border-accent bg-tint font-medium text-tint-ink">
          {t("compose.drop")}
        </div>
      )}
      {uploads.attachments.length > 0 && (
        <ul aria-label={t("compose.toSend")} className="flex gap-2 overflow-x-auto p-1.5">
          {uploads.attachments.map((attachment) => (
            <Thumbnail
              key={attachment.key}
              attachment={attachment}
              onRemove={() => uploads.remove(attachment.key)}
            />
          ))}
        </ul>
      )}
      <div className="relative flex items-end gap-1">
        <PhotoInput field={files} label={t("compose.photos")} multiple onFiles={uploads.add} />
        <PhotoInput field={camera} label={t("compose.camera")} capture="environment" onFiles={uploads.add} />
        <IconButton label={t("compose.photos")} disabled={disabled} onClick={() => files.current?.click()}>
          <PhotoIcon />
        </IconButton>
        <span className="-ml-1 hidden pointer-coarse:inline">
          <IconButton label={t("compose.camera")} disabled={disabled} onClick={() => camera.current?.click()}>
            <CameraIcon />
          </IconButton>
        </span>
        <textarea
          ref={field}
          rows={1}
          autoFocus
          id="message"
          aria-label={t("compose.message")}
          placeholder={t(asked ? "compose.answer" : "compose.buyOrSell")}
          className="max-h-50 min-w-0 flex-1 resize-none bg-transparent px-1 py-2 text-base leading-6 outline-none placeholder:text-muted placeholder:overflow-hidden placeholder:text-ellipsis placeholder-shown:overflow-hidden placeholder-shown:whitespace-nowrap"
          value={draft}
          onChange={(event) => onDraft(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <VoiceButton
          sessionId={sessionId}
          token={token}
          disabled={disabled}
          onHeard={(words) => {
            onDraft(draft.trim() === "" ? words : `${draft.trim()} ${words}`);
            field.current?.focus();
          }}
          onUnheard={(recording) => setRecordings((before) => [...before, recording])}
          onNote={setNote}
        />
        {working && (
          <IconButton
            label={t("compose.stop")}
            className="border border-strong text-ink"
            onClick={onStop}
          >
            <StopIcon />
          </IconButton>
        )}
        {(ready || !working) && (
          <button
            type="submit"
            aria-label={t("compose.send")}
            title={t("compose.send")}
            disabled={!ready}
            className="grid size-10 shrink-0 place-items-center rounded-full bg-accent text-on-accent transition-colors hover:bg-accent-hover disabled:bg-sunken disabled:text-muted"
          >
            <SendIcon />
          </button>
        )}
      </div>
      {note !== "" && (
        <p role="status" className="px-3 pb-1 text-sm text-warn">
          {note}
        </p>
      )}
      {tooLong && (
        <p role="alert" className="px-3 pb-1 text-sm text-bad">
          {t("compose.tooLong", { n: text.length - LONGEST, most: LONGEST })}
        </p>
      )}
    </form>
  );
}

function PhotoInput({
  field,
  label,
  onFiles,
  ...rest
}: {
  field: RefObject<HTMLInputElement | null>;
  label: string;
  multiple?: boolean;
  capture?: "environment";
  onFiles: (files: Iterable<File>) => void;
}) {
  return (
    <input
      ref={field}
      type="file"
      accept="image/*"
      hidden
      aria-label={label}
      onChange={(event) => {
        onFiles(event.target.files ?? []);
        event.target.value = "";
      }}
      {...rest}
    />
  );
}

function Thumbnail({ attachment, onRemove }: { attachment: Attachment; onRemove: () => void }) {
  const { name, preview, fraction, media, problem } = attachment;
  return (
    <li className="relative size-18 shrink-0 overflow-hidden rounded-xl bg-sunken" title={problem ?? name}>
      <img src={preview} alt={name} className={`size-full object-cover ${media ? "" : "opacity-50"}`} />
      {problem && (
        <p role="alert" className="absolute inset-0 grid place-items-center bg-bad-tint p-1 pr-5 text-xs leading-tight text-bad">
          {problem}
        </p>
      )}
      {!media && !problem && (
        <progress
          aria-label={t("compose.uploading", { name })}
          value={fraction}
          className="absolute inset-x-1.5 bottom-1.5 h-1.5 w-auto appearance-none overflow-hidden rounded-full bg-surface accent-accent [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-surface [&::-webkit-progress-value]:bg-accent"
        />
      )}
      <button
        type="button"
        aria-label={t("compose.removePhoto", { name })}
        className="absolute top-1 right-1 grid size-6 place-items-center rounded-full bg-ink/75 text-paper"
        onClick={onRemove}
      >
        <CloseIcon />
      </button>
    </li>
  );
}

/** Files may be dropped anywhere on the page. */
function useDrop(onFiles: (files: FileList) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const drag = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      onFiles(event.dataTransfer.files);
    };
    document.addEventListener("dragover", drag);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", drag);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", drop);
    };
  }, [onFiles]);
  return over;
}
