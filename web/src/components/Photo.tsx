/** An uploaded photo. Only its owner may read it, so it is fetched with the token, not by an address. */

import { createContext, useContext, useEffect, useState } from "react";
import { t } from "../i18n";
import { fetchMedia } from "../wire/rest";

export const TokenContext = createContext("");

type Size = "thumb" | "full";

const loaded = new Map<string, Promise<string>>();

function addressOf(mediaId: string, token: string, size: Size): Promise<string> {
  const key = `${size}/${mediaId}`;
  const known = loaded.get(key);
  if (known) return known;
  const loading = fetchMedia(mediaId, token, size).then((blob) => URL.createObjectURL(blob));
  loaded.set(key, loading);
  loading.catch(() => loaded.delete(key)); // asked for again the next time it is shown
  return loading;
}

/** Small unless `size` says otherwise: that is what lists and cards need. */
export function Photo({
  mediaId,
  size = "thumb",
  className = "",
}: {
  mediaId: string;
  size?: Size;
  className?: string;
}) {
  const token = useContext(TokenContext);
  const [source, setSource] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let shown = true;
    addressOf(mediaId, token, size).then(
      (address) => shown && setSource(address),
      () => shown && setFailed(true),
    );
    return () => {
      shown = false;
    };
  }, [mediaId, token, size]);
  const box = `overflow-hidden rounded-xl bg-sunken ${className}`;
  if (failed) {
    return <div className={`${box} grid place-items-center p-1 text-center text-xs text-muted`}>{t("photo.gone")}</div>;
  }
  return (
    <div className={box}>
      {source && <img src={source} alt={t("photo.yours")} className="size-full object-cover" />}
    </div>
  );
}
