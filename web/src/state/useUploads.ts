/** The photos that go with the next message: each on its way up, there, or refused. */

import { useCallback, useRef, useState } from "react";
import { t } from "../i18n";
import type { MediaRef } from "../generated/events";
import { RequestFailed, uploadMedia } from "../wire/rest";

export interface Attachment {
  key: number;
  name: string;
  preview: string;
  fraction: number;
  media: MediaRef | null;
  problem: string | null;
}

const MOST = 10;
const LARGEST = 15_000_000;

export interface Uploads {
  attachments: Attachment[];
  add(files: Iterable<File>): void;
  remove(key: number): void;
  clear(): void;
}

export function useUploads(token: string): Uploads {
  const [attachments, setAttachments] = useState<Attachment[]>([]);
  const nextKey = useRef(0);
  const aborts = useRef(new Map<number, () => void>());

  const change = useCallback((key: number, edit: Partial<Attachment>) => {
    setAttachments((before) => before.map((each) => (each.key === key ? { ...each, ...edit } : each)));
  }, []);

  const start = useCallback(
    (file: File): Attachment => {
      const key = nextKey.current++;
      const attachment = {
        key,
        name: file.name,
        preview: URL.createObjectURL(file),
        fraction: 0,
        media: null,
      };
      if (file.size > LARGEST) return { ...attachment, problem: t("compose.tooLarge") };
      const { done, abort } = uploadMedia(file, token, (fraction) => change(key, { fraction }));
      aborts.current.set(key, abort);
      done.then(
        ({ media_id, media_type }) => change(key, { media: { media_id, media_type }, fraction: 1 }),
        (error: unknown) => {
          const problem = error instanceof RequestFailed ? error.message : t("compose.unreadable");
          change(key, { problem });
        },
      );
      return { ...attachment, problem: null };
    },
    [token, change],
  );

  const add = useCallback(
    (files: Iterable<File>) => {
      const images = [...files].filter((file) => file.type.startsWith("image/"));
      const room = Math.max(0, MOST - attachments.length);
      const started = images.slice(0, room).map(start);
      setAttachments((before) => [...before, ...started]);
    },
    [attachments.length, start],
  );

  const remove = useCallback(
    (key: number) => {
      aborts.current.get(key)?.();
      const gone = attachments.find((each) => each.key === key);
      if (gone) URL.revokeObjectURL(gone.preview);
      setAttachments((before) => before.filter((each) => each.key !== key));
    },
    [attachments],
  );

  const clear = useCallback(() => {
    attachments.forEach(({ preview }) => URL.revokeObjectURL(preview));
    setAttachments([]);
  }, [attachments]);

  return { attachments, add, remove, clear };
}
