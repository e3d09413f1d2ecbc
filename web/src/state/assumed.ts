/** A wish that was filled in from what is remembered: as words, and taken back. */

import { marketplaceName } from "../format";
import type { Assumed, RequirementSpec, WantedCondition } from "../generated/events";
import { t } from "../i18n";

export function assumedValue({ field, value }: Assumed): string {
  if (field === "marketplaces") return marketplaceName(value);
  return field === "condition" ? t(`wanted.${value as WantedCondition}`) : value;
}

/** The same search without it: the gateway sees what is missing, and trusts it less. */
export function without(requirement: RequirementSpec, { field, value }: Assumed): RequirementSpec {
  const others = (values: string[]) => values.filter((each) => each !== value);
  switch (field) {
    case "attributes": {
      const kept = Object.entries(requirement.attributes).filter(([, each]) => each !== value);
      return { ...requirement, attributes: Object.fromEntries(kept) };
    }
    case "condition":
      return { ...requirement, condition: null };
    case "marketplaces":
      return { ...requirement, marketplaces: others(requirement.marketplaces) };
    default:
      return { ...requirement, excluded_brands: others(requirement.excluded_brands) };
  }
}
