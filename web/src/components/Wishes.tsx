/** The search as chips: each is a part of the RequirementSpec, and changing one searches again. */

import { Popover } from "@base-ui/react/popover";
import { useId, useState, type ReactNode } from "react";
import type { RequirementSpec, Sort, WantedCondition } from "../generated/events";
import { list, marketplaceName, money, SEARCHING, words } from "../format";
import { t } from "../i18n";
import { CloseIcon, PlusIcon } from "./icons";
import { Button, Marketplace } from "./ui";

type Change = Partial<RequirementSpec>;
type Refine = (message: string, requirement: RequirementSpec) => void;

interface Chip {
  key: string;
  name: string;
  /** What is wished for, in words; empty when nothing is. */
  label: string;
  /** What taking the wish back changes; null where there must be one. */
  cleared: Change | null;
  editor: (apply: (change: Change) => void) => ReactNode;
}

export function Wishes({
  requirement,
  disabled,
  onRefine,
}: {
  requirement: RequirementSpec;
  disabled: boolean;
  onRefine: Refine;
}) {
  const chips = chipsOf(requirement);
  const apply = (chip: Chip, change: Change) => {
    const changed = { ...requirement, ...change };
    const label = chipsOf(changed).find(({ key }) => key === chip.key)?.label ?? "";
    const message = label ? `${chip.name}: ${label}` : t("wish.removed", { label: chip.label });
    onRefine(message, changed);
  };
  return (
    <section aria-label={t("wish.label")}>
      <ul className="flex flex-wrap gap-1.5">
        {chips.map((chip) => (
          <li key={chip.key}>
            <WishChip chip={chip} disabled={disabled} onApply={(change) => apply(chip, change)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function WishChip({
  chip,
  disabled,
  onApply,
}: {
  chip: Chip;
  disabled: boolean;
  onApply: (change: Change) => void;
}) {
  const [open, setOpen] = useState(false);
  const { name, label, cleared } = chip;
  const apply = (change: Change) => {
    setOpen(false);
    onApply(change);
  };
  const look = label
    ? "border-line bg-tint text-tint-ink"
    : "border-dashed border-strong text-muted hover:border-accent hover:text-ink";
  return (
    <span className={`inline-flex min-h-8 items-center rounded-full border text-[0.8125rem] transition-colors ${look}`}>
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger
          disabled={disabled}
          aria-label={label ? t("wish.edit", { label: `${name}: ${label}` }) : t("wish.add", { name })}
          className={`inline-flex min-h-8 items-center gap-1 rounded-full py-1 disabled:opacity-60 ${cleared && label ? "pr-1 pl-3" : "px-3"}`}
        >
          {label || (
            <>
              <PlusIcon /> {name}
            </>
          )}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner sideOffset={6} align="start" className="z-20">
            <Popover.Popup className="flex max-h-(--available-height) w-72 max-w-[calc(100vw-2rem)] flex-col gap-3 overflow-y-auto rounded-card border border-line bg-surface p-4 text-sm shadow-float">
              <Popover.Title className="font-semibold">{name}</Popover.Title>
              {chip.editor(apply)}
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      {label && cleared && (
        <button
          type="button"
          disabled={disabled}
          aria-label={t("wish.remove", { label: `${name}: ${label}` })}
          className="grid size-8 place-items-center rounded-full hover:bg-line disabled:opacity-60"
          onClick={() => onApply(cleared)}
        >
          <CloseIcon />
        </button>
      )}
    </span>
  );
}

function chipsOf(requirement: RequirementSpec): Chip[] {
  return [
    thing(requirement),
    price(requirement),
    ...named(requirement, "attributes"),
    ...named(requirement, "filters"),
    brands(requirement),
    ...(requirement.excluded_brands.length > 0 ? [excluded(requirement)] : []),
    condition(requirement),
    rating(requirement),
    marketplaces(requirement),
    sort(requirement),
  ];
}

function thing({ product_type }: RequirementSpec): Chip {
  return {
    key: "thing",
    name: t("wish.thing"),
    label: product_type,
    cleared: null,
    editor: (apply) => (
      <TextEditor value={product_type} required onApply={(text) => apply({ product_type: text })} />
    ),
  };
}

function price({ price: range }: RequirementSpec): Chip {
  const { min, max, currency } = range;
  const [from, to] = [min, max].map((bound) => (bound == null ? "" : money(bound, currency)));
  return {
    key: "price",
    name: t("wish.price"),
    label:
      from && to
        ? t("wish.between", { from, to })
        : to
          ? t("wish.upTo", { price: to })
          : from
            ? t("wish.from", { price: from })
            : "",
    cleared: { price: { min: null, max: null, currency } },
    editor: (apply) => <PriceEditor range={range} onApply={(changed) => apply({ price: changed })} />,
  };
}

/** Attributes and filters: a name and a value each, as they were understood. */
function named(requirement: RequirementSpec, field: "attributes" | "filters"): Chip[] {
  return Object.entries(requirement[field]).map(([name, value]) => {
    const others = Object.fromEntries(Object.entries(requirement[field]).filter(([key]) => key !== name));
    return {
      key: `${field}/${name}`,
      name: words(name),
      label: value,
      cleared: { [field]: others },
      editor: (apply) => (
        <TextEditor
          value={value}
          required
          onApply={(text) => apply({ [field]: { ...requirement[field], [name]: text } })}
        />
      ),
    };
  });
}

function brands({ brand_preferences: names }: RequirementSpec): Chip {
  return {
    key: "brands",
    name: t("wish.brand"),
    label: names.length > 0 ? list(names) : "",
    cleared: { brand_preferences: [] },
    editor: (apply) => (
      <TextEditor
        value={names.join(", ")}
        hint={t("wish.brandsHint")}
        onApply={(text) => apply({ brand_preferences: split(text) })}
      />
    ),
  };
}

function excluded({ excluded_brands: names }: RequirementSpec): Chip {
  return {
    key: "excluded",
    name: t("wish.excluded"),
    label: names.length > 0 ? t("wish.not", { names: list(names) }) : "",
    cleared: { excluded_brands: [] },
    editor: (apply) => (
      <TextEditor
        value={names.join(", ")}
        hint={t("wish.brandsHint")}
        onApply={(text) => apply({ excluded_brands: split(text) })}
      />
    ),
  };
}

const CONDITIONS: WantedCondition[] = ["new", "used", "refurbished", "open_box"];

function condition({ condition: wanted }: RequirementSpec): Chip {
  return {
    key: "condition",
    name: t("wish.condition"),
    label: wanted ? t(`wanted.${wanted}`) : "",
    cleared: { condition: null },
    editor: (apply) => (
      <Choices
        value={wanted}
        choices={[[null, t("wish.any")], ...CONDITIONS.map((each): [WantedCondition, string] => [each, t(`wanted.${each}`)])]}
        onChoose={(chosen) => apply({ condition: chosen })}
      />
    ),
  };
}

const RATINGS = [3, 3.5, 4, 4.5];

function rating({ rating_min: least }: RequirementSpec): Chip {
  const label = (stars: number) => t("wish.ratingOf", { rating: stars });
  return {
    key: "rating",
    name: t("wish.rating"),
    label: least == null ? "" : label(least),
    cleared: { rating_min: null },
    editor: (apply) => (
      <Choices
        value={least}
        choices={[[null, t("wish.any")], ...RATINGS.map((each): [number, string] => [each, label(each)])]}
        onChoose={(chosen) => apply({ rating_min: chosen })}
      />
    ),
  };
}

function marketplaces({ marketplaces: names }: RequirementSpec): Chip {
  return {
    key: "marketplaces",
    name: t("wish.marketplaces"),
    label: names.length > 0 ? t("wish.only", { names: list(names.map(marketplaceName)) }) : "",
    cleared: { marketplaces: [] },
    editor: (apply) => <PlacesEditor names={names} onApply={(chosen) => apply({ marketplaces: chosen })} />,
  };
}

const SORTS: Sort[] = ["relevance", "price_asc", "price_desc", "rating", "newest"];

function sort({ sort: order }: RequirementSpec): Chip {
  return {
    key: "sort",
    name: t("wish.sort"),
    label: t(`sort.${order}`),
    cleared: null,
    editor: (apply) => (
      <Choices
        value={order}
        choices={SORTS.map((each) => [each, t(`sort.${each}`)])}
        onChoose={(chosen) => apply({ sort: chosen })}
      />
    ),
  };
}

function split(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}

function TextEditor({
  value,
  hint,
  required = false,
  onApply,
}: {
  value: string;
  hint?: string;
  required?: boolean;
  onApply: (text: string) => void;
}) {
  const id = useId();
  const [text, setText] = useState(value);
  return (
    <Editor disabled={required && text.trim() === ""} onApply={() => onApply(text.trim())}>
      <input
        className="field"
        maxLength={200}
        autoFocus
        aria-labelledby={hint ? id : undefined}
        aria-label={hint ? undefined : value}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {hint && (
        <p id={id} className="text-xs text-muted">
          {hint}
        </p>
      )}
    </Editor>
  );
}

function PriceEditor({
  range,
  onApply,
}: {
  range: RequirementSpec["price"];
  onApply: (range: RequirementSpec["price"]) => void;
}) {
  const [from, setFrom] = useState(range.min == null ? "" : String(range.min));
  const [to, setTo] = useState(range.max == null ? "" : String(range.max));
  const [min, max] = [amount(from), amount(to)];
  const crossed = min != null && max != null && min > max;
  const wrong = crossed || Number.isNaN(min) || Number.isNaN(max);
  return (
    <Editor disabled={wrong} onApply={() => onApply({ min, max, currency: range.currency })}>
      <div className="grid grid-cols-2 gap-3">
        <Amount name={t("wish.priceFrom")} value={from} onChange={setFrom} />
        <Amount name={t("wish.priceTo")} value={to} autoFocus onChange={setTo} />
      </div>
      {crossed && (
        <p role="alert" className="text-bad">
          {t("wish.priceWrong")}
        </p>
      )}
    </Editor>
  );
}

/** Null for an empty field, NaN for what is no amount. */
function amount(text: string): number | null {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return null;
  return /^\d{1,8}(\.\d{1,2})?$/.test(trimmed) ? Number(trimmed) : NaN;
}

function Amount({
  name,
  value,
  autoFocus = false,
  onChange,
}: {
  name: string;
  value: string;
  autoFocus?: boolean;
  onChange: (value: string) => void;
}) {
  return (
    <label className="flex flex-col gap-1 text-[0.8125rem] text-muted">
      {name}
      <input
        className="field text-ink tabular-nums"
        inputMode="decimal"
        autoFocus={autoFocus}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

function PlacesEditor({ names, onApply }: { names: string[]; onApply: (names: string[]) => void }) {
  const [chosen, setChosen] = useState(names.length > 0 ? names : SEARCHING);
  const all = [...new Set([...SEARCHING, ...names])];
  return (
    <Editor
      disabled={chosen.length === 0}
      onApply={() => onApply(chosen.length === all.length ? [] : chosen)}
    >
      {all.map((name) => (
        <label key={name} className="flex min-h-8 items-center gap-2.5">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={chosen.includes(name)}
            onChange={(event) =>
              setChosen(event.target.checked ? [...chosen, name] : chosen.filter((each) => each !== name))
            }
          />
          <Marketplace name={name} />
        </label>
      ))}
    </Editor>
  );
}

function Editor({
  disabled,
  onApply,
  children,
}: {
  disabled: boolean;
  onApply: () => void;
  children: ReactNode;
}) {
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        onApply();
      }}
    >
      {children}
      <Button look="primary" type="submit" disabled={disabled}>
        {t("wish.apply")}
      </Button>
    </form>
  );
}

function Choices<T>({
  value,
  choices,
  onChoose,
}: {
  value: T;
  choices: [T, string][];
  onChoose: (value: T) => void;
}) {
  return (
    <ul className="-m-1 flex flex-col">
      {choices.map(([choice, label]) => (
        <li key={label}>
          <button
            type="button"
            aria-pressed={choice === value}
            className="min-h-9 w-full rounded-lg px-3 text-left hover:bg-sunken aria-pressed:bg-tint aria-pressed:text-tint-ink"
            onClick={() => onChoose(choice)}
          >
            {label}
          </button>
        </li>
      ))}
    </ul>
  );
}
