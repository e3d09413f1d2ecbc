/** A setting that is on or off. */

import { useEffect, useState } from "react";

export function Switch({
  label,
  about,
  checked,
  disabled = false,
  onChange,
}: {
  label: string;
  about?: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}) {
  // It moves at once; where the change is refused, it goes back with what is kept.
  const [shown, setShown] = useState(checked);
  useEffect(() => setShown(checked), [checked, disabled]);
  return (
    <label className="flex items-center justify-between gap-4">
      <span>
        {label}
        {about && <span className="block text-sm text-muted">{about}</span>}
      </span>
      <input
        type="checkbox"
        role="switch"
        className="peer sr-only"
        checked={shown}
        disabled={disabled}
        onChange={(event) => {
          setShown(event.target.checked);
          onChange(event.target.checked);
        }}
      />
      <span
        aria-hidden="true"
        className="relative h-6 w-10 shrink-0 cursor-pointer rounded-full border border-strong bg-sunken transition-colors peer-checked:border-accent peer-checked:bg-accent peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-accent peer-disabled:opacity-50 after:absolute after:top-0.5 after:left-0.5 after:size-4.5 after:rounded-full after:bg-strong after:transition-transform peer-checked:after:translate-x-4 peer-checked:after:bg-on-accent"
      />
    </label>
  );
}
